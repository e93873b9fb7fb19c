"""Comments: what callers send, and what they read."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.serializers.fields import TextField
from accounts.serializers.people import PersonCard
from engagement.models import Comment
from engagement.models.comments import LENGTHS
from engagement.pages import find_comment
from engagement.reads import attach_replies, mark_filtered, mark_liked
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField

TOMBSTONE: dict[str, Any] = {
    "author": None,
    "content": "",
    "mentions": [],
    "like_count": 0,
    "liked": False,
    "standing": Comment.Standing.SHOWN,
    "is_deleted": True,
    "edited_at": None,
    "filtered": [],
}
"""What is said of a comment that the reader may not see, where replies hang on it"""


class FilterMark(serializers.Serializer[Any]):
    """A filter of the reader's that warns of a thing, or blurs it, and by what it caught it."""

    filter_id = IdField(read_only=True)
    title = serializers.CharField(read_only=True)
    action = serializers.CharField(read_only=True)
    term = serializers.CharField(read_only=True)


class CommentAnswer(Answer):
    """A comment; in a tree with its first `replies`, and in `more` the path to all of them when there are others.

    One that the reader may not see but that has replies is a tombstone: `is_deleted`, without author and content.
    """

    model = Comment

    id = IdField(read_only=True)
    target_id = IdField(read_only=True)
    parent_id = IdField(read_only=True, allow_null=True)
    author = PersonCard(read_only=True, allow_null=True)
    content = serializers.CharField(read_only=True)
    mentions = serializers.ListField(
        child=serializers.DictField(child=serializers.CharField()), read_only=True
    )
    like_count = serializers.IntegerField(read_only=True)
    reply_count = serializers.IntegerField(read_only=True)
    liked = serializers.BooleanField(read_only=True)
    standing = serializers.ChoiceField(choices=Comment.Standing.choices, read_only=True)
    is_deleted = serializers.SerializerMethodField()
    filtered = serializers.SerializerMethodField()
    created_at = TimeField(read_only=True)
    edited_at = TimeField(read_only=True, allow_null=True)
    replies = serializers.SerializerMethodField(required=False)
    more = serializers.CharField(read_only=True, required=False, allow_null=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: int) -> Comment | None:
        return find_comment(pk, viewer)

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        """Read the replies of a page in a tree, a statement for each level, and what of it all the viewer likes."""
        is_tree = bool(things) and getattr(things[0], "is_tree", False)
        every = attach_replies(things, viewer) if is_tree else things
        mark_liked(every, viewer)
        mark_filtered([comment for comment in every if "filtered" not in vars(comment)], viewer)

    @classmethod
    def path_of(cls, thing: Comment) -> str:
        return f"/api/comments/{thing.pk}"

    @extend_schema_field(FilterMark(many=True))
    def get_filtered(self, comment: Any) -> list[Any]:
        return getattr(comment, "filtered", [])

    def get_is_deleted(self, comment: Comment) -> bool:
        return comment.deleted_at is not None

    def get_replies(self, comment: Any) -> list[dict[str, Any]]:
        return [self.to_representation(reply) for reply in getattr(comment, "shown_replies", ())]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        data = super().to_representation(instance)
        if not hasattr(instance, "shown_replies"):
            del data["replies"], data["more"]
        return data if getattr(instance, "is_readable", True) else data | TOMBSTONE


class CommentBody(Body):
    """A comment, or with `parent_id` an answer to another one on the same thing."""

    content = TextField(max_length=LENGTHS["content"])
    parent_id = IdField(required=False, allow_null=True)


class CommentEdit(Body):
    """The new text of a comment."""

    content = TextField(max_length=LENGTHS["content"])


class CommentsQuery(Body):
    """`flat` has every comment in pages, `tree` has those on the thing itself, each with its first replies."""

    view = serializers.ChoiceField(choices=("flat", "tree"), default="flat")
    sort = serializers.ChoiceField(choices=("new", "old", "top"), default="new")


class RepliesQuery(Body):
    """`tree` has each reply with the first ones below it."""

    view = serializers.ChoiceField(choices=("flat", "tree"), default="tree")
    sort = serializers.ChoiceField(choices=("new", "old", "top"), default="old")
