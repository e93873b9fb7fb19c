"""Emoji on things: what callers send, and what they read."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from accounts.models import Viewer
from accounts.serializers.fields import CleanedField
from accounts.serializers.people import PersonCard
from engagement.models import Reaction
from socialsite.lib import targets
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField
from socialsite.lib.tallies import Tally
from socialsite.lib.text.emoji import clean_emoji

MAX_SENT = 64
"""Characters of an emoji as it is sent; its one spelling is shorter"""


class EmojiField(CleanedField):
    def __init__(self, **options: Any) -> None:
        super().__init__(clean_emoji, max_length=MAX_SENT, **options)


class EmojiCount(Answer):
    """How many people put an emoji on a thing."""

    emoji = serializers.CharField(read_only=True)
    count = serializers.IntegerField(read_only=True)


class OwnEmojiCount(EmojiCount):
    """`me` says whether the reader is among them."""

    me = serializers.BooleanField(read_only=True)


def with_own(counts: Tally, own: Collection[str]) -> list[dict[str, Any]]:
    """Return the counts of a thing as one reads them who put `own` there."""
    return [
        {"emoji": row["emoji"], "count": row["count"], "me": row["emoji"] in own} for row in counts
    ]


@dataclass(frozen=True)
class ReactionState:
    id: int
    reactions: list[dict[str, Any]]


class ReactionsAnswer(Answer):
    """The emoji on a thing, in the order in which they came."""

    id = IdField(read_only=True)
    reactions = OwnEmojiCount(many=True, read_only=True)

    @classmethod
    def find(cls, viewer: Viewer, pk: int) -> ReactionState:
        """Return how things stand now; raises NotFound."""
        thing = targets.find(pk, viewer)
        rows = Reaction.objects.emoji().on(pk).filter(user=viewer.pk)
        own = set(rows.values_list("name", flat=True))
        return ReactionState(pk, with_own(thing.reaction_counts, own))


class ReactionBody(Body):
    emoji = EmojiField()


class ReactionQuery(Body):
    """`emoji` narrows the list to those who put this one there."""

    emoji = EmojiField(required=False)


class ReactionAnswer(Answer):
    """An emoji that a person put on a thing."""

    model = Reaction

    id = IdField(read_only=True)
    emoji = serializers.CharField(source="name", read_only=True)
    user = PersonCard(read_only=True)
    created_at = TimeField(read_only=True)
