"""The topic of a room: its stream, and the news of who types."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from accounts.models import Anonymous
from chat.quiet import quiet
from chat.seats import hearing_place
from socialsite.lib.api.serializers import Answer, IdField
from socialsite.lib.errors import NotFound
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.realtime.topics import Topic

LONGEST_ID = 19


class Typing(Answer):
    """Somebody writes, or has stopped; it ends by itself after `expires_in` seconds."""

    room_id = IdField(read_only=True)
    user_id = IdField(read_only=True)
    username = serializers.CharField(read_only=True)
    is_typing = serializers.BooleanField(read_only=True)
    expires_in = serializers.IntegerField(read_only=True)


def topic_of(room_id: int) -> str:
    return f"room:{room_id}"


def check(viewer: Any, key: str) -> str:
    """Let those listen who are in a room and read it. Raises NotFound, and of a public room Forbidden (not_member, banned, guests_off)."""
    is_id = key.isascii() and key.isdigit() and len(key) <= LONGEST_ID
    if isinstance(viewer, Anonymous) or not is_id or kind_of(int(key)) is not Kind.ROOM:
        raise NotFound
    place, seat = hearing_place(viewer, int(key))
    note_quiet(place.id, viewer.pk, seat.silenced_until, place.archived_at)
    return str(place.id)


def note_quiet(
    room_id: int, user_id: int, silenced_until: datetime | None, archived_at: datetime | None
) -> None:
    """Note, for who begins to listen, whether they are heard typing."""
    quiet.silence(room_id, user_id, silenced_until)
    quiet.close(room_id, closed=archived_at is not None)


ROOM = Topic(
    prefix="room",
    check=check,
    stream_id=int,
    events=(("typing", Typing),),
    summary="Everything that happens in a room, for its members.",
)
