"""Rooms, who is in them, and what is said there."""

from socialsite.lib.apps import SiteApp


class ChatConfig(SiteApp):
    default = True
    name = "chat"
    verbose_name = "Chat"
