"""Comments on things of any kind."""

from functools import partial
from typing import Any

from django.db.models import QuerySet, Value

from engagement.actions import comments
from engagement.history import versions_of
from engagement.limits import COMMENT_DELETIONS, COMMENT_EDITS, COMMENTS
from engagement.models import Comment
from engagement.pages import page_of_comments
from engagement.reads import comments_on, replies_to
from engagement.serializers.comments import (
    CommentAnswer,
    CommentBody,
    CommentEdit,
    CommentsQuery,
    RepliesQuery,
)
from engagement.serializers.history import HistoryAnswer
from socialsite.lib import targets
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Key, Ordered
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import Forbidden

ORDERS: dict[str, tuple[Key, bool]] = {
    "new": ("id", True),
    "old": ("id", False),
    "top": (("like_count", "id"), True),
}
"""What each `sort` goes by, and whether the greatest comes first"""


def seen(request: Call, comment: int) -> Comment:
    """Return a comment the caller may see; raises NotFound."""
    found: Comment = CommentAnswer.find(request.user, comment)
    return found


def reads_all_versions(request: Call, thing: Any) -> bool:
    """Tell whether the caller reads every version of a text: its author and moderators do."""
    return request.user.is_moderator or thing.author_id == request.user.pk


def in_order(rows: QuerySet[Any], query: dict[str, Any]) -> Ordered:
    key, newest_first = ORDERS[query["sort"]]
    if query["view"] == "tree":
        rows = rows.annotate(is_tree=Value(True))
    return Ordered(rows, key, newest_first)


class ThreadViewSet(ApiViewSet):
    """The comments below a thing of any kind."""

    @lists(CommentAnswer, query=CommentsQuery, access=Access.ANYONE)
    def list(self, request: Call, query: dict[str, Any], target: int) -> Ordered:
        """The comments on a thing: all of them in pages, or in trees."""
        targets.find(target, request.user)
        if query["view"] == "tree":
            return in_order(comments_on(target, request.user).filter(depth=0), query)
        key, newest_first = ORDERS[query["sort"]]
        fetch = page_of_comments(target, request.user) if key == "id" else None
        return Ordered(lambda: comments_on(target, request.user), key, newest_first, fetch=fetch)

    @writes(CommentAnswer, body=CommentBody, status=201, limit=COMMENTS)
    def create(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Comment on a thing, or answer another comment on it."""
        return comments.create_comment(actor=request.user, target_id=target, **data).pk

    @lists(CommentAnswer, newest_first=False)
    def pending(self, request: Call, query: dict[str, Any], target: int) -> QuerySet[Comment]:
        """The comments that wait for the leave of the thing's owner, oldest first; for the owner alone."""
        thing = targets.find(target, request.user)
        if targets.known(target).owner_id(thing) != request.user.pk:
            raise Forbidden("permission_denied", "Only the owner of the thing may read this.")
        rows = Comment.objects.readable_by(request.user).pending()
        return rows.filter(target_id=target).for_api(request.user)


class CommentViewSet(ApiViewSet):
    @reads(CommentAnswer, access=Access.ANYONE)
    def read(self, request: Call, query: dict[str, Any], comment: int) -> Comment:
        """A comment."""
        return seen(request, comment)

    @writes(CommentAnswer, body=CommentEdit, limit=COMMENT_EDITS)
    def edit(self, request: Call, data: dict[str, Any], comment: int) -> int:
        """Change the text of one's comment; the earlier one stays in its history."""
        check = partial(check_if_match, request)
        return comments.edit_comment(
            actor=request.user, comment=seen(request, comment), check=check, **data
        ).pk

    @writes(limit=COMMENT_DELETIONS)
    def delete(self, request: Call, data: dict[str, Any], comment: int) -> None:
        """Delete a comment of one's own or on a thing of one's own; what was answered to it stays."""
        comments.delete_comment(actor=request.user, comment=seen(request, comment))

    @lists(CommentAnswer, query=RepliesQuery, access=Access.ANYONE)
    def replies(self, request: Call, query: dict[str, Any], comment: int) -> Ordered:
        """The replies to a comment, also to one that is gone."""
        return in_order(replies_to(comment, request.user), query)

    @writes(CommentAnswer)
    def approve(self, request: Call, data: dict[str, Any], comment: int) -> int:
        """Let others see a comment on a thing of one's own."""
        comments.approve_comment(actor=request.user, comment=seen(request, comment))
        return comment

    @writes(CommentAnswer)
    def hide(self, request: Call, data: dict[str, Any], comment: int) -> int:
        """Hide a comment on a thing of one's own for all but its author."""
        comments.hide_comment(actor=request.user, comment=seen(request, comment))
        return comment

    @reads(HistoryAnswer, access=Access.ANYONE)
    def history(self, request: Call, query: dict[str, Any], comment: int) -> dict[str, Any]:
        """The versions of a comment, newest first, each with what it changed."""
        found = seen(request, comment)
        now, reads_all = comments.version_of(found), reads_all_versions(request, found)
        return HistoryAnswer.of(found.pk, versions_of(found.pk, now, reads_all=reads_all))

    @writes(limit=COMMENT_DELETIONS)
    def remove_version(
        self, request: Call, data: dict[str, Any], comment: int, number: int
    ) -> None:
        """Take an earlier version of a comment out of its history for good; for its author and moderators."""
        comments.remove_comment_version(
            actor=request.user, comment=seen(request, comment), number=number
        )
