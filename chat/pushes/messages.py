"""The events of messages, and of how far people have read."""

from rest_framework import serializers

from accounts.models import User
from chat.marks import counts_of, marks_of, total_of
from chat.messages import find_rows
from chat.serializers.messages import MessageEvent, gone, shown
from socialsite.lib.api.serializers import Answer, IdField
from socialsite.lib.models import StreamEvent
from socialsite.lib.realtime.streams import Data, EventType


class MessageGone(Answer):
    """A message that is there no more; `seq` is its own number."""

    id = IdField(read_only=True)
    room_id = IdField(read_only=True)
    seq = serializers.IntegerField(read_only=True)
    deleted = serializers.BooleanField(read_only=True)


class MessageDeleted(MessageGone):
    """A message that was deleted; `by` is who did it, null when moderators of the site took it away."""

    by = IdField(read_only=True, allow_null=True)


class AboutMessage(Answer):
    room_id = IdField(read_only=True)
    message_id = IdField(read_only=True)
    seq_of_message = serializers.IntegerField(read_only=True)


class Reacted(AboutMessage):
    """An emoji that a person put on a message, or took off; `count` is how many it has since."""

    emoji = serializers.CharField(read_only=True)
    added = serializers.BooleanField(read_only=True)
    user_id = IdField(read_only=True)
    count = serializers.IntegerField(read_only=True)


class Pinned(AboutMessage):
    """A message that was put to the top of its room, or taken from there."""

    pinned = serializers.BooleanField(read_only=True)
    by = IdField(read_only=True)


class Unread(Answer):
    """What the person has not read of a room, and of all their conversations (`total`); the same on all their devices."""

    room_id = IdField(read_only=True)
    unread = serializers.IntegerField(read_only=True)
    mentions = serializers.IntegerField(read_only=True)
    read_seq = serializers.IntegerField(read_only=True)
    total = serializers.IntegerField(read_only=True)


class Receipt(Answer):
    """How far another has got and read the messages of a room that the person wrote in."""

    room_id = IdField(read_only=True)
    user_id = IdField(read_only=True)
    delivered_seq = serializers.IntegerField(read_only=True)
    read_seq = serializers.IntegerField(read_only=True)


def render_messages(events: list[StreamEvent]) -> dict[int, Data]:
    """Return the messages of events as they are now, one statement for all; of senders who are not there nothing is shown."""
    rows = find_rows(event.subject_id for event in events if event.subject_id)
    found = ((event.seq, rows.get(event.subject_id or 0)) for event in events)
    return {
        seq: shown(row) if row.is_live else gone(row)
        for seq, row in found
        if row is not None and row.is_by_somebody
    }


def render_about_messages(events: list[StreamEvent]) -> dict[int, Data]:
    """Return what was stored of events about messages that can still be read."""
    rows = find_rows(event.subject_id for event in events if event.subject_id)
    live = {pk for pk, row in rows.items() if row.is_live and row.is_by_somebody}
    return {event.seq: event.data for event in events if event.subject_id in live}


def render_unread(events: list[StreamEvent]) -> dict[int, Data]:
    """Return what a person has not read by now of the rooms of their events."""
    person = User.objects.filter(pk=events[0].stream_id).first()
    if person is None:
        return {}
    rooms = {event.subject_id for event in events if event.subject_id}
    counts, marks, total = counts_of(rooms, person), marks_of(rooms, person), total_of(person)
    return {
        event.seq: {
            "room_id": str(event.subject_id),
            "unread": counts[event.subject_id].unread,
            "mentions": counts[event.subject_id].mentions,
            "read_seq": marks.get(event.subject_id, 0),
            "total": total,
        }
        for event in events
        if event.subject_id
    }


EVENTS = (
    EventType("message", MessageEvent, render_messages, gone=MessageGone),
    EventType("message_updated", MessageEvent, render_messages, gone=MessageGone),
    EventType("message_deleted", MessageDeleted),
    EventType("reaction", Reacted, render_about_messages),
    EventType("pin", Pinned, render_about_messages),
    EventType("unread", Unread, render_unread),
    EventType("receipt", Receipt),
)
