"""Rooms as people read them, and what they send of them."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.fields import CleanedField, TextField
from chat.marks import NOTHING, counts_of
from chat.models import Membership, Room
from chat.models.rooms import LENGTHS
from chat.presence import online_in
from chat.serializers.messages import MessageAnswer, last_messages
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, rfc3339
from socialsite.lib.realtime.streams import last_numbers
from socialsite.lib.text.names import clean_line

MAX_SLOW_MODE_S = 6 * 3600
MAX_ASKED = 50
"""How many people are asked into a room by one call"""
KINDS = (Room.Kind.PUBLIC, Room.Kind.PRIVATE, Room.Kind.GROUP)


class RoomCard(Answer):
    """A room as everybody who may know of it reads it."""

    model = Room

    id = IdField(read_only=True)
    name = serializers.CharField(read_only=True)
    slug = serializers.CharField(read_only=True)
    description = serializers.CharField(read_only=True)
    kind = serializers.ChoiceField(choices=Room.Kind.choices, read_only=True)
    guests_allowed = serializers.BooleanField(read_only=True)
    slow_mode_s = serializers.IntegerField(read_only=True)
    archived = serializers.BooleanField(read_only=True)
    member_count = serializers.IntegerField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True)

    @classmethod
    def path_of(cls, thing: Room) -> str:
        return f"/api/rooms/{thing.pk}"

    def to_representation(self, instance: Room) -> dict[str, Any]:
        return card_of(instance)


class RoomAnswer(RoomCard):
    """A room as its reader stands to it; `state` is `none` for who is neither in it nor invited, `muted` is the reader's own wish."""

    owner_id = IdField(read_only=True, allow_null=True)
    online_count = serializers.IntegerField(read_only=True)
    last_seq = serializers.IntegerField(read_only=True)
    last_message = MessageAnswer(read_only=True, allow_null=True)
    unread = serializers.IntegerField(read_only=True)
    mentions = serializers.IntegerField(read_only=True)
    read_seq = serializers.IntegerField(read_only=True)
    role = serializers.ChoiceField(choices=Membership.Role.choices, read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=("none", *Membership.State.values), read_only=True)
    joined = serializers.BooleanField(read_only=True)
    muted = serializers.BooleanField(read_only=True)
    silenced_until = TimeField(read_only=True, allow_null=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: User) -> None:
        """Put on rooms what only their reader reads, and what changes all the time: six statements for a page."""
        ids = [room.pk for room in things]
        seats = {seat.room_id: seat for seat in _seats(ids, viewer)}
        numbers, online = last_numbers(ids), online_in(things)
        unread, newest = counts_of(ids, viewer), last_messages(ids, viewer)
        for room in things:
            room.seat, room.last_seq = seats.get(room.pk), numbers[room.pk]
            room.online_count = online.get(room.pk, 0)
            room.counts = unread.get(room.pk, NOTHING)
            room.last_message = newest.get(room.pk)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return whole(instance)


def _seats(ids: list[int], viewer: User) -> Any:
    return Membership.objects.filter(room__in=ids, user=viewer.pk)


def card_of(room: Room) -> dict[str, Any]:
    """Return what every answer and event says of a room."""
    return {
        "id": str(room.pk),
        "name": room.name,
        "slug": room.slug,
        "description": room.description,
        "kind": room.kind,
        "guests_allowed": room.guests_allowed,
        "slow_mode_s": room.slow_mode_s,
        "archived": room.archived_at is not None,
        "member_count": room.member_count,
        "version": room.version,
        "created_at": rfc3339(room.created_at),
    }


def whole(room: Any) -> dict[str, Any]:
    """Return a room that was completed for its reader."""
    seat: Membership | None = room.seat
    joined = seat is not None and seat.state == Membership.State.JOINED
    until = seat.silenced_until if seat else None
    return card_of(room) | {
        "owner_id": str(room.owner_id) if room.owner_id else None,
        "online_count": room.online_count,
        "last_seq": room.last_seq,
        "last_message": room.last_message,
        "unread": room.counts.unread,
        "mentions": room.counts.mentions,
        "read_seq": seat.read_seq if seat else 0,
        "role": seat.role if seat and joined else None,
        "state": seat.state if seat else "none",
        "joined": joined,
        "muted": seat.is_muted if seat else False,
        "silenced_until": rfc3339(until) if until else None,
    }


class RoomNameField(CleanedField):
    """A name in one line, without what cannot be seen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(clean_line, max_length=LENGTHS["name"], **options)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if len(name) > LENGTHS["name"]:
            self.fail("max_length", max_length=LENGTHS["name"])
        return name


class RoomEditBody(Body):
    """Changes to a room; what is not sent stays. `room_name` and `name` are the same."""

    name = RoomNameField(required=False)
    room_name = RoomNameField(required=False)
    description = TextField(max_length=LENGTHS["description"], required=False, allow_blank=True)
    guests_allowed = serializers.BooleanField(required=False)
    slow_mode_s = serializers.IntegerField(min_value=0, max_value=MAX_SLOW_MODE_S, required=False)
    archived = serializers.BooleanField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Put the name under `name`, by whichever of the two it came."""
        if "room_name" in attrs:
            other = attrs.pop("room_name")
            if attrs.setdefault("name", other) != other:
                raise serializers.ValidationError({"room_name": "Send the name once."}, "invalid")
        if attrs.get("name") == "":
            raise serializers.ValidationError({"name": "This field may not be blank."}, "blank")
        return attrs


class RoomBody(RoomEditBody):
    """A new room; `user_ids` are asked into it at once. Public and private ones have a name."""

    archived = None  # type: ignore[assignment]  # what is archived cannot be joined

    kind = serializers.ChoiceField(choices=KINDS, default=Room.Kind.PUBLIC)
    user_ids = serializers.ListField(child=IdField(), max_length=MAX_ASKED, required=False)


class RoomQuery(Body):
    """Which rooms: those whose name begins with `q`, of a `kind`, that the caller is in or invited to; archived ones only when asked for.

    Conversations of two are listed with `kind=direct` alone.
    """

    q = serializers.CharField(max_length=LENGTHS["name"], required=False)
    kind = serializers.ChoiceField(choices=Room.Kind.choices, required=False)
    state = serializers.ChoiceField(
        choices=(Membership.State.JOINED, Membership.State.INVITED), required=False
    )
    archived = serializers.BooleanField(default=False)
