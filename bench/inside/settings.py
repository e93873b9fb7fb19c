"""The site's own settings; only the paths are one more."""

from socialsite import settings as site

globals().update({name: getattr(site, name) for name in dir(site) if name.isupper()})

ROOT_URLCONF = "bench.inside.urls"
