"""What people send and read of feeds."""

from typing import Any

from orjson import Fragment
from rest_framework import serializers

from accounts.filters import filters_of
from posts.feeds.sources import REASONS, SCOPES, Item, as_member, items_of, marks_on
from posts.models import Post
from posts.serializers.posts import PostAnswer, as_json, whole
from socialsite.lib.api.serializers import Answer, Body, IdField, WordsField

MODES = ("chronological", "popular", "ranked")


class FeedQuery(Body):
    """Without `mode` the one of the caller's settings; `types` are types of posts, separated by commas.

    `since` and `catch_up=true` ask for what came since a moment, or since one was there last, by rank and the quiet authors first.
    """

    is_pure = True

    mode = serializers.ChoiceField(choices=MODES, required=False)
    scope = serializers.ChoiceField(choices=SCOPES, default="all")
    types = WordsField(lambda: Post.Type.values, required=False)
    since = serializers.DateTimeField(required=False)
    catch_up = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("since") or attrs.get("catch_up")):
            return attrs
        if attrs.setdefault("mode", "ranked") != "ranked":
            raise serializers.ValidationError(
                {"mode": ["Only a ranked feed catches up."]}, "invalid_choice"
            )
        return attrs


class SourceAnswer(serializers.Serializer[Any]):
    """What brings an item; `tag` with `tag` says which."""

    name = serializers.ChoiceField(choices=REASONS, read_only=True)
    tag = serializers.CharField(read_only=True, allow_null=True)


class ReasonAnswer(serializers.Serializer[Any]):
    """Why an item stands where it stands; without ranking there is no score."""

    sources = SourceAnswer(many=True, read_only=True)
    score = serializers.FloatField(read_only=True, allow_null=True)
    parts = serializers.DictField(read_only=True, allow_null=True)


class MarkAnswer(serializers.Serializer[Any]):
    """A filter of the reader's that warns of an item, or blurs it."""

    filter_id = IdField(read_only=True)
    title = serializers.CharField(read_only=True)
    action = serializers.CharField(read_only=True)
    term = serializers.CharField(read_only=True)


class FeedItem(Answer):
    """An item of a feed: `type` is that of the post it shows as `object`."""

    model = Post

    type = serializers.CharField(read_only=True)
    id = IdField(read_only=True)
    object = PostAnswer(read_only=True)
    reason = ReasonAnswer(read_only=True)
    filtered = MarkAnswer(many=True, read_only=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        # What is asked for by ids comes as posts.
        if things and not isinstance(things[0], Item):
            things[:] = items_of(things, viewer)
        PostAnswer.complete([item.post for item in things], as_member(viewer))
        sieve = filters_of(viewer, "feed")
        if not sieve.is_empty:
            for item in things:
                item.filtered = marks_on(item.post, sieve)

    @classmethod
    def rendered(cls, things: list[Item], context: dict[str, Any]) -> list[Any]:
        return [_shown(item, Fragment(as_json(item.post))) for item in things]

    def to_representation(self, instance: Item) -> dict[str, Any]:
        return _shown(instance, whole(instance.post))


def _shown(item: Item, post: Any) -> dict[str, Any]:
    return {
        "type": item.post.post_type,
        "id": str(item.id),
        "object": post,
        "reason": {"sources": item.sources, "score": item.score, "parts": item.parts},
        "filtered": item.filtered,
    }


class GlobalQuery(Body):
    """`types` are types of posts, separated by commas."""

    types = WordsField(lambda: Post.Type.values, required=False)


class FeedHealthAnswer(Answer):
    """How many posts a first page of everybody's holds; `failing` (503) when it cannot be gathered within two seconds."""

    status = serializers.ChoiceField(choices=("ok", "failing"), read_only=True)
    items = serializers.IntegerField(read_only=True)
