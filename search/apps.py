"""Search: one index of everything that can be found by its words."""

from socialsite.lib.apps import SiteApp


class SearchConfig(SiteApp):
    default = True
    name = "search"
    verbose_name = "Search"
