"""Comments as lists show them: the readable ones, tombstones where a thread hangs on them, and trees with a few replies each."""

from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Window,
)
from django.db.models.functions import RowNumber

from accounts.filters import NOTHING, filters_of
from accounts.models import Viewer
from engagement.models import LIKE, Comment, Reaction
from engagement.models.comments import CommentQuerySet, readable_to
from socialsite.lib import targets
from socialsite.lib.errors import NotFound

SCOPE = "comments"
LEVELS, WIDTH = 3, 3
"""How deep a tree shows the replies below a comment, and how many to each"""
RANK = Window(RowNumber(), partition_by=F("parent_id"), order_by=F("id").asc())
"""The place of a reply among those to the same comment, the oldest first"""


def comments_on(target_id: int, viewer: Viewer) -> CommentQuerySet:
    """Return all comments on a thing that the viewer sees, with a tombstone for others that have replies."""
    return _listed(viewer).filter(target_id=target_id)


def replies_to(comment_id: int, viewer: Viewer) -> CommentQuerySet:
    """Return the replies to a comment, or to its tombstone. Raises NotFound when the viewer sees neither."""
    comment = _listed(viewer).filter(pk=comment_id).first()
    if comment is None:
        raise NotFound
    targets.find(comment.target_id, viewer)
    return _listed(viewer).filter(parent=comment_id)


def attach_replies(comments: list[Any], viewer: Viewer) -> list[Any]:
    """Put on each comment its first replies (`shown_replies`), theirs on these and so on, and the path to the rest (`more`).

    One statement for each level. Returns all comments of the trees.
    """
    every, level = list(comments), comments
    ranked = _listed(viewer).annotate(rank=RANK)
    for _ in range(LEVELS):
        found = _first_replies(ranked, level)
        for comment in level:
            replies = found.get(comment.pk, [])
            comment.shown_replies = replies[:WIDTH]
            comment.more = path_of_replies(comment) if len(replies) > WIDTH else None
        level = [reply for comment in level for reply in comment.shown_replies]
        every += level
    for comment in level:
        comment.shown_replies = []
        comment.more = path_of_replies(comment) if comment.reply_count else None
    return every


def mark_liked(comments: list[Any], viewer: Viewer) -> None:
    """Put on each comment whether the viewer likes it: one statement, and none for a caller who has not signed in.

    Those that a prepared read made say it already.
    """
    comments = [comment for comment in comments if "liked" not in vars(comment)]
    liked: set[int] = set()
    if viewer.is_authenticated and comments:
        ids = [comment.pk for comment in comments]
        rows = Reaction.objects.filter(user=viewer.pk, name=LIKE, target_id__in=ids)
        liked = set(rows.values_list("target_id", flat=True))
    for comment in comments:
        comment.liked = comment.pk in liked


def mark_filtered(comments: list[Any], viewer: Viewer) -> None:
    """Put on each comment what the viewer's filters say of it without hiding it: one statement, and none for who has no filter."""
    sieve = filters_of(viewer, SCOPE) if comments else NOTHING
    if sieve.is_empty:
        return
    for comment in comments:
        comment.filtered = sieve.marks(comment.content, comment.author_id)


def hides_some(viewer: Viewer) -> bool:
    """Tell whether a filter of the viewer's takes comments away."""
    return filters_of(viewer, SCOPE).hides


def path_of_replies(comment: Comment) -> str:
    return f"/api/comments/{comment.pk}/replies"


def _listed(viewer: Viewer) -> CommentQuerySet:
    """Return what lists show this viewer of comments on things they see; `is_readable` is False for tombstones."""
    readable = readable_to(viewer)
    rows = Comment.objects.filter(readable | _has_replies(LEVELS)).for_api(viewer)
    sieve = filters_of(viewer, SCOPE)
    if sieve.hides:
        rows = rows.exclude(sieve.hidden("content", "author"))
    return rows.annotate(is_readable=ExpressionWrapper(readable, BooleanField()))


def _has_replies(levels: int) -> Q:
    """Return the condition that something counted hangs on a comment, also below replies that are gone themselves."""
    if not levels:
        return Q(reply_count__gt=0)
    below = Comment.objects.filter(_has_replies(levels - 1), parent=OuterRef("pk"))
    return Q(reply_count__gt=0) | Q(Exists(below))


def _first_replies(ranked: QuerySet[Any], comments: list[Any]) -> dict[int, list[Any]]:
    """Return the oldest replies to each comment, one more than is shown."""
    if not comments:
        return {}
    rows = ranked.filter(parent__in=[comment.pk for comment in comments], rank__lte=WIDTH + 1)
    found: dict[int, list[Any]] = {}
    for reply in rows.order_by("pk"):
        found.setdefault(reply.parent_id, []).append(reply)
    return found
