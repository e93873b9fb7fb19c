"""Who sits where, for what is written often: the room, the seat and the other of a conversation, by compiled reads under the room's lock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Block, Connection, Follow, User
from chat.models import Membership, Room
from chat.permissions import banned, guests_off, not_member
from socialsite.lib.content import is_live
from socialsite.lib.errors import Conflict, Forbidden, NotFound
from socialsite.lib.prepared import PreparedRead

ROOM = (
    "id", "kind", "low_id", "high_id", "slow_mode_s", "member_count", "archived_at", "deleted_at", "hidden_by",
    "removed_by", "guests_allowed",
)  # fmt: skip
SEAT = ("role", "state", "read_seq", "silenced_until")
TIES = (
    "dm_policy", "suspended_by", "deleted_at", "is_blocked", "is_blocking", "is_connected", "is_followed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A room as far as writing into it asks."""

    id: int
    kind: str
    low_id: int | None
    high_id: int | None
    slow_mode_s: int
    member_count: int
    archived_at: datetime | None
    deleted_at: datetime | None
    hidden_by: int | None
    removed_by: int | None
    guests_allowed: bool

    @property
    def is_direct(self) -> bool:
        return self.kind == Room.Kind.DIRECT

    @property
    def is_live(self) -> bool:
        return is_live(self)

    @property
    def is_conversation(self) -> bool:
        return self.kind in {Room.Kind.DIRECT, Room.Kind.GROUP}

    def other(self, person_id: int) -> int:
        """Return the other of a direct room."""
        return (self.high_id if self.low_id == person_id else self.low_id) or 0


@dataclass(frozen=True, slots=True)
class Seat:
    """A membership as far as writing asks."""

    role: str
    state: str
    read_seq: int
    silenced_until: datetime | None

    @property
    def is_joined(self) -> bool:
        return self.state == Membership.State.JOINED

    @property
    def manages(self) -> bool:
        """Whether its person is in the room and moderates it: who is invited may have a role already."""
        return self.is_joined and self.role != Membership.Role.MEMBER


@dataclass(frozen=True, slots=True)
class Ties:
    """How the other of a direct room stands to who writes to them."""

    dm_policy: str
    suspended_by: int | None
    deleted_at: datetime | None
    is_blocked: bool
    is_blocking: bool
    is_connected: bool
    is_followed: bool

    @property
    def is_out_of_reach(self) -> bool:
        """Whether a block lies between the two, or the other is not there."""
        gone = self.suspended_by is not None or self.deleted_at is not None
        return gone or self.is_blocked or self.is_blocking

    @property
    def is_open(self) -> bool:
        """Whether the other takes messages of such a person (API.md section 1, row 14)."""
        policy = User.DmPolicy
        if self.dm_policy == policy.NOBODY:
            return False
        if self.is_connected or self.dm_policy == policy.EVERYONE:
            return True
        return self.dm_policy == policy.FOLLOWERS and self.is_followed


def lock_place(room_id: int) -> Place | None:
    """Return a room, locked until the transaction ends: before its members and its stream, as whoever changes those does."""
    row = _ROOM.one(pk=room_id)
    return Place(*row) if row else None


def find_seat(room_id: int, user_id: int) -> Seat | None:
    """Return what binds a person to a room."""
    row = _SEAT.one(room=room_id, user=user_id)
    return Seat(*row) if row else None


def take_seat(actor: User, room_id: int) -> tuple[Place, Seat]:
    """Return a room, locked, and the actor's seat in it. Raises NotFound, Forbidden (banned, not_member)."""
    place, seat = _let_in(lock_place(room_id), find_seat(room_id, actor.pk))
    if seat is None:
        raise not_member()
    return place, seat


def readable_place(viewer: User, room_id: int) -> tuple[Place, Seat | None]:
    """Return a room whose messages a person may read, and their seat in it: as `readable_room`, and no conversation across a block.

    Raises NotFound; of a public room that they know of Forbidden (banned, guests_off).
    """
    row = _PLAIN_ROOM.one(pk=room_id)
    place, seat = _let_in(Place(*row) if row else None, find_seat(room_id, viewer.pk))
    if seat is not None and place.is_direct:
        ties = find_ties(viewer.pk, place.other(viewer.pk))
        if ties is None or ties.is_blocked or ties.is_blocking:
            raise NotFound
    if seat is None and viewer.is_guest and not place.guests_allowed:
        raise guests_off()
    return place, seat


def hearing_place(viewer: User, room_id: int) -> tuple[Place, Seat]:
    """Return a room whose events a person may hear, and their seat: who reads it and is in it. Raises as `readable_place`, and
    Forbidden (not_member)."""
    place, seat = readable_place(viewer, room_id)
    if seat is None:
        raise not_member()
    return place, seat


def _let_in(place: Place | None, seat: Seat | None) -> tuple[Place, Seat | None]:
    """Return a room that somebody may know of by its messages, and their seat when they are in it.

    Raises NotFound unless it is there and they are in it or it is public, Forbidden (banned).
    """
    if place is None or not place.is_live:
        raise NotFound
    if seat is not None and seat.is_joined:
        return place, seat
    if place.kind != Room.Kind.PUBLIC:
        raise NotFound
    if seat is not None and seat.state == Membership.State.BANNED:
        raise banned()
    return place, None


def check_writable(place: Place) -> None:
    """Raise Conflict for a room that can only be read."""
    if place.archived_at is not None:
        raise Conflict("room_archived", "This room is archived.")


def find_ties(sender_id: int, recipient_id: int) -> Ties | None:
    """Return how a person stands to who writes to them; None when there is no such person."""
    low, high = sorted((sender_id, recipient_id))
    row = _TIES.one(recipient=recipient_id, sender=sender_id, low=low, high=high)
    return Ties(*row) if row else None


def check_may_write_to(sender: User, recipient_id: int, *, is_known: bool = False) -> None:
    """Raise NotFound when a block lies between two people or the other is gone, Forbidden (not_connected) by their policy.

    Who wrote to the sender before (`is_known`) gets the answer, but for those who take messages of nobody.
    """
    ties = find_ties(sender.pk, recipient_id)
    if ties is None or ties.is_out_of_reach:
        raise NotFound
    answers = is_known and ties.dm_policy != User.DmPolicy.NOBODY
    if not (ties.is_open or answers):
        raise Forbidden("not_connected", "This person does not take messages from you.")


def _ties(recipient: Any, sender: Any, low: Any, high: Any) -> QuerySet[Any]:
    person = User.objects.filter(pk=recipient).order_by()
    flags = {
        "is_blocked": Block.objects.filter(blocker=sender, blocked=OuterRef("pk")),
        "is_blocking": Block.objects.filter(blocker=OuterRef("pk"), blocked=sender),
        "is_connected": Connection.objects.accepted().filter(low=low, high=high),
        "is_followed": Follow.objects.filter(follower=sender, followed=OuterRef("pk")),
    }
    rows = person.annotate(**{name: Exists(found) for name, found in flags.items()})
    return rows.values_list(*TIES)


_pk: Any = User._meta.get_field("id")
_ROOM = PreparedRead(
    lambda pk: Room.objects.filter(pk=pk).select_for_update(no_key=True).values_list(*ROOM), pk=_pk
)
_PLAIN_ROOM = PreparedRead(lambda pk: Room.objects.filter(pk=pk).values_list(*ROOM), pk=_pk)
_SEAT = PreparedRead(
    lambda room, user: Membership.objects.filter(room=room, user=user).values_list(*SEAT),
    room=_pk,
    user=_pk,
)
_TIES = PreparedRead(_ties, recipient=_pk, sender=_pk, low=_pk, high=_pk)
