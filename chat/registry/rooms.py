"""What rooms and their members register with the floors below."""

from typing import Any

from accounts.events import GuestForgotten, Registered
from accounts.models import User
from accounts.presence import register_audience
from analytics.registry import register_types as register_activities
from analytics.types import ActivityType, Deed
from chat import invariants as checks
from chat.actions.joining import claim_rooms, leave_all_rooms
from chat.actions.rooms import set_cause
from chat.commands import rooms as commands
from chat.events.rooms import (
    MemberAdded,
    MemberEffect,
    MemberInvited,
    RoomCreated,
    RoomEffect,
    RoomJoined,
)
from chat.models import Membership, Room
from chat.presence import co_members
from chat.pushes.rooms import EVENTS, departures
from chat.pushes.topics import ROOM
from chat.serializers.rooms import card_of
from moderation import kinds
from notifications.actions import notify_user
from notifications.types import NotificationType, register_types
from socialsite.lib import effects, invariants, targets
from socialsite.lib.ids import Kind
from socialsite.lib.realtime.streams import register_event
from socialsite.lib.realtime.topics import register_departure, register_topic

INVITATIONS = (
    NotificationType(
        name="room_invitation", text="{actor} asks you into a room.", category="messages"
    ),
)


def room_of(effect: RoomEffect) -> Deed:
    return effect.actor_id, effect.room_id


COMMANDS = (commands.join_room, commands.leave_room, commands.typing)
"""Known by being loaded"""
ACTIVITIES = (
    ActivityType(name="room", made_by={RoomCreated: room_of}),
    ActivityType(name="room_join", made_by={RoomJoined: room_of}),
)


def register() -> None:
    targets.register(
        Kind.ROOM,
        targets.Target(
            model=Room,
            visible_to=Room.objects.visible_to,
            owner_id=lambda room: room.owner_id or room.created_by_id,
            noun="room",
            summary=("name",),
            cards=cards,
        ),
    )
    kinds.register(Kind.ROOM, kinds.Moderated(set_cause=set_cause, evidence=evidence))
    for event in EVENTS:
        register_event(event)
    register_topic(ROOM)
    register_departure(ROOM.prefix, departures)
    register_audience(co_members)
    register_types(INVITATIONS)
    register_activities(ACTIVITIES)
    for effect in (MemberInvited, MemberAdded):
        effects.listen(effect, tell_of_invitation)
    effects.listen(GuestForgotten, leave_rooms)
    effects.listen(Registered, claim)
    members = Membership.objects.joined
    invariants.register_counter(invariants.Counter(Room, "member_count", members, "room"))
    invariants.register_check("chat.direct", checks.wrong_pairs)
    invariants.register_check("chat.names", checks.wrong_names)
    invariants.register_check("chat.owners", checks.wrong_owners)
    invariants.register_check("chat.roles", checks.wrong_roles)


def cards(ids: list[int], viewer: Any) -> dict[int, dict[str, Any]]:
    """Return rooms as the lists of other apps show them."""
    rows = Room.objects.visible_to(viewer).filter(pk__in=ids)
    return {room.pk: card_of(room) for room in rows}


def evidence(room: Room) -> kinds.Evidence:
    return kinds.Evidence(
        author_id=room.owner_id or room.created_by_id,
        text="\n".join(filter(None, (room.name, room.description))),
        created_at=room.created_at,
    )


def tell_of_invitation(effect: MemberEffect) -> None:
    notify_user(
        type_name="room_invitation",
        recipient_id=effect.user_id,
        actor_id=effect.actor_id,
        target_id=effect.room_id,
    )


def leave_rooms(effect: GuestForgotten) -> None:
    leave_all_rooms(actor=User(pk=effect.actor_id))


def claim(effect: Registered) -> None:
    claim_rooms(actor=User(pk=effect.actor_id))
