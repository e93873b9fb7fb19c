"""What happened, one row an event."""

from socialsite.lib.apps import SiteApp


class AnalyticsConfig(SiteApp):
    default = True
    name = "analytics"
    verbose_name = "Activity"
