"""Posts: what people publish, for whom, and what may be done with it."""

from socialsite.lib.apps import SiteApp


class PostsConfig(SiteApp):
    default = True
    name = "posts"
    verbose_name = "Posts"
