"""Reacting to messages with emoji."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from chat.actions.edits import lock_message
from chat.actions.messages import check_not_silenced
from chat.events.messages import MessageReacted, ReactionWithdrawn
from chat.models import Message, MessageReaction
from chat.seats import Seat, check_writable, take_seat
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, NotFound
from socialsite.lib.realtime import streams
from socialsite.lib.rows import insert_once
from socialsite.lib.tallies import counted
from socialsite.lib.text.emoji import clean_emoji

MAX_EMOJI = 30
"""Different ones on one message"""


@transaction.atomic
def react(*, actor: User, message_id: int, room_id: int, emoji: str) -> int | None:
    """Put an emoji on a message; returns the number of the event, None when it was there. Raises NotFound, Forbidden (silenced), Invalid,
    Conflict."""
    emoji = clean_emoji(emoji, "emoji")
    message, seat = _take(actor, message_id, room_id)
    check_not_silenced(seat, timezone.now())
    known = {row["emoji"] for row in message.reaction_counts}
    if emoji not in known and len(known) >= MAX_EMOJI:
        raise Conflict("conflict", f"A message takes at most {MAX_EMOJI} different emoji.")
    if insert_once(MessageReaction, message=message, user=actor, emoji=emoji) is None:
        return None
    emit(MessageReacted(actor_id=actor.pk, message_id=message.pk, room_id=room_id))
    return _count(message, actor, emoji, added=True)


@transaction.atomic
def unreact(*, actor: User, message_id: int, room_id: int, emoji: str) -> int | None:
    """Take one's emoji off a message; returns the number of the event, None when there was none. Raises NotFound, Forbidden, Invalid."""
    emoji = clean_emoji(emoji, "emoji")
    message, _ = _take(actor, message_id, room_id)
    rows = MessageReaction.objects.filter(message=message, user=actor, emoji=emoji)
    if not rows.delete()[0]:
        return None
    emit(ReactionWithdrawn(actor_id=actor.pk, message_id=message.pk, room_id=room_id))
    return _count(message, actor, emoji, added=False)


def _take(actor: User, message_id: int, room_id: int) -> tuple[Message, Seat]:
    """Lock a room and a message in it that its members may react to; return it with the actor's seat."""
    place, seat = take_seat(actor, room_id)
    check_writable(place)
    message = lock_message(message_id)
    if not message.is_live:
        raise NotFound
    return message, seat


def _count(message: Message, actor: User, emoji: str, *, added: bool) -> int:
    rows = counted(message.reaction_counts, emoji, 1 if added else -1)
    Message.objects.filter(pk=message.pk).update(reaction_counts=rows)
    said = {
        "room_id": str(message.room_id),
        "message_id": str(message.pk),
        "seq_of_message": message.seq,
        "emoji": emoji,
        "added": added,
        "user_id": str(actor.pk),
        "count": sum(row["count"] for row in rows if row["emoji"] == emoji),
    }
    return streams.append(
        message.room_id, "reaction", person_id=actor.pk, subject_id=message.pk, data=said
    )
