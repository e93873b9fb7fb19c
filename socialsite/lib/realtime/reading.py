"""Reading streams for the hub: on a thread, rendered and encoded there, once for everybody."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import close_old_connections

from socialsite.lib.models import Stream
from socialsite.lib.realtime import frames, streams, topics
from socialsite.lib.realtime.channels import Delivery
from socialsite.lib.realtime.frames import Encoded
from socialsite.lib.realtime.stored import events_after

T = TypeVar("T")


def fresh(call: Callable[[], T]) -> T:
    """Make a call on a kept thread as a request would be: a database connection that has died is not used again."""
    close_old_connections()
    return call()


def read(
    stream_id: int, seq: int, up_to: int | None = None, limit: int = streams.REPLAYED
) -> list[Delivery]:
    """Return the next events of a stream after a number, as they are now."""
    events = events_after(stream_id, seq, up_to=up_to, limit=limit)
    leaving = topics.DEPARTURES.get(streams.topic_of(stream_id).partition(":")[0])
    found = []
    for event, push in zip(events, streams.pushes(events), strict=True):
        gone = leaving(event) if leaving else {}
        found.append(
            Delivery(
                frames.of_push(push),
                person_id=push.person_id,
                seq=push.seq,
                instead=frames.of_hidden(push) if push.person_id else None,
                gone={pk: _last(stream_id, why) for pk, why in gone.items()} or None,
            )
        )
    return found


def _last(stream_id: int, reason: str) -> Encoded | None:
    return room_lost(stream_id, reason) if reason else None


def room_lost(stream_id: int, reason: str) -> Encoded:
    """Return what tells a person that they hear a room no more."""
    data = {"room_id": str(stream_id), "reason": reason}
    return frames.said("room_lost", data, streams.topic_of(stream_id))


def bounds(stream_ids: list[int]) -> dict[int, tuple[int, int]]:
    """Return (last number, oldest number that is kept) of each stream."""
    rows = Stream.objects.filter(pk__in=stream_ids).values_list("pk", "last_seq", "oldest_seq")
    found: dict[int, Any] = {pk: (last, oldest) for pk, last, oldest in rows}
    return {pk: found.get(pk, (0, 1)) for pk in stream_ids}
