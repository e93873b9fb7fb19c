"""Comments and tags in the console, and what the pages of all that people write are made of."""

from engagement.admin import dashboard, people
from engagement.admin.comments import CommentAdmin
from engagement.admin.tags import TagAdmin

__all__ = ["CommentAdmin", "TagAdmin", "dashboard", "people"]
