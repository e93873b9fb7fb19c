"""What a client may send about rooms over a socket."""

import threading
import time
from collections import OrderedDict
from typing import Any

from rest_framework import serializers

from chat.actions import joining
from chat.limits import ROOM_JOINS, ROOM_LEAVES
from chat.pushes.topics import check, note_quiet, topic_of
from chat.quiet import quiet
from chat.serializers.members import MemberAnswer
from chat.serializers.rooms import RoomAnswer
from chat.viewsets.members import members_of
from chat.viewsets.rooms import seen_room
from socialsite.lib.api.serializers import Answer, Body, IdField
from socialsite.lib.realtime import signals
from socialsite.lib.realtime.commands import Caller, Data, command

SHOWN_MEMBERS = 50
"""How many members the answer of `join_room` holds; the rest is a list by REST"""
EXPIRES_IN_S = 6
TYPING_PAUSE_S = 3.0
"""Who types is told of no sooner again: one news per person, room and state"""
REMEMBERED = 50_000


class RoomCommand(Body):
    room_id = IdField()


class TypingCommand(RoomCommand):
    is_typing = serializers.BooleanField(default=True)


class Joined(Answer):
    """The room, its first members, and from which number on the socket hears its events."""

    room = RoomAnswer(read_only=True)
    members = MemberAnswer(many=True, read_only=True)
    last_seq = serializers.IntegerField(read_only=True)
    read_seq = serializers.IntegerField(read_only=True)


class Left(Answer):
    room_id = IdField(read_only=True)


@command("join_room", body=RoomCommand, answer=Joined, limit=ROOM_JOINS)
def join_room(caller: Caller, data: Data) -> Data:
    """Join a room, or come back to one, and hear all that happens in it from `last_seq` on. Twice tells the others once."""
    room = joining.join_room(actor=caller.user, room=seen_room(caller.user, data["room_id"]))
    found = RoomAnswer.find(caller.user, room.pk)
    # Whoever was removed before the number was read would never hear of it.
    check(caller.user, str(room.pk))
    # The answer is what the client begins with; whatever is stored since comes as an event.
    caller.line.listen_from(room.pk, found.last_seq)
    note_quiet(room.pk, caller.user.pk, found.seat.silenced_until, found.archived_at)
    members: list[Any] = list(members_of(room, caller.user).order_by("edge")[:SHOWN_MEMBERS])
    MemberAnswer.complete(members, caller.user)
    shown = RoomAnswer.render(found, {"viewer": caller.user})
    return {
        "room": shown,
        "members": MemberAnswer(members, many=True).data,
        "last_seq": found.last_seq,
        "read_seq": shown["read_seq"],
    }


@command("leave_room", body=RoomCommand, answer=Left, limit=ROOM_LEAVES)
def leave_room(caller: Caller, data: Data) -> Data:
    """Leave a room: no device of the caller hears it any more. To stay a member and hear nothing, unsubscribe from its topic."""
    room = seen_room(caller.user, data["room_id"])
    joining.leave_room(actor=caller.user, room=room)
    caller.line.leave(topic_of(room.pk))
    return {"room_id": str(room.pk)}


class Pauses:
    """When something was last told, for as many as fit; the oldest are forgotten first."""

    def __init__(self, pause_s: float, size: int) -> None:
        self.pause_s, self.size = pause_s, size
        self._told: OrderedDict[Any, float] = OrderedDict()
        self._lock = threading.Lock()

    def is_over(self, key: Any) -> bool:
        """Tell whether the pause after the last time is over, and begin a new one when it is."""
        now = time.monotonic()
        with self._lock:
            if now - self._told.get(key, -self.pause_s) < self.pause_s:
                return False
            self._told[key] = now
            self._told.move_to_end(key)
            if len(self._told) > self.size:
                self._told.popitem(last=False)
        return True


typing_pauses = Pauses(TYPING_PAUSE_S, REMEMBERED)


@command("typing", body=TypingCommand, quick=True)
def typing(caller: Caller, data: Data) -> None:
    """Tell the others in a room that one types, or has stopped; it ends by itself after six seconds.

    Only who hears the room, and may write there, is heard. More often than every three seconds changes nothing.
    """
    topic, user = topic_of(data["room_id"]), caller.user
    if not caller.line.hears(topic) or quiet.keeps(data["room_id"], user.pk):
        return
    if not typing_pauses.is_over((user.pk, data["room_id"], data["is_typing"])):
        return
    said = {
        "room_id": str(data["room_id"]),
        "user_id": str(user.pk),
        "username": user.username,
        "is_typing": data["is_typing"],
        "expires_in": EXPIRES_IN_S,
    }
    news = signals.News(topic, "typing", said, person_id=user.pk, key=str(user.pk), but=user.pk)
    signals.tell(news)
