"""Telling people of messages: whom a message names, and the other of a conversation once for all that they have not read."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from chat.models import Membership, Message
from chat.seats import Place
from notifications.actions import mark_read as mark_notification_read
from notifications.actions import notify_user
from notifications.models import Notification
from notifications.types import NotificationType
from socialsite.lib.prepared import PreparedRead
from socialsite.lib.tasks import enqueue_at

TYPES = (
    NotificationType(name="message", text="{actor} sent you a message.", category="messages"),
    NotificationType(
        name="message_mention", text="{actor} mentions you in a room.", category="messages"
    ),
)
READING_FOR = timedelta(seconds=20)
"""Who read on in a conversation so lately is taken to be looking at it, and told only if they have not read by then"""


def tell_named(sender_id: int, message_id: int, room_id: int, people: Iterable[User]) -> None:
    """Tell members that a message names them, but who muted the room."""
    ids = [user.pk for user in people]
    if not ids:
        return
    listening = Membership.objects.joined().filter(room=room_id, user__in=ids, is_muted=False)
    for user_id in listening.order_by("user").values_list("user_id", flat=True):
        notify_user(
            type_name="message_mention",
            recipient_id=user_id,
            actor_id=sender_id,
            target_id=message_id,
            about_ids=(room_id,),
        )


def tell_recipient(sender_id: int, place: Place, seq: int) -> None:
    """Tell the other of a direct room of its first message that they have not read; of the next ones they know."""
    recipient_id = place.other(sender_id)
    row = _LISTENER.one(room=place.id, recipient=recipient_id, sender=sender_id, seq=seq)
    if row is None or row[-1]:
        return
    is_muted, read_seq, read_at, _ = row
    if is_muted:
        return
    if read_at is not None and timezone.now() - read_at < READING_FOR:
        when = timezone.now() + READING_FOR
        enqueue_at(
            when, "chat.tell_recipient", room_id=place.id, user_id=recipient_id, sender_id=sender_id, seq=seq
        )  # fmt: skip
        return
    _tell(recipient_id, sender_id, place.id, read_seq)


def tell_unless_read(*, room_id: int, user_id: int, sender_id: int, seq: int) -> None:
    """Tell who was reading of a message that they have not read since."""
    seats = Membership.objects.joined().filter(room=room_id, user=user_id, is_muted=False)
    read_seq = seats.filter(read_seq__lt=seq).values_list("read_seq", flat=True).first()
    said = Message.objects.countable().filter(room=room_id, seq=seq)
    if read_seq is not None and said.exists():
        _tell(user_id, sender_id, room_id, read_seq)


def settle_notifications(user_id: int, room_id: int) -> None:
    """Mark as read what a person was told of a conversation that they have read."""
    told = Notification.objects.filter(
        recipient=user_id, target_id=room_id, type="message"
    ).unread()
    for notification in told:
        mark_notification_read(actor=notification.recipient, notification=notification)


def _tell(recipient_id: int, sender_id: int, room_id: int, read_seq: int) -> None:
    notify_user(
        type_name="message",
        recipient_id=recipient_id,
        actor_id=sender_id,
        target_id=room_id,
        occasion=str(read_seq),
    )


def _listeners(room: Any, recipient: Any, sender: Any, seq: Any) -> QuerySet[Any]:
    earlier = Message.objects.filter(
        room=room, sender=sender, seq__gt=OuterRef("read_seq"), seq__lt=seq
    )
    rows = Membership.objects.joined().filter(room=room, user=recipient)
    return rows.values_list("is_muted", "read_seq", "read_at", Exists(earlier))


_id: Any = Membership._meta.get_field("id")
_seq: Any = Membership._meta.get_field("read_seq")
_LISTENER = PreparedRead(_listeners, room=_id, recipient=_id, sender=_id, seq=_seq)
