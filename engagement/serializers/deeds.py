"""Whether the caller likes a thing, and the tags that are in use."""

from dataclasses import dataclass

from rest_framework import serializers

from accounts.models import Viewer
from engagement.models import LIKE, Reaction, Tag
from socialsite.lib import targets
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField


@dataclass(frozen=True)
class LikeState:
    id: int
    liked: bool
    like_count: int


class LikeAnswer(Answer):
    """Whether the caller likes a thing, and how many do."""

    id = IdField(read_only=True)
    liked = serializers.BooleanField(read_only=True)
    like_count = serializers.IntegerField(read_only=True)

    @classmethod
    def find(cls, viewer: Viewer, pk: int) -> LikeState:
        """Return how things stand now; raises NotFound."""
        thing = targets.find(pk, viewer)
        rows = Reaction.objects.on(pk).filter(user=viewer.pk, name=LIKE)
        return LikeState(pk, rows.exists(), thing.like_count)


class LikeBody(Body):
    """What is to be; without `liked` the call turns it round."""

    liked = serializers.BooleanField(required=False)


class TagQuery(Body):
    """`q` is how the tag begins, with its sign or without; `order` puts the most used first, or goes by the name.

    `followed=true` is about the tags that the caller follows, also those that nobody uses.
    """

    q = serializers.CharField(max_length=101, required=False)
    order = serializers.ChoiceField(choices=("usage", "name"), default="usage")
    followed = serializers.BooleanField(default=False)

    def validate_q(self, value: str) -> str:
        return value.removeprefix("#").removeprefix("＃")


class TagAnswer(Answer):
    """A hashtag, and how many public things carry it."""

    model = Tag

    id = IdField(read_only=True)
    tag = serializers.CharField(read_only=True)
    usage_count = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True)
