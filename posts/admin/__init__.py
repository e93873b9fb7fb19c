"""Posts in the console."""

from posts.admin import dashboard, panels, trends
from posts.admin.posts import PostAdmin

__all__ = ["PostAdmin", "dashboard", "panels", "trends"]
