"""Conversations as their people read them, and the marks of a room."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.people import PersonCard
from chat import conversations
from chat.marks import counts_of, total_of
from chat.messages import MAX_SEQ
from chat.models import Membership, Room
from chat.models.rooms import LENGTHS
from chat.serializers.messages import MessageAnswer
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, rfc3339
from socialsite.lib.errors import NotFound
from socialsite.lib.ids import time_of


class ConversationAnswer(Answer):
    """A direct room or a group as one of its people reads it; `recipient` and the two participants are those of a direct room.

    Of a group the first people are shown, as far as the reader may know of them.
    """

    model = Room

    id = IdField(read_only=True)
    conversation_id = IdField(read_only=True)
    room_id = IdField(read_only=True)
    kind = serializers.ChoiceField(choices=("direct", "group"), read_only=True)
    name = serializers.CharField(read_only=True)
    participants = PersonCard(many=True, read_only=True)
    participant1 = IdField(read_only=True, allow_null=True)
    participant2 = IdField(read_only=True, allow_null=True)
    recipient = PersonCard(read_only=True, allow_null=True)
    member_count = serializers.IntegerField(read_only=True)
    last_message = MessageAnswer(read_only=True, allow_null=True)
    last_message_id = IdField(read_only=True, allow_null=True)
    last_seq = serializers.IntegerField(read_only=True)
    read_seq = serializers.IntegerField(read_only=True)
    delivered_seq = serializers.IntegerField(read_only=True)
    unread = serializers.IntegerField(read_only=True)
    unread_count = serializers.IntegerField(read_only=True)
    mentions = serializers.IntegerField(read_only=True)
    archived = serializers.BooleanField(read_only=True)
    muted = serializers.BooleanField(read_only=True)
    created_at = TimeField(read_only=True)
    updated_at = TimeField(read_only=True)
    last_activity = TimeField(read_only=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: User) -> None:
        conversations.complete(things, viewer)

    @classmethod
    def rendered(cls, things: list[Any], context: dict[str, Any]) -> list[Any]:
        return [shown(room, context["viewer"]) for room in things]


def shown(room: Any, viewer: User) -> dict[str, Any]:
    """Return a conversation that was completed for its reader."""
    seat: Membership = room.seat
    others = [user for user in room.people if user.pk != viewer.pk]
    recipient = others[0] if room.is_direct and others else None
    pk, last_activity = str(room.pk), rfc3339(time_of(room.newest))
    return {
        "id": pk,
        "conversation_id": pk,
        "room_id": pk,
        "kind": room.kind,
        "name": room.name,
        "participants": PersonCard(room.people, many=True).data,
        "participant1": str(room.low_id) if room.low_id else None,
        "participant2": str(room.high_id) if room.high_id else None,
        "recipient": PersonCard(recipient).data if recipient else None,
        "member_count": room.member_count,
        "last_message": room.last_message,
        "last_message_id": room.last_message["id"] if room.last_message else None,
        "last_seq": room.last_seq,
        "read_seq": seat.read_seq,
        "delivered_seq": seat.delivered_seq,
        "unread": room.counts.unread,
        "unread_count": room.counts.unread,
        "mentions": room.counts.mentions,
        "archived": room.archived_at is not None,
        "muted": seat.is_muted,
        "created_at": rfc3339(room.created_at),
        "updated_at": last_activity,
        "last_activity": last_activity,
    }


class ConversationQuery(Body):
    """Which conversations: those of a filter, or all that are not archived; `q` is how a name in it begins, a group's or a person's."""

    q = serializers.CharField(max_length=LENGTHS["name"], required=False)
    filter = serializers.ChoiceField(
        choices=("unread", "archived", "group", "direct"), required=False
    )


class MarksAnswer(Answer):
    """How far the caller has got and read a room, and what is left; `total` is of all their conversations."""

    model = Membership

    room_id = IdField(read_only=True)
    read_seq = serializers.IntegerField(read_only=True)
    delivered_seq = serializers.IntegerField(read_only=True)
    unread = serializers.IntegerField(read_only=True)
    mentions = serializers.IntegerField(read_only=True)
    total = serializers.IntegerField(read_only=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: int) -> dict[str, Any] | None:
        """Return the marks of the viewer in a room."""
        seats = Membership.objects.joined().filter(room=pk, user=viewer.pk)
        marks = seats.values("read_seq", "delivered_seq").first()
        if marks is None:
            return None
        counts = counts_of([pk], viewer)[pk]
        found = {"room_id": pk, **marks, "unread": counts.unread, "mentions": counts.mentions}
        return found | {"total": total_of(viewer)}

    @classmethod
    def render(cls, thing: dict[str, Any], context: dict[str, Any]) -> dict[str, Any]:
        return thing | {"room_id": str(thing["room_id"])}


def marks_of(viewer: User, room_id: int) -> dict[str, Any]:
    """Return the marks of a member as they are answered. Raises NotFound."""
    found = MarksAnswer.fetch(viewer, room_id)
    if found is None:
        raise NotFound
    return MarksAnswer.render(found, {})


class ReadBody(Body):
    """Up to which event a room is read; less than before marks as unread. With `delivered` it has only reached a device."""

    up_to_seq = serializers.IntegerField(min_value=0, max_value=MAX_SEQ)
    delivered = serializers.BooleanField(default=False)


class ReaderAnswer(Answer):
    """Who has read a message."""

    model = Membership

    user = PersonCard(read_only=True)
    read_seq = serializers.IntegerField(read_only=True)


class EmojiBody(Body):
    emoji = serializers.CharField(max_length=64)
