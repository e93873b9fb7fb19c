"""The tables of posts."""

from posts.models.feeds import AuthorPriority, Feedback, FeedPreferences
from posts.models.markers import Marker
from posts.models.posts import (
    KEPT_IN_TRASH,
    LENGTHS,
    MAX_MEDIA,
    OPEN,
    WRITTEN,
    Post,
    PostQuerySet,
    visible,
)

__all__ = [
    "KEPT_IN_TRASH",
    "LENGTHS",
    "MAX_MEDIA",
    "OPEN",
    "WRITTEN",
    "AuthorPriority",
    "FeedPreferences",
    "Feedback",
    "Marker",
    "Post",
    "PostQuerySet",
    "visible",
]
