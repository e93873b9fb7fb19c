"""Who may do what in a room; who may know of it is `Room.objects.visible_to`."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from chat.models import Membership, Room
from socialsite.lib import targets
from socialsite.lib.errors import Conflict, Forbidden

RANKS: dict[str, int] = {
    Membership.Role.MEMBER: 1,
    Membership.Role.MODERATOR: 2,
    Membership.Role.OWNER: 3,
}


def lock_room(room: Room, actor: User) -> Room:
    """Lock a room before its members and its stream, and return it as it is now. Raises NotFound when the actor may not know of it."""
    found: Room = targets.lock(room.pk, actor)
    return found


def check_open(room: Room) -> None:
    """Raise Conflict when nothing can change in a room: moderators took it away, its owner archived it."""
    if not room.is_live:
        raise Conflict("invalid_state", "Others do not see this room.")
    if room.archived_at is not None:
        raise Conflict("room_archived", "This room is archived.")


def refuse_direct(room: Room) -> None:
    """Raise Conflict for a conversation of two, which stays one."""
    if room.is_direct:
        raise Conflict("invalid_state", "This is a conversation of two.")


def refuse_guest(actor: User) -> None:
    """Raise Forbidden when the actor has no account."""
    if actor.is_guest:
        raise Forbidden("guest", "Guests may not do this: register first, your rooms stay.")


def find_seat(room: Room, user: User) -> Membership | None:
    """Return what binds a person to a room: that they are in it, invited, or banned."""
    return Membership.objects.filter(room=room, user=user).first()


def not_member() -> Forbidden:
    return Forbidden("not_member", "Join the room first.")


def banned() -> Forbidden:
    return Forbidden("banned", "A moderator of this room keeps you out.")


def guests_off() -> Forbidden:
    return Forbidden("guests_off", "This room is for people with an account.")


def own_seat(room: Room, actor: User) -> Membership:
    """Return the actor's membership. Raises Forbidden (not_member)."""
    found = find_seat(room, actor)
    if found is None or found.state != Membership.State.JOINED:
        raise not_member()
    return found


def check_manages(seat: Membership, least: str = Membership.Role.MODERATOR) -> None:
    """Raise Forbidden unless a member has at least this role."""
    if RANKS[seat.role] < RANKS[least]:
        raise Forbidden("permission_denied", f"Only a {least} of the room may do this.")


def check_above(seat: Membership, other: Membership) -> None:
    """Raise Forbidden unless a member is at least a moderator, and of a higher role than another."""
    check_manages(seat)
    if RANKS[other.role] >= RANKS[seat.role]:
        raise Forbidden("permission_denied", "This person's role is not below yours.")


def check_invites(seat: Membership, room: Room) -> None:
    """Raise Forbidden unless a member may invite: anybody to what is public, else its moderators."""
    if room.kind != Room.Kind.PUBLIC:
        check_manages(seat)


def silence_of(seat: Membership) -> datetime | None:
    """Return until when a moderator of the room lets a member only read; None when they may write."""
    until: datetime | None = seat.silenced_until
    return until if until is not None and until > timezone.now() else None
