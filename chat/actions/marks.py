"""Reading: how far a person has got and read the messages of a room, the same on all their devices."""

from typing import Any, Literal

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import Block, User
from chat.models import Membership, Message, Room
from chat.permissions import not_member
from chat.telling import settle_notifications
from socialsite.lib.content import live
from socialsite.lib.errors import NotFound
from socialsite.lib.realtime import streams

MAX_RECEIPTS = 50
"""Members of a room up to which everybody who wrote hears how far each other has read"""
Way = Literal["exact", "forward", "back"]


@transaction.atomic
def mark_read(*, actor: User, room_id: int, up_to: int, way: Way = "exact") -> None:
    """Say up to which event one has read a room; `back` only ever sets the mark back, `forward` never does.

    Raises NotFound, Forbidden (not_member).
    """
    seat = _lock_seat(actor, room_id)
    newest = streams.last_numbers([room_id])[room_id]
    mark = min(up_to, newest)
    if way != "exact" and (mark > seat.read_seq) != (way == "forward"):
        return
    _move(actor, seat, read_seq=mark, delivered_seq=max(seat.delivered_seq, mark))


@transaction.atomic
def mark_delivered(*, actor: User, room_id: int, up_to: int) -> None:
    """Say up to which event a room has reached one of one's devices; less than before changes nothing. Raises NotFound, Forbidden."""
    seat = _lock_seat(actor, room_id)
    newest = streams.last_numbers([room_id])[room_id]
    mark = max(seat.delivered_seq, min(up_to, newest))
    _move(actor, seat, read_seq=seat.read_seq, delivered_seq=mark)


def _lock_seat(actor: User, room_id: int) -> Membership:
    rows = Membership.objects.joined().filter(live("room__"), room=room_id, user=actor)
    seat = rows.select_for_update(no_key=True, of=("self",)).select_related("room").first()
    if seat is not None:
        return seat
    if Room.objects.filter(live(), pk=room_id, kind=Room.Kind.PUBLIC).exists():
        raise not_member()
    raise NotFound


def _move(actor: User, seat: Membership, *, read_seq: int, delivered_seq: int) -> None:
    """Set the marks of a member and tell whom it concerns: their own devices, and who wrote what they have got or read now."""
    had_read, had_got = seat.read_seq, seat.delivered_seq
    if (read_seq, delivered_seq) == (had_read, had_got):
        return
    changes: dict[str, Any] = {"read_seq": read_seq, "delivered_seq": delivered_seq}
    if read_seq > had_read:
        changes["read_at"] = timezone.now()
    Membership.objects.filter(pk=seat.pk).update(**changes)
    if read_seq != had_read:
        streams.append_last(actor.pk, "unread", subject_id=seat.room_id)
    if read_seq > had_read and seat.room.is_direct:
        settle_notifications(actor.pk, seat.room_id)
    moved = ((had_read, read_seq), (had_got, delivered_seq))
    if starts := [before for before, now in moved if now > before]:
        said = {"delivered_seq": delivered_seq, "read_seq": read_seq}
        _send_receipts(actor, seat.room, min(starts), max(read_seq, delivered_seq), said)


def _send_receipts(actor: User, room: Room, after: int, up_to: int, marks: dict[str, int]) -> None:
    """Tell the members who wrote between two numbers, where both sides want read receipts and no block lies between them."""
    if room.member_count > MAX_RECEIPTS or not actor.read_receipts:
        return
    wrote = Message.objects.filter(
        room=room, sender=OuterRef("user"), seq__gt=after, seq__lte=up_to
    )
    blocks = Block.objects.filter(
        Q(blocker=actor, blocked=OuterRef("user")) | Q(blocker=OuterRef("user"), blocked=actor)
    )
    writers = Membership.objects.joined().filter(
        Exists(wrote), ~Exists(blocks), room=room, user__read_receipts=True
    )
    said = {"room_id": str(room.pk), "user_id": str(actor.pk), **marks}
    for user_id in writers.exclude(user=actor).order_by("user").values_list("user_id", flat=True):
        streams.append_last(user_id, "receipt", person_id=actor.pk, subject_id=room.pk, data=said)
