"""The professional side: for now the routes of connections."""

from socialsite.lib.apps import SiteApp


class NetworkConfig(SiteApp):
    default = True
    name = "network"
    verbose_name = "Network"
