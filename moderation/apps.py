"""Keeping order: actions with a cause, each of which can be undone, and the audit trail."""

from socialsite.lib.apps import SiteApp


class ModerationConfig(SiteApp):
    default = True
    name = "moderation"
    verbose_name = "Moderation"
