"""Messages as they are read: one row with all that an answer or an event shows, by compiled reads where it is hot."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from django.db.models import QuerySet

from accounts.models import User, Viewer
from accounts.reads import CARD_COLUMNS
from chat.models import Message, Room
from socialsite.lib.content import is_live, state_of
from socialsite.lib.prepared import PreparedRead, instance

OWN = (
    "id", "room_id", "seq", "sender_name", "message_type", "content", "reply_to_id", "reply_seq", "client_id",
    "mentions", "reaction_counts", "version", "created_at", "edited_at", "deleted_at", "hidden_by", "removed_by",
)  # fmt: skip
BESIDE = ("room__kind", "room__low_id", "room__high_id", "pin__id")
OF_SENDER = (*CARD_COLUMNS, "suspended_by", "deleted_at")
COLUMNS = (*OWN, *BESIDE, *(f"sender__{name}" for name in OF_SENDER))
Reader = Literal["member", "guest", "moderator"]
"""Who reads, as far as the rules of what is said tell readers apart"""
MAX_SEQ = (1 << 63) - 1
BATCHES = (1, 8, 64, 512)
"""How many messages a compiled read takes; fewer are filled up"""


@dataclass(slots=True)
class MessageRow:
    """A message with its sender's card; what depends on the reader is put on it by `complete`."""

    id: int
    room_id: int
    seq: int
    sender_name: str
    message_type: str
    content: str
    reply_to_id: int | None
    reply_seq: int | None
    client_id: str
    mentions: list[dict[str, str]]
    reaction_counts: list[dict[str, Any]]
    version: int
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    hidden_by: int | None
    removed_by: int | None
    room_kind: str
    low_id: int | None
    high_id: int | None
    """The two of a direct room"""
    pin_id: int | None
    sender: User
    reacted: frozenset[str] = frozenset()
    """With what the reader reacted"""
    is_starred: bool = False
    read_at: datetime | None = None
    """When the other of a direct room read it, as far as it may be said"""

    @property
    def pk(self) -> int:
        return self.id

    @property
    def sender_id(self) -> int:
        return self.sender.pk

    @property
    def author_id(self) -> int:
        """As that of the message."""
        return self.sender.pk

    @property
    def is_live(self) -> bool:
        return is_live(self)

    @property
    def state(self) -> str:
        return state_of(self)

    @property
    def is_by_somebody(self) -> bool:
        """Whether its sender is there, as `sender_is_there`."""
        return self.sender.suspended_by is None and self.sender.deleted_at is None

    @property
    def recipient_id(self) -> int | None:
        """Whom a message of a direct room is for."""
        return self.high_id if self.low_id == self.sender.pk else self.low_id

    @property
    def is_of_conversation(self) -> bool:
        return self.room_kind in {Room.Kind.DIRECT, Room.Kind.GROUP}


def row_of(values: tuple[Any, ...]) -> MessageRow:
    """Return the row of what was read by COLUMNS."""
    size = len(OWN) + len(BESIDE)
    return MessageRow(*(*values[:size], instance(User, OF_SENDER, values[size:])))


def rows_of(messages: QuerySet[Message]) -> list[MessageRow]:
    """Return messages as rows, in the order of the queryset."""
    return [row_of(values) for values in messages.values_list(*COLUMNS)]


def find_rows(ids: Iterable[int]) -> dict[int, MessageRow]:
    """Return messages whoever may see them, for events: those who listen to their room are checked apart. One statement for 512."""
    wanted = list(dict.fromkeys(ids))
    found: dict[int, MessageRow] = {}
    for start in range(0, len(wanted), BATCHES[-1]):
        values = filled(wanted[start : start + BATCHES[-1]])
        found |= {row[0]: row_of(row) for row in _by_ids(len(values)).rows(**values)}
    return found


def visible_rows(
    ids: Collection[int], viewer: Viewer, *, reported: bool = True
) -> dict[int, MessageRow]:
    """Return those of these messages that a person may read: `Message.objects.visible_to` by ids, compiled. One statement for 512.

    Without `reported`, moderators get what they read like others alone.
    """
    wanted = list(dict.fromkeys(ids))
    found: dict[int, MessageRow] = {}
    if not isinstance(viewer, User):
        return found
    for start in range(0, len(wanted), BATCHES[-1]):
        values = filled(wanted[start : start + BATCHES[-1]])
        reader = reader_of(viewer) if reported or not viewer.is_moderator else "member"
        read = _visible_by_ids(reader, len(values))
        found |= {row[0]: row_of(row) for row in read.rows(viewer=viewer.pk, **values)}
    return found


@cache
def _by_ids(size: int) -> PreparedRead:
    def build(**markers: Any) -> QuerySet[Any]:
        return Message.objects.filter(pk__in=list(markers.values())).values_list(*COLUMNS)

    return PreparedRead(build, **{f"pk{place}": _pk for place in range(size)})


@cache
def _visible_by_ids(reader: Reader, size: int) -> PreparedRead:
    def build(viewer: Any, **markers: Any) -> QuerySet[Any]:
        seen = Message.objects.visible_to(stand_in(reader, viewer))
        return seen.filter(pk__in=list(markers.values())).values_list(*COLUMNS)

    return PreparedRead(build, viewer=_pk, **{f"pk{place}": _pk for place in range(size)})


_pk: Any = Message._meta.get_field("id")


def reader_of(viewer: User) -> Reader:
    """Return which of the rules of `Message.objects.visible_to` holds for somebody who is signed in."""
    if viewer.is_moderator:
        return "moderator"
    return "guest" if viewer.is_guest else "member"


def stand_in(reader: Reader, pk: Any) -> User:
    """Return a reader of a kind, for whom a query is compiled; `pk` is the marker of the reader's id."""
    role = User.Role.MODERATOR if reader == "moderator" else User.Role.MEMBER
    return User(pk=pk, role=role, is_guest=reader == "guest")


def filled(ids: Sequence[int]) -> dict[str, int]:
    """Return ids as the values of a compiled read that takes one of BATCHES; at most as many as the last of them."""
    size = next(size for size in BATCHES if size >= len(ids))
    rest = [ids[0]] * (size - len(ids))
    return {f"pk{place}": pk for place, pk in enumerate([*ids, *rest])}
