"""What members do to one another: invite, give roles, silence, remove, ban."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Block, Connection, User
from chat.actions.joining import MAX_IN_GROUP
from chat.actions.seating import Announcements, give_role, hand_over, seat_people, unseat
from chat.events.rooms import (
    MemberAdded,
    MemberBanned,
    MemberInvited,
    MemberRemoved,
    MemberSilenced,
    MemberUnbanned,
)
from chat.models import Membership, Room
from chat.permissions import (
    check_above,
    check_invites,
    check_manages,
    check_open,
    find_seat,
    guests_off,
    lock_room,
    own_seat,
    refuse_direct,
    refuse_guest,
)
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden, Invalid, NotFound
from socialsite.lib.realtime import streams

Role, State = Membership.Role, Membership.State


@transaction.atomic
def add_members(
    *, actor: User, room: Room, people: Iterable[User], role: str = Role.MEMBER
) -> Room:
    """Ask people into a room: who is connected to the actor is put into a group at once, everybody else is invited. The owner may ask
    them in as moderators.

    Who is in it or invited already changes nothing. Raises NotFound, Forbidden (not_member, permission_denied, blocked, banned,
    guests_off), Conflict (room_archived, room_full, invalid_state for a guest with a role).
    """
    refuse_guest(actor)
    people = list(people)
    lock_people([actor, *people])
    room = lock_room(room, actor)
    check_open(room)
    refuse_direct(room)
    seat = own_seat(room, actor)
    check_invites(seat, room)
    if role != Role.MEMBER:
        check_manages(seat, Role.OWNER)
        _refuse_guests(people)
    said = Announcements(room)
    admit(actor, room, people, said, role)
    said.publish()
    return room


def admit(
    actor: User, room: Room, people: list[User], said: Announcements, role: str = Role.MEMBER
) -> None:
    """Invite people or put them in. Needs the locks on the people, who then cannot block each other meanwhile, and on the room."""
    if not people:
        return
    _refuse_blocked(actor, people)
    seats = {seat.user_id: seat for seat in Membership.objects.filter(room=room, user__in=people)}
    fresh = [user for user in people if user.pk not in seats and user.pk != actor.pk]
    if any(seats[user.pk].state == State.BANNED for user in people if user.pk in seats):
        raise Forbidden("banned", "A moderator of this room keeps this person out.")
    if not room.guests_allowed and any(user.is_guest for user in fresh):
        raise guests_off()
    if room.kind == Room.Kind.GROUP and _seats_of(room) + len(fresh) > MAX_IN_GROUP:
        raise Conflict("room_full", f"A group has at most {MAX_IN_GROUP} members.")
    added = _connected(actor, fresh) if room.kind == Room.Kind.GROUP else set()
    seat_people(room, [user for user in fresh if user.pk in added], said, role)
    invited = [user for user in fresh if user.pk not in added]
    Membership.objects.bulk_create(
        [
            Membership(room=room, user=user, state=State.INVITED, role=role, changed_by=actor)
            for user in invited
        ]
    )
    for user in fresh:
        said.invited(user.pk, actor.pk)
        effect = MemberAdded if user.pk in added else MemberInvited
        emit(effect(actor_id=actor.pk, room_id=room.pk, user_id=user.pk))


@transaction.atomic
def set_role(*, actor: User, room: Room, user: User, role: str) -> None:
    """Give a member another role, as the owner; another owner makes the last one a moderator.

    Raises Forbidden, NotFound, Conflict (owner_must_stay, room_archived, invalid_state for a guest).
    """
    room, seat, other = _lock_two(actor, room, user)
    check_manages(seat, Role.OWNER)
    if other.role == role:
        return
    if other.role == Role.OWNER:
        raise Conflict("owner_must_stay", "Hand the room over first: make somebody else its owner.")
    _refuse_guests([user])
    said = Announcements(room)
    if role == Role.OWNER:
        hand_over(room, other, actor.pk, said)
    else:
        give_role(room, other, role, actor.pk, said)
    said.publish()


@transaction.atomic
def silence_member(*, actor: User, room: Room, user: User, until: datetime | None) -> None:
    """Let a member of a lower role only read until then; None lets them write again. Raises Forbidden, NotFound, Invalid, Conflict."""
    if until is not None and until <= timezone.now():
        raise Invalid("invalid", "Choose a time to come.", "silenced_until")
    room, seat, other = _lock_two(actor, room, user)
    check_above(seat, other)
    if other.silenced_until == until:
        return
    other.silenced_until = until
    other.save(update_fields=["silenced_until"])
    emit(MemberSilenced(actor_id=actor.pk, room_id=room.pk, user_id=user.pk))
    said = Announcements(room)
    said.changed(other, "silenced", actor.pk)
    said.publish()


@transaction.atomic
def mute_room(*, actor: User, room: Room, muted: bool) -> None:
    """Say whether one wants to be told of what is said in a room one is in; all one's devices hear it. Raises Forbidden, NotFound."""
    room = lock_room(room, actor)
    seat = own_seat(room, actor)
    if seat.is_muted != muted:
        seat.is_muted = muted
        seat.save(update_fields=["is_muted"])
        said = {"room_id": str(room.pk), "muted": muted}
        streams.append_last(actor.pk, "room_muted", subject_id=room.pk, data=said)


@transaction.atomic
def remove_member(*, actor: User, room: Room, user: User) -> None:
    """Take a member of a lower role out of a room, or an invitation back; they may come again. Raises Forbidden, NotFound, Conflict."""
    room = lock_room(room, actor)
    refuse_direct(room)
    seat, other = own_seat(room, actor), find_seat(room, user)
    if other is None or other.state == State.BANNED:
        raise NotFound
    check_above(seat, other)
    said = Announcements(room)
    if other.state == State.INVITED:
        other.delete()
        said.lost(user.pk, "withdrawn")
    else:
        unseat(room, other)
        said.changed(other, "removed", actor.pk)
        said.lost(user.pk, "removed")
    emit(MemberRemoved(actor_id=actor.pk, room_id=room.pk, user_id=user.pk))
    said.publish()


@transaction.atomic
def ban_member(*, actor: User, room: Room, user: User) -> None:
    """Keep a person out of a room, whether or not they are in it. Twice changes nothing. Raises Forbidden, NotFound, Conflict."""
    room = lock_room(room, actor)
    refuse_direct(room)
    seat, other = own_seat(room, actor), find_seat(room, user)
    check_above(seat, other or Membership())
    if other is not None and other.state == State.BANNED:
        return
    was_there = other is not None and other.state == State.JOINED
    if other is not None and was_there:
        unseat(room, other)
    elif other is not None:
        other.delete()
    ban = Membership.objects.create(room=room, user=user, state=State.BANNED, changed_by=actor)
    emit(MemberBanned(actor_id=actor.pk, room_id=room.pk, user_id=user.pk))
    said = Announcements(room)
    said.changed(ban, "banned", actor.pk)
    if other is not None:
        said.lost(user.pk, "banned")
    said.publish()


@transaction.atomic
def unban_member(*, actor: User, room: Room, user: User) -> None:
    """Let a person come again. Who is not banned changes nothing. Raises Forbidden, NotFound, Conflict."""
    room = lock_room(room, actor)
    refuse_direct(room)
    check_manages(own_seat(room, actor))
    ban = find_seat(room, user)
    if ban is None or ban.state != State.BANNED:
        return
    ban.delete()
    emit(MemberUnbanned(actor_id=actor.pk, room_id=room.pk, user_id=user.pk))
    said = Announcements(room)
    said.changed(ban, "unbanned", actor.pk)
    said.publish()


def _lock_two(actor: User, room: Room, user: User) -> tuple[Room, Membership, Membership]:
    """Lock a room in which something can change, and return it with the seats of two who are in it."""
    room = lock_room(room, actor)
    check_open(room)
    refuse_direct(room)
    seat, other = own_seat(room, actor), find_seat(room, user)
    if other is None or other.state != State.JOINED:
        raise NotFound
    return room, seat, other


def _refuse_guests(people: Iterable[User]) -> None:
    if any(user.is_guest for user in people):
        raise Conflict("invalid_state", "A guest has no role in a room.")


def lock_people(people: list[User]) -> None:
    """Lock people by their ids, as whoever blocks one of them does."""
    ids = sorted({user.pk for user in people})
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    if not all(row.is_active for row in rows) or len(rows) < len(ids):
        raise NotFound


def _refuse_blocked(actor: User, people: list[User]) -> None:
    """Raise NotFound when one of them blocks the actor, Forbidden when the actor blocks one."""
    if Block.objects.filter(blocker__in=people, blocked=actor).exists():
        raise NotFound
    if Block.objects.filter(blocker=actor, blocked__in=people).exists():
        raise Forbidden("blocked", "You block this person. Unblock them first.")


def _connected(actor: User, people: list[User]) -> set[int]:
    accepted = Connection.objects.accepted()
    pairs = accepted.filter(Q(low=actor, high__in=people) | Q(high=actor, low__in=people))
    return {pk for pair in pairs.values_list("low_id", "high_id") for pk in pair} - {actor.pk}


def _seats_of(room: Room) -> int:
    taken = Membership.objects.known().filter(room=room)
    return taken.count()
