"""People and the edges between them."""

from socialsite.lib.apps import SiteApp


class AccountsConfig(SiteApp):
    default = True
    name = "accounts"
    verbose_name = "People"
