"""How far people have read, and what is left: unread messages and mentions, counted from the rows each time, so never wrong."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Greatest

from accounts.models import User, Viewer
from chat.messages import BATCHES, Reader, filled, reader_of, stand_in
from chat.models import Membership, Message, MessageMention, Room
from socialsite.lib.prepared import PreparedRead

What = Literal["unread", "mentions"]
CONVERSATIONS = (Room.Kind.DIRECT, Room.Kind.GROUP)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a person has not read of a room."""

    unread: int = 0
    mentions: int = 0
    """How many of the unread messages name them"""


NOTHING = Counts()


def counts_of(room_ids: Collection[int], viewer: Viewer) -> dict[int, Counts]:
    """Return what a person has not read of each of these rooms; nothing of rooms that they are not in.

    Two statements for 512 rooms, and one when nothing is unread.
    """
    ids = list(dict.fromkeys(room_ids))
    found = dict.fromkeys(ids, NOTHING)
    if not isinstance(viewer, User):
        return found
    for start in range(0, len(ids), BATCHES[-1]):
        unread = _numbers("unread", ids[start : start + BATCHES[-1]], viewer)
        # Whom nothing is left to read nobody names.
        mentions = _numbers("mentions", list(unread), viewer) if unread else {}
        found |= {pk: Counts(number, mentions.get(pk, 0)) for pk, number in unread.items()}
    return found


def marks_of(room_ids: Collection[int], viewer: User) -> dict[int, int]:
    """Return up to where a person has read the rooms that they are in."""
    seats = Membership.objects.joined().filter(user=viewer.pk, room__in=room_ids)
    return dict(seats.values_list("room", "read_seq"))


def total_of(viewer: User) -> int:
    """Return how many messages a person has not read in all their conversations: direct rooms and groups."""
    return sum(number for (number,) in _total(reader_of(viewer)).rows(viewer=viewer.pk))


def unread_of(viewer: User) -> QuerySet[Message]:
    """Return the messages of others that a person may read and has not: those after their mark, and after they came."""
    rows = Message.objects.visible_to(viewer).countable().filter(_after_mark(viewer))
    return rows.exclude(sender=viewer.pk)


def unread_mentions_of(viewer: User) -> QuerySet[MessageMention]:
    """Return the mentions of a person in messages that they may read and have not."""
    messages = Message.objects.visible_to(viewer).countable().filter(pk=OuterRef("message"))
    rows = MessageMention.objects.filter(Exists(messages), user=viewer.pk)
    return rows.filter(_after_mark(viewer))


def is_unread(viewer: Any) -> Exists:
    """Return the condition that a person has something to read in a room."""
    return Exists(unread_of(viewer).filter(room=OuterRef("pk")))


def _after_mark(viewer: User) -> Q:
    """Return the condition that a message is after the mark of the viewer, who is in its room."""
    mark = Greatest(F("room__memberships__read_seq"), F("room__memberships__joined_seq"))
    return Q(
        room__memberships__user=viewer.pk,
        room__memberships__state=Membership.State.JOINED,
        seq__gt=mark,
    )


def _numbers(what: What, room_ids: list[int], viewer: User) -> dict[int, int]:
    values = filled(room_ids)
    read = _by_room(what, reader_of(viewer), len(values))
    return dict(read.rows(viewer=viewer.pk, **values))


@cache
def _by_room(what: What, reader: Reader, size: int) -> PreparedRead:
    def build(viewer: Any, **rooms: Any) -> QuerySet[Any]:
        source: Any = unread_of if what == "unread" else unread_mentions_of
        rows = source(stand_in(reader, viewer)).filter(room__in=list(rooms.values()))
        counted: QuerySet[Any] = rows.order_by().values("room").annotate(number=Count("pk"))
        return counted.values_list("room", "number")

    return PreparedRead(build, viewer=_pk, **{f"pk{place}": _pk for place in range(size)})


@cache
def _total(reader: Reader) -> PreparedRead:
    def build(viewer: Any) -> QuerySet[Any]:
        rows = unread_of(stand_in(reader, viewer)).filter(room__kind__in=CONVERSATIONS)
        counted: QuerySet[Any] = rows.order_by().values("room").annotate(number=Count("pk"))
        return counted.values_list("number")

    return PreparedRead(build, viewer=_pk)


_pk: Any = Message._meta.get_field("id")
