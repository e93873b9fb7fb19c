"""The HTTP half of the site: Django's WSGI handler, which `serve` runs on a fixed pool of threads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "socialsite.settings")

application = get_wsgi_application()
