"""Seats: putting people into a room and taking them out. Whoever calls these holds the lock on the room.

The row of a membership, the count of members, the owner and the events change together here and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.utils import timezone

from accounts.models import User
from chat.events.rooms import RoleChanged, RoomArchived, RoomUnarchived
from chat.models import Membership, Room, Silence
from chat.permissions import silence_of
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.effects import emit
from socialsite.lib.realtime import streams

Role, State = Membership.Role, Membership.State


@dataclass
class Announcements:
    """The events of a room, collected in an action and stored at its end, and those of people, which the transaction stores last."""

    room: Room
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def joined(self, user: User) -> None:
        said = {"member_count": self.room.member_count}
        self._say("user_joined", person_id=user.pk, subject_id=user.pk, data=said)

    def left(self, user_id: int) -> None:
        said = {"member_count": self.room.member_count}
        self._say("user_left", person_id=user_id, subject_id=user_id, data=said)

    def changed(self, seat: Membership, change: str, by: int | None) -> None:
        """Tell the members what others did to one of them: API.md section 5."""
        until: datetime | None = seat.silenced_until
        said = {
            "user_id": str(seat.user_id),
            "change": change,
            "role": seat.role,
            "silenced_until": rfc3339(until) if until else None,
            "member_count": self.room.member_count,
            "by": str(by) if by else None,
        }
        self._say("room_members", person_id=seat.user_id, data=said)

    def updated(self, change: str) -> None:
        self._say("room_updated", subject_id=self.room.pk, data={"change": change})

    def invited(self, user_id: int, by: int) -> None:
        streams.append_last(user_id, "invitation", person_id=by, subject_id=self.room.pk)

    def lost(self, user_id: int, reason: str) -> None:
        """Tell all devices of a person that they are in the room no more, or not invited to it."""
        said = {"room_id": str(self.room.pk), "reason": reason}
        streams.append_last(user_id, "room_lost", subject_id=self.room.pk, data=said)

    def publish(self) -> None:
        """Store the events of the room: the last thing of an action. Who came has read all that was said before."""
        for name, columns in self.events:
            seq = streams.append(self.room.pk, name, **columns)
            if name == "user_joined":
                seats = Membership.objects.filter(room=self.room, user=columns["subject_id"])
                seats.update(joined_seq=seq, read_seq=seq, delivered_seq=seq)

    def _say(self, name: str, **columns: Any) -> None:
        self.events.append((name, columns))


def seat_people(
    room: Room, people: Iterable[User], said: Announcements, role: str = Role.MEMBER
) -> None:
    """Make people members, or of a role; those who were invited have theirs. A room without an owner gets the first of them who has
    an account. Who left while they were silenced still is, unless they have a role.
    """
    waiting = {seat.user_id: seat for seat in Membership.objects.filter(room=room, user__in=people)}
    silences = Silence.objects.filter(room=room, user__in=people)
    silenced = dict(silences.values_list("user", "until"))
    silences.delete()
    for user in people:
        seat = waiting.get(user.pk) or Membership(room=room, user=user, role=role)
        seat.state, seat.joined_at, seat.changed_by = State.JOINED, timezone.now(), None
        if room.owner_id is None and not room.is_direct and not user.is_guest:
            seat.role, room.owner = Role.OWNER, user
        if seat.role == Role.MEMBER:
            seat.silenced_until = silenced.get(user.pk)
        seat.save()
        room.member_count += 1
        said.joined(user)
        if seat.role == Role.MODERATOR:
            said.changed(seat, "role", None)
    _keep_count(room)


def unseat(room: Room, seat: Membership) -> None:
    """Take a member out of a room; that they are silenced waits for them."""
    seat.delete()
    if until := silence_of(seat):
        Silence.objects.filter(room=room, until__lte=timezone.now()).delete()
        Silence.objects.create(room=room, user_id=seat.user_id, until=until)
    room.member_count -= 1
    if seat.role == Role.OWNER:
        room.owner = None
    _keep_count(room)


def give_role(room: Room, seat: Membership, role: str, actor_id: int, said: Announcements) -> None:
    """Give a member another role. Who moderates a room is not silenced in it: nobody of their role could end it."""
    seat.role = role
    if role != Role.MEMBER:
        seat.silenced_until = None
    seat.save(update_fields=["role", "silenced_until"])
    emit(RoleChanged(actor_id=actor_id, room_id=room.pk, user_id=seat.user_id, role=role))
    said.changed(seat, "role", actor_id)


def hand_over(room: Room, seat: Membership, actor_id: int, said: Announcements) -> None:
    """Make a member the owner; who was it is a moderator from now on."""
    Membership.objects.filter(room=room, role=Role.OWNER).update(role=Role.MODERATOR)
    give_role(room, seat, Role.OWNER, actor_id, said)
    Room.objects.filter(pk=room.pk).update(owner=seat.user_id)
    room.owner_id = seat.user_id


def set_archived(room: Room, actor_id: int, said: Announcements, *, archived: bool) -> None:
    """Archive a room or open it again; what is so already changes nothing."""
    if archived == (room.archived_at is not None):
        return
    room.archived_at = timezone.now() if archived else None
    room.version += 1
    Room.objects.filter(pk=room.pk).update(archived_at=room.archived_at, version=room.version)
    effect = RoomArchived if archived else RoomUnarchived
    emit(effect(actor_id=actor_id, room_id=room.pk))
    said.updated("archived" if archived else "unarchived")


def succeed(room: Room, last_owner_id: int, said: Announcements) -> None:
    """Give a room whose owner left to the moderator who is in it longest, else to the member.

    Guests never own a room; who is suspended or gone does when nobody else is left. What nobody can come to any more is archived.
    """
    heirs = Membership.objects.joined().filter(room=room, user__is_guest=False)
    heir = heirs.order_by(*_claims()).select_related("user").first()
    if heir is not None:
        hand_over(room, heir, last_owner_id, said)
    elif room.kind != Room.Kind.PUBLIC:
        set_archived(room, last_owner_id, said, archived=True)


def _claims() -> tuple[Any, ...]:
    def first(**condition: Any) -> Case:
        when = When(**condition, then=Value(0))
        return Case(when, default=Value(1), output_field=IntegerField())

    here = first(user__suspended_by__isnull=True, user__deleted_at__isnull=True)
    return here, first(role=Role.MODERATOR), "joined_at", "pk"


def _keep_count(room: Room) -> None:
    # As numbers: the row is locked, and read under the lock.
    Room.objects.filter(pk=room.pk).update(member_count=room.member_count, owner=room.owner_id)
