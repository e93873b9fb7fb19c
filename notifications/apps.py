"""What people are told."""

from socialsite.lib.apps import SiteApp


class NotificationsConfig(SiteApp):
    default = True
    name = "notifications"
    verbose_name = "Notifications"
