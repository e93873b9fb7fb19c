"""The tables of what people do with each other's things."""

from engagement.models.comments import Comment
from engagement.models.deeds import (
    LIKE,
    Bookmark,
    BookmarkFolder,
    Reaction,
    Share,
    View,
    names_in,
)
from engagement.models.texts import Mention, Revision, Tag, Tagging
from engagement.models.trends import TagFollow, Trend, TrendBar, TrendTable

__all__ = [
    "LIKE",
    "Bookmark",
    "BookmarkFolder",
    "Comment",
    "Mention",
    "Reaction",
    "Revision",
    "Share",
    "Tag",
    "TagFollow",
    "Tagging",
    "Trend",
    "TrendBar",
    "TrendTable",
    "View",
    "names_in",
]
