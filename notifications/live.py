"""What people are told, on all their devices at once: the personal events of notifications.

An event names a row and is rendered from it whenever it is read, for its one reader: what they dismissed or may not see any more shows
nothing. What one device reads or dismisses is one event for the others, however many rows it touched.
"""

from typing import Any

from rest_framework import serializers

from accounts.filters import filters_of
from accounts.models import User
from notifications.events import (
    CHANGED,
    TOLD,
    GroupDismissed,
    GroupRead,
    NotificationDismissed,
    NotificationRead,
    NotificationsRead,
    SenderAccepted,
)
from notifications.filters import SCOPE, mark
from notifications.models import Notification
from notifications.serializers.notifications import NotificationAnswer
from socialsite.lib import effects
from socialsite.lib.api.serializers import Answer, Body, IdField
from socialsite.lib.effects import Effect
from socialsite.lib.errors import Forbidden
from socialsite.lib.models import StreamEvent
from socialsite.lib.realtime import streams
from socialsite.lib.realtime.commands import Caller, command

CHANGES = ("read", "dismissed", "accepted")

Data = dict[str, Any]


class ToldAnswer(NotificationAnswer):
    """A notification as in the list, its group, and how many are unread."""

    group_key = IdField(read_only=True)
    unread_count = serializers.IntegerField(read_only=True)


class ChangedAnswer(Answer):
    """What another device did: with the notification `id`, with the group `group_key`, or with what was held of `sender_id`; with none of
    these, with the whole list. `up_to` says that newer rows were left as they are."""

    change = serializers.ChoiceField(choices=CHANGES, read_only=True)
    id = IdField(read_only=True, required=False)
    group_key = IdField(read_only=True, required=False)
    up_to = IdField(read_only=True, required=False)
    sender_id = IdField(read_only=True, required=False)
    unread_count = serializers.IntegerField(read_only=True)


class PersonalRoomBody(Body):
    """`user_id` is the caller's own."""

    user_id = IdField()


class PersonalRoomAnswer(Answer):
    """`useq` is the number of the caller's last personal event."""

    useq = serializers.IntegerField(read_only=True)


def register() -> None:
    """Make known what stands in people's streams, and what puts it there."""
    streams.register_event(streams.EventType(TOLD, ToldAnswer, render_told))
    streams.register_event(streams.EventType(CHANGED, ChangedAnswer, render_changed))
    for effect, change in (
        (NotificationRead, "read"),
        (NotificationsRead, "read"),
        (GroupRead, "read"),
        (NotificationDismissed, "dismissed"),
        (GroupDismissed, "dismissed"),
        (SenderAccepted, "accepted"),
    ):
        effects.listen(effect, note_of(change))


@command("join_personal_room", body=PersonalRoomBody, answer=PersonalRoomAnswer, scope="read")
def join_personal_room(caller: Caller, data: Data) -> Data:
    """Hear what happens to oneself. Sockets do so by themselves; only one's own id is accepted."""
    if data["user_id"] != caller.user.pk:
        raise Forbidden("permission_denied", "Only your own events are yours to hear.", "user_id")
    useq = streams.last_numbers([caller.user.pk])[caller.user.pk]
    if not caller.line.hears(streams.topic_of(caller.user.pk)):
        caller.line.listen_from(caller.user.pk, useq)
    return {"useq": useq}


def note_of(change: str) -> effects.Handler:
    """Return a handler that lets a person's other devices follow what they did."""

    def note(effect: Effect) -> None:
        named = {
            "id": "notification_id",
            "group_key": "group_id",
            "up_to": "up_to_id",
            "sender_id": "sender_id",
        }
        found = {key: getattr(effect, name, None) for key, name in named.items()}
        data = {key: str(pk) for key, pk in found.items() if pk is not None}
        streams.append_last(effect.actor_id, CHANGED, data={"change": change, **data})

    note.__name__ = f"note_{change}"
    return note


def render_told(events: list[StreamEvent]) -> dict[int, Data]:
    """Return the notifications of events as their reader sees them now: a few statements for all."""
    reader = _reader_of(events)
    if reader is None:
        return {}
    wanted = [event.subject_id for event in events if event.subject_id]
    seen = Notification.objects.visible_to(reader)
    rows = list(seen.filter(pk__in=wanted).for_api(reader))
    mark(rows, filters_of(reader, SCOPE))
    unread = seen.unread().count() if rows else 0
    render = ToldAnswer().to_representation
    shown = {row.pk: _more(render(row), row, unread) for row in rows}
    return {event.seq: shown[event.subject_id] for event in events if event.subject_id in shown}


def render_changed(events: list[StreamEvent]) -> dict[int, Data]:
    """Return what other devices did, with the number of unread ones as it is now."""
    reader = _reader_of(events)
    if reader is None:
        return {}
    unread = Notification.objects.visible_to(reader).unread().count()
    return {event.seq: event.data | {"unread_count": unread} for event in events}


def _more(data: Data, row: Notification, unread: int) -> Data:
    return data | {"group_key": str(row.group_id), "unread_count": unread}


def _reader_of(events: list[StreamEvent]) -> User | None:
    return User.objects.filter(pk=events[0].stream_id, deleted_at__isnull=True).first()
