"""The events of rooms and of who is in them, and whom each of them sends away."""

from collections.abc import Iterable, Mapping

from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from accounts.models import User
from accounts.serializers.people import PersonCard
from chat.models import Membership, Room
from chat.quiet import quiet
from chat.serializers.rooms import RoomCard, card_of
from socialsite.lib.api.serializers import Answer, IdField, TimeField
from socialsite.lib.content import live
from socialsite.lib.models import StreamEvent
from socialsite.lib.realtime.streams import Data, EventType

AWAY = {"deleted", "hidden", "removed"}
"""Changes of a room after which nobody hears it"""
OUT = {"removed", "banned"}
"""Changes of a member by others after which they are out"""


class RoomEvent(Answer):
    room_id = IdField(read_only=True)
    seq = serializers.IntegerField(read_only=True)


class CameOrWent(RoomEvent):
    """Who joined or left, and how many are in the room since."""

    user = PersonCard(read_only=True)
    member_count = serializers.IntegerField(read_only=True)


class MemberChanged(RoomEvent):
    """What others did to a member; `by` is null for what followed by itself."""

    user_id = IdField(read_only=True)
    change = serializers.ChoiceField(
        choices=("role", "silenced", "removed", "banned", "unbanned"), read_only=True
    )
    role = serializers.ChoiceField(choices=Membership.Role.choices, read_only=True)
    silenced_until = TimeField(read_only=True, allow_null=True)
    member_count = serializers.IntegerField(read_only=True)
    by = IdField(read_only=True, allow_null=True)


class RoomUpdated(RoomEvent):
    """How a room is now; null when it is there no more."""

    change = serializers.ChoiceField(
        choices=("edited", "archived", "unarchived", "deleted", "hidden", "removed", "shown"),
        read_only=True,
    )
    room = RoomCard(read_only=True, allow_null=True)


class Invitation(Answer):
    """A room that the person is asked into, or, with the state `joined`, was put into by somebody they are connected to."""

    room = RoomCard(read_only=True)
    state = serializers.ChoiceField(choices=("invited", "joined"), read_only=True)
    by = IdField(read_only=True)


class RoomLost(Answer):
    """A room that the person is in no more, or not invited to."""

    room_id = IdField(read_only=True)
    reason = serializers.ChoiceField(
        choices=(
            "left", "declined", "removed", "banned", "withdrawn", "deleted", "hidden",
        ),
        read_only=True,
    )  # fmt: skip


class RoomMuted(Answer):
    """Whether the person wants to be told of what is said in a room, as one of their devices has said."""

    room_id = IdField(read_only=True)
    muted = serializers.BooleanField(read_only=True)


def _placed(event: StreamEvent, data: Data) -> Data:
    return {"room_id": str(event.stream_id), "seq": event.seq, **data}


def render_people(events: list[StreamEvent]) -> dict[int, Data]:
    """Return who came or went, as they are now; of who is not there any more nothing is shown."""
    people = User.objects.filter(deleted_at__isnull=True, suspended_by__isnull=True).cards()
    found = people.in_bulk({event.subject_id for event in events})
    cards = {pk: PersonCard(user).data for pk, user in found.items()}
    return {
        event.seq: _placed(event, {"user": cards[event.subject_id], **event.data})
        for event in events
        if event.subject_id in cards
    }


def render_members(events: list[StreamEvent]) -> dict[int, Data]:
    return {event.seq: _placed(event, event.data) for event in events}


def render_updates(events: list[StreamEvent]) -> dict[int, Data]:
    """Return the room of the events as it is now, in each of them."""
    room = Room.objects.filter(live(), pk=events[0].stream_id).first()
    shown = card_of(room) if room else None
    return {event.seq: _placed(event, {"room": shown, **event.data}) for event in events}


def render_invitations(events: list[StreamEvent]) -> dict[int, Data]:
    """Return the rooms that the person is asked into still, or is in by now."""
    rooms = {event.subject_id for event in events}
    seats = Membership.objects.known().filter(live("room__"), user=events[0].stream_id)
    found = {seat.room_id: seat for seat in seats.filter(room__in=rooms).select_related("room")}
    return {
        event.seq: {
            "room": card_of(found[event.subject_id].room),
            "state": found[event.subject_id].state,
            "by": str(event.person_id),
        }
        for event in events
        if event.subject_id in found
    }


EVENTS = (
    EventType("user_joined", CameOrWent, render_people),
    EventType("user_left", CameOrWent, render_people),
    EventType("room_members", MemberChanged, render_members),
    EventType("room_updated", RoomUpdated, render_updates),
    EventType("invitation", Invitation, render_invitations),
    EventType("room_lost", RoomLost),
    EventType("room_muted", RoomMuted),
)


def departures(event: StreamEvent) -> Mapping[int, str]:
    """Say whom an event of a room sends away, and why; who has come back since hears on. What it says of who may write is noted."""
    _note_quiet(event)
    if event.name == "user_left" and event.person_id:
        return _gone(event, [event.person_id], "")
    if event.name == "room_members" and event.data["change"] in OUT and event.person_id:
        return _gone(event, [event.person_id], event.data["change"])
    if event.name == "room_updated" and event.data["change"] in AWAY:
        is_there = Room.objects.filter(live(), pk=event.stream_id).exists()
        members = Membership.objects.joined().filter(room=event.stream_id)
        reason = event.data["change"]
        return {} if is_there else dict.fromkeys(members.values_list("user", flat=True), reason)
    return {}


def _note_quiet(event: StreamEvent) -> None:
    change = event.data.get("change")
    if change in {"silenced", "role"} and event.person_id:
        until = event.data["silenced_until"]
        quiet.silence(event.stream_id, event.person_id, parse_datetime(until) if until else None)
    elif change in {"archived", "unarchived"}:
        quiet.close(event.stream_id, closed=change == "archived")


def _gone(event: StreamEvent, people: Iterable[int], reason: str) -> dict[int, str]:
    back = Membership.objects.joined().filter(room=event.stream_id, user__in=people)
    return dict.fromkeys(set(people) - set(back.values_list("user", flat=True)), reason)
