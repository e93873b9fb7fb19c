"""Rooms, joining and leaving them, and their events."""

from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from chat.actions import joining, rooms
from chat.limits import ROOM_EDITS, ROOM_JOINS, ROOM_LEAVES, ROOMS
from chat.models import Membership, Room
from chat.names import fold_name
from chat.serializers.events import EventQuery, EventsAnswer
from chat.serializers.rooms import RoomAnswer, RoomBody, RoomEditBody, RoomQuery
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.content import live
from socialsite.lib.errors import NotFound


def seen_room(viewer: User, room: int | str) -> Room:
    """Return a room the viewer may know of, by its id or, of a public one, by its name in paths. Raises NotFound."""
    known = {"slug": room} if isinstance(room, str) else {"pk": room}
    found = Room.objects.visible_to(viewer).filter(**known).first()
    if found is None:
        raise NotFound
    return found


def seen_people(viewer: User, ids: list[int]) -> list[User]:
    """Return people the viewer may know of, without doubles. Raises NotFound when one is not."""
    found = User.objects.visible_to(viewer).in_bulk(ids)
    if len(found) < len(set(ids)):
        raise NotFound("not_found", "There is no such person.", "user_ids")
    return list(found.values())


class RoomViewSet(ApiViewSet):
    @lists(RoomAnswer, query=RoomQuery, guests=True)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Room]:
        """Public rooms and those the caller is in or invited to, the newest first."""
        rows = Room.objects.visible_to(request.user).filter(
            live(), archived_at__isnull=not query["archived"]
        )
        if "kind" in query:
            rows = rows.filter(kind=query["kind"])
        else:
            rows = rows.exclude(kind=Room.Kind.DIRECT)
        if "state" in query:
            seats = Membership.objects.filter(room=OuterRef("pk"), user=request.user)
            rows = rows.filter(Exists(seats.filter(state=query["state"])))
        return rows.named_like(fold_name(query["q"])) if "q" in query else rows

    @writes(RoomAnswer, body=RoomBody, status=201, limit=ROOMS, scope="chat")
    def create(self, request: Call, data: dict[str, Any]) -> int:
        """Make a room with the caller as its owner."""
        people = seen_people(request.user, data.pop("user_ids", []))
        return rooms.create_room(actor=request.user, people=people, **data).pk

    @reads(RoomAnswer, guests=True)
    def read(self, request: Call, query: dict[str, Any], room: int) -> Room:
        """A room as it stands to the caller, with what is unread and its newest message."""
        found: Room = RoomAnswer.find(request.user, room)
        return found

    @writes(RoomAnswer, body=RoomEditBody, limit=ROOM_EDITS, scope="chat")
    def edit(self, request: Call, data: dict[str, Any], room: int) -> int:
        """Change what is sent of a room, as a moderator of it; archive it and take that back, as its owner."""
        check = partial(check_if_match, request)
        found = seen_room(request.user, room)
        return rooms.edit_room(actor=request.user, room=found, changes=data, check=check).pk

    @writes(limit=ROOM_EDITS, scope="chat")
    def delete(self, request: Call, data: dict[str, Any], room: int) -> None:
        """Delete a room with all that was said in it, as its owner."""
        rooms.delete_room(actor=request.user, room=seen_room(request.user, room))

    @writes(RoomAnswer, limit=ROOM_JOINS, scope="chat", guests=True)
    def join(self, request: Call, data: dict[str, Any], room: int) -> int:
        """Join a public room, or take an invitation up; twice changes nothing."""
        found = seen_room(request.user, room)
        return joining.join_room(actor=request.user, room=found).pk

    @writes(limit=ROOM_LEAVES, scope="chat", guests=True)
    def leave(self, request: Call, data: dict[str, Any], room: int) -> None:
        """Leave a room, or decline an invitation; twice changes nothing. Who owned it hands it over by that."""
        joining.leave_room(actor=request.user, room=seen_room(request.user, room))

    @reads(EventsAnswer, query=EventQuery, guests=True)
    def events(self, request: Call, query: dict[str, Any], room: int) -> dict[str, Any]:
        """The stored events of a room after a number, in order; what shows a person the caller may not see is `hidden`."""
        return EventsAnswer.of(seen_room(request.user, room), request.user, **query)
