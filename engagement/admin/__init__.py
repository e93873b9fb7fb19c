"""Comments, tags and trends in the console, and what the pages of all that people write are made of."""

from engagement.admin import dashboard, people
from engagement.admin.comments import CommentAdmin
from engagement.admin.tags import TagAdmin
from engagement.admin.trends import TrendAdmin, TrendBarAdmin, TrendTableAdmin

__all__ = [
    "CommentAdmin",
    "TagAdmin",
    "TrendAdmin",
    "TrendBarAdmin",
    "TrendTableAdmin",
    "dashboard",
    "people",
]
