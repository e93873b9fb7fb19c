"""Joining rooms and leaving them, by oneself."""

from django.db import transaction

from accounts.actions.guests import register_guest
from accounts.actions.sessions import Origin, SignIn
from accounts.models import User
from chat.actions.seating import Announcements, hand_over, seat_people, succeed, unseat
from chat.events.rooms import RoomJoined, RoomLeft
from chat.models import Membership, Room
from chat.permissions import (
    banned,
    check_open,
    find_seat,
    guests_off,
    lock_room,
    refuse_direct,
)
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden

State = Membership.State
MAX_IN_GROUP = 250
"""Members and invitations of a group"""


@transaction.atomic
def join_room(*, actor: User, room: Room) -> Room:
    """Join a room that is public or that one is invited to; who is in it already changes nothing.

    Raises NotFound, Forbidden (banned, guests_off), Conflict (room_archived, room_full, invalid_state).
    """
    room = lock_room(room, actor)
    seat = find_seat(room, actor)
    if seat is not None and seat.state == State.JOINED:
        return room
    check_open(room)
    refuse_direct(room)
    check_admission(room, actor, seat)
    said = Announcements(room)
    seat_people(room, [actor], said)
    emit(RoomJoined(actor_id=actor.pk, room_id=room.pk))
    said.publish()
    return room


def check_admission(room: Room, user: User, seat: Membership | None) -> None:
    """Raise Forbidden (banned, guests_off), or Conflict (room_full), when somebody who may know of a room may not come in."""
    if seat is not None and seat.state == State.BANNED:
        raise banned()
    if user.is_guest and not room.guests_allowed:
        raise guests_off()
    if room.kind != Room.Kind.PUBLIC and seat is None:
        # Moderators of the site know of rooms that were reported.
        raise Forbidden("permission_denied", "This room takes people by invitation.")
    if room.kind == Room.Kind.GROUP and room.member_count >= MAX_IN_GROUP:
        raise Conflict("room_full", f"A group has at most {MAX_IN_GROUP} members.")


@transaction.atomic
def join_as_guest(*, username: str, room: Room | None, origin: Origin) -> SignIn:
    """Let somebody in by a name alone, and into a room at once when one is named: both or neither.

    Raises as `register_guest` and `join_room`.
    """
    made = register_guest(username=username, origin=origin)
    if room is not None:
        join_room(actor=made.session.user, room=room)
    return made


@transaction.atomic
def leave_room(*, actor: User, room: Room) -> None:
    """Leave a room, or decline an invitation; who is not in it changes nothing.

    A room whose owner leaves goes to the moderator who is in it longest, else to the member; a group or private room that nobody is
    left in is archived, a public one waits for who joins it next. Raises NotFound, Conflict for a conversation of two.
    """
    room = lock_room(room, actor)
    refuse_direct(room)
    seat = find_seat(room, actor)
    if seat is None or seat.state == State.BANNED:
        return
    said = Announcements(room)
    if seat.state == State.INVITED:
        seat.delete()
        said.lost(actor.pk, "declined")
    else:
        said.lost(actor.pk, "left")
        emit(RoomLeft(actor_id=actor.pk, room_id=room.pk))
        _go(room, seat, said)
    said.publish()


def _go(room: Room, seat: Membership, said: Announcements) -> None:
    """Take somebody who goes out of a room; what they owned goes to another."""
    unseat(room, seat)
    said.left(seat.user_id)
    if room.owner_id is None:
        succeed(room, seat.user_id, said)


@transaction.atomic
def leave_all_rooms(*, actor: User) -> None:
    """Take somebody who is gone for good out of every room."""
    seats = Membership.objects.filter(user=actor).exclude(room__kind=Room.Kind.DIRECT)
    rooms = Room.objects.select_for_update(no_key=True).filter(pk__in=seats.values("room"))
    for room in rooms.order_by("pk"):
        seat = find_seat(room, actor)
        if seat is not None and seat.state == State.JOINED:
            said = Announcements(room)
            _go(room, seat, said)
            said.publish()
        elif seat is not None:
            seat.delete()


@transaction.atomic
def claim_rooms(*, actor: User) -> None:
    """Give somebody who was a guest until now the rooms they are in that nobody owns."""
    # All of theirs: an owner may leave until the lock is there.
    wanted = Membership.objects.joined().filter(user=actor).values("room")
    rooms = Room.objects.exclude(kind=Room.Kind.DIRECT).filter(pk__in=wanted)
    for room in rooms.select_for_update(no_key=True).order_by("pk"):
        seat = find_seat(room, actor)
        if room.owner_id is None and seat is not None and seat.state == State.JOINED:
            said = Announcements(room)
            hand_over(room, seat, actor.pk, said)
            said.publish()
