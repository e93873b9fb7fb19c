"""The stored events of a room as they are read by REST, for clients that missed more than a socket sends again."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from chat.messages import MAX_SEQ
from chat.models import Room
from chat.seats import hearing_place
from socialsite.lib.api.serializers import Answer, Body, IdField
from socialsite.lib.errors import Gone
from socialsite.lib.realtime.people import people
from socialsite.lib.realtime.streams import (
    REPLAYED,
    Data,
    last_numbers,
    oldest_number,
    read_after,
)


class EventQuery(Body):
    """After which number, and how many; without a number from the oldest that is kept."""

    after_seq = serializers.IntegerField(min_value=0, max_value=MAX_SEQ, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=REPLAYED, default=REPLAYED)


class EventFrame(Answer):
    """An event as sockets send it (`/api/asyncapi`); a `hidden` one has only its number."""

    event = serializers.CharField(read_only=True)
    topic = serializers.CharField(read_only=True)
    seq = serializers.IntegerField(read_only=True)
    data = serializers.DictField(read_only=True, required=False)  # type: ignore[assignment]
    ts = serializers.CharField(read_only=True, required=False)


class EventsAnswer(Answer):
    """Events without a gap; `more` says that there are further ones after the last."""

    room_id = IdField(read_only=True)
    last_seq = serializers.IntegerField(read_only=True)
    oldest_seq = serializers.IntegerField(read_only=True)
    more = serializers.BooleanField(read_only=True)
    results = EventFrame(many=True, read_only=True)

    @classmethod
    def of(
        cls, room: Room, viewer: User, *, after_seq: int | None = None, limit: int = REPLAYED
    ) -> Data:
        """Return events of a room that the viewer is in and reads. Raises NotFound, Forbidden, Gone when they are not kept any more."""
        hearing_place(viewer, room.pk)
        oldest = oldest_number(room.pk)
        after = oldest - 1 if after_seq is None else after_seq
        if after < oldest - 1:
            raise Gone("events_expired", f"The oldest event that is kept is {oldest}.", "after_seq")
        last = last_numbers([room.pk])[room.pk]
        unseen = people().unseen_by([viewer.pk]).get(viewer.pk, frozenset())
        found = read_after(room.pk, after, up_to=last, limit=limit)
        return {
            "id": room.pk,
            "room_id": str(room.pk),
            "last_seq": last,
            "oldest_seq": oldest,
            "more": bool(found) and found[-1].seq < last,
            "results": [
                push.hidden() if push.person_id in unseen or push.event == "hidden" else push.body()
                for push in found
            ],
        }

    @classmethod
    def render(cls, thing: Data, context: dict[str, Any]) -> Data:
        return {name: value for name, value in thing.items() if name != "id"}
