"""Who is in a room, and what its members do to one another."""

from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.fields import BooleanField

from accounts.models import User
from accounts.models.users import Reference
from chat.actions import joining, members
from chat.limits import ROOM_INVITATIONS, ROOM_MEMBERS
from chat.models import Membership, Room
from chat.permissions import check_manages, find_seat, own_seat
from chat.serializers.members import AskBody, MemberAnswer, MemberBody, MemberQuery, SeatAnswer
from chat.serializers.rooms import RoomAnswer
from chat.viewsets.rooms import seen_people, seen_room
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import Forbidden, NotFound

State = Membership.State


class MemberViewSet(ApiViewSet):
    @lists(MemberAnswer, key="edge", query=MemberQuery, guests=True)
    def list(self, request: Call, query: dict[str, Any], room: int | str) -> Ordered:
        """The people in a room, as far as the caller may know of them, who is there longest first; who is invited or banned, for its moderators."""
        found = seen_room(request.user, room)
        if query["state"] != State.JOINED:
            check_manages(own_seat(found, request.user))
        rows = members_of(found, request.user, query["state"])
        return Ordered(rows, "edge", newest_first=False)

    @writes(RoomAnswer, body=AskBody, limit=ROOM_INVITATIONS, scope="chat")
    def add(self, request: Call, data: dict[str, Any], room: int) -> int:
        """Ask people into a room: into a group those who are connected to the caller come at once, everybody else is invited."""
        found = seen_room(request.user, room)
        people = seen_people(request.user, data["user_ids"])
        return members.add_members(
            actor=request.user, room=found, people=people, role=data["role"]
        ).pk

    @writes(SeatAnswer, body=MemberBody, limit=ROOM_MEMBERS, scope="chat", guests=True)
    def change(
        self, request: Call, data: dict[str, Any], room: int, user: Reference
    ) -> tuple[int, int]:
        """Give a member a role, silence or ban them; `muted` of oneself: whether one is told of what is said there."""
        found = seen_room(request.user, room)
        person = person_at(found, request.user, user)
        if "role" in data:
            members.set_role(actor=request.user, room=found, user=person, role=data["role"])
        elif "silenced_until" in data:
            until = data["silenced_until"]
            members.silence_member(actor=request.user, room=found, user=person, until=until)
        elif "banned" in data:
            act = members.ban_member if data["banned"] else members.unban_member
            act(actor=request.user, room=found, user=person)
        else:
            if person.pk != request.user.pk:
                raise Forbidden("permission_denied", "Everybody mutes a room for themselves.")
            members.mute_room(actor=person, room=found, muted=data["muted"])
        return found.pk, person.pk

    @writes(limit=ROOM_MEMBERS, scope="chat", guests=True)
    def remove(self, request: Call, data: dict[str, Any], room: int, user: Reference) -> None:
        """Take a member out of a room, or an invitation back; oneself: leave it."""
        found = seen_room(request.user, room)
        person = person_at(found, request.user, user)
        if person.pk == request.user.pk:
            joining.leave_room(actor=request.user, room=found)
        else:
            members.remove_member(actor=request.user, room=found, user=person)


def members_of(room: Room, viewer: User, state: str = State.JOINED) -> QuerySet[Any]:
    """Return the people of a state in a room that a viewer may know of; `edge` orders them by when they came."""
    people: Any = User.objects.visible_to(viewer)
    people = people.filter(room_memberships__room=room, room_memberships__state=state).cards()
    seat = find_seat(room, viewer)
    is_shared = seat is not None and seat.state == State.JOINED
    found: QuerySet[Any] = people.annotate(
        edge=F("room_memberships__id"),
        room_role=F("room_memberships__role"),
        state=F("room_memberships__state"),
        joined_at=F("room_memberships__joined_at"),
        silenced_until=F("room_memberships__silenced_until"),
        is_shared=Value(is_shared, output_field=BooleanField()),
    )
    return found


def person_at(room: Room, actor: User, reference: Reference) -> User:
    """Return a person the actor may know of; a moderator of the room also one of its people who hides behind a block. Raises NotFound."""
    try:
        return User.objects.visible_to(actor).named(reference, actor)
    except NotFound:
        seat = find_seat(room, actor)
        if seat is None or seat.state != State.JOINED or seat.role == Membership.Role.MEMBER:
            raise
        return User.objects.filter(room_memberships__room=room).named(reference, actor)
