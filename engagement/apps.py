"""What people do with each other's things: comments, reactions, shares, bookmarks, views, tags, mentions and versions, on any typed target."""

from socialsite.lib.apps import SiteApp


class EngagementConfig(SiteApp):
    default = True
    name = "engagement"
    verbose_name = "Engagement"
