"""Pinning messages to the top of their room."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.actions.edits import lock_message
from chat.actions.messages import check_not_silenced
from chat.events.messages import MessagePinned, MessageUnpinned
from chat.models import Message, Pin
from chat.seats import check_writable, take_seat
from socialsite.lib.content import live
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden, NotFound
from socialsite.lib.realtime import streams
from socialsite.lib.rows import insert_once

MAX_PINS = 50
"""Of one room"""


@transaction.atomic
def pin_message(*, actor: User, message_id: int, room_id: int) -> int | None:
    """Pin a message: in a conversation whoever is in it may, elsewhere moderators of the room.

    Returns the number of the event, None when it was pinned. Raises NotFound, Forbidden (permission_denied, silenced), Conflict (room_archived;
    conflict for too many).
    """
    message = _take(actor, message_id, room_id)
    if insert_once(Pin, message=message, room_id=room_id, user=actor) is None:
        return None
    if Pin.objects.filter(live("message__"), room=room_id).count() > MAX_PINS:
        raise Conflict("conflict", f"A room has at most {MAX_PINS} pinned messages.")
    emit(MessagePinned(actor_id=actor.pk, message_id=message.pk, room_id=room_id))
    return _say(message, actor, pinned=True)


@transaction.atomic
def unpin_message(*, actor: User, message_id: int, room_id: int) -> int | None:
    """Take a message from the top of its room; returns the number of the event, None when it was not pinned. Raises as `pin_message`."""
    message = _take(actor, message_id, room_id)
    if not Pin.objects.filter(message=message).delete()[0]:
        return None
    emit(MessageUnpinned(actor_id=actor.pk, message_id=message.pk, room_id=room_id))
    return _say(message, actor, pinned=False)


def _take(actor: User, message_id: int, room_id: int) -> Message:
    place, seat = take_seat(actor, room_id)
    if not (place.is_conversation or seat.manages):
        raise Forbidden("permission_denied", "Only moderators of the room may do this.")
    check_writable(place)
    check_not_silenced(seat, timezone.now())
    message = lock_message(message_id)
    if not message.is_live:
        raise NotFound
    return message


def _say(message: Message, actor: User, *, pinned: bool) -> int:
    said = {
        "room_id": str(message.room_id),
        "message_id": str(message.pk),
        "seq_of_message": message.seq,
        "pinned": pinned,
        "by": str(actor.pk),
    }
    return streams.append(
        message.room_id, "pin", person_id=actor.pk, subject_id=message.pk, data=said
    )
