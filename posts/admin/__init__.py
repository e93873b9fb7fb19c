"""Posts in the console."""

from posts.admin import dashboard, panels
from posts.admin.posts import PostAdmin

__all__ = ["PostAdmin", "dashboard", "panels"]
