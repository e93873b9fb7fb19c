"""Streams: events are numbered under the lock of their stream, in the transaction that stores what they tell of.

So the order of the numbers is the order of the commits, there is no gap, and whoever knows the last number they saw misses nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any, Self

import structlog
from django.db import Error, connection, transaction
from django.utils import timezone

from socialsite.lib import closing
from socialsite.lib.api.serializers import Answer, rfc3339
from socialsite.lib.ids import kind_of
from socialsite.lib.inserting import PreparedInsert
from socialsite.lib.models import Stream, StreamEvent
from socialsite.lib.realtime import signals
from socialsite.lib.realtime.stored import MANY, events_after

REPLAYED = MANY
"""How many missed events are sent again; who missed more reads them by REST"""
AT_ONCE = 500
"""Streams that one statement asks for"""
log = structlog.get_logger("realtime")

Data = dict[str, Any]
Render = Callable[[list[StreamEvent]], Mapping[int, Data]]
_EVENT = PreparedInsert(
    StreamEvent, "stream_id", "seq", "name", "person_id", "subject_id", "data", "at"
)


@dataclass(frozen=True)
class EventType:
    """A kind of stored event, and what its push holds."""

    name: str
    answer: type[Answer]
    """The shape of its `data`, for the published contract"""
    render: Render | None = None
    """(events of this name in one stream) -> the data of each by its `seq`; what is left out is sent as `hidden`. Without one the
    stored data is sent."""
    gone: type[Answer] | None = None
    """The shape of its `data` when what it tells of is there no more"""


EVENTS: dict[str, EventType] = {}


def register_event(event: EventType) -> None:
    """Make a kind of stored event known; called once, in the owning app's `ready()`."""
    if event.name in EVENTS:
        raise LookupError(f"two kinds of event are named {event.name!r}")
    EVENTS[event.name] = event


@dataclass(frozen=True, slots=True)
class Push:
    """An event as it is sent; `person_id` is whom it shows, None when everybody in the stream may read it."""

    stream_id: int
    seq: int
    event: str
    data: Data
    ts: str
    person_id: int | None

    @property
    def topic(self) -> str:
        return topic_of(self.stream_id)

    def body(self) -> Data:
        """Return the frame of whoever may see it."""
        if self.event == "hidden":
            return self.hidden()
        return {
            "event": self.event,
            "topic": self.topic,
            "seq": self.seq,
            "data": self.data,
            "ts": self.ts,
        }

    def hidden(self) -> Data:
        """Return the frame of whoever may not: the number alone, so that theirs have no gap (DECISIONS 13)."""
        return {"event": "hidden", "topic": self.topic, "seq": self.seq}


def topic_of(stream_id: int) -> str:
    """Return the name of a stream in frames: `room:<id>`, `user:<id>`."""
    kind = kind_of(stream_id)
    return f"{kind.name.lower() if kind else 'stream'}:{stream_id}"


def append(
    stream_id: int,
    name: str,
    *,
    person_id: int | None = None,
    subject_id: int | None = None,
    data: Data | None = None,
) -> int:
    """Store an event in the caller's transaction and return its number; sockets hear of it after the commit.

    The lock on the stream is held until then: append last, and to several streams in the order of their ids.
    """
    _check(name)
    seq = take_number(stream_id)
    _EVENT.run(stream_id, seq, name, person_id, subject_id, data or {}, timezone.now())
    transaction.on_commit(partial(signals.wake, stream_id, seq), robust=True)
    return seq


def append_last(
    stream_id: int,
    name: str,
    *,
    person_id: int | None = None,
    subject_id: int | None = None,
    data: Data | None = None,
) -> None:
    """Store an event as the last thing of the caller's transaction, whatever it does meanwhile.

    Streams of people are written so: many transactions tell the same person, or the same two, and none may wait for another that
    waits for it. The lock is held for the moment of the commit.
    """
    _check(name)
    event = StreamEvent(
        stream_id=stream_id, name=name, person_id=person_id, subject_id=subject_id, data=data or {}
    )
    closing.do_last(_Last(event))


class _Last(closing.Work):
    """An event that is stored at the end of its transaction."""

    def __init__(self, event: StreamEvent) -> None:
        self.event = event

    def __call__(self) -> None:
        signals.wake(self.event.stream_id, self.event.seq)

    @classmethod
    def do(cls, works: list[Self]) -> None:
        events = sorted((work.event for work in works), key=_stream)
        for stream_id, group in groupby(events, key=_stream):
            same = list(group)
            last = take_number(stream_id, len(same))
            for place, event in enumerate(same, last - len(same) + 1):
                event.seq = place
        StreamEvent.objects.bulk_create(events)


def take_number(stream_id: int, number: int = 1) -> int:
    """Return the next number of a stream, the last of so many, and hold its lock until the transaction ends."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"stream {stream_id} was written outside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO lib_stream (id, last_seq, oldest_seq) VALUES (%s, %s, 1) "
            "ON CONFLICT (id) DO UPDATE SET last_seq = lib_stream.last_seq + excluded.last_seq "
            "RETURNING last_seq",
            [stream_id, number],
        )
        found: int = cursor.fetchone()[0]
    return found


def last_numbers(stream_ids: Iterable[int]) -> dict[int, int]:
    """Return the last number of each stream; one without events yet has 0."""
    ids, found = list(stream_ids), dict[int, int]()
    for start in range(0, len(ids), AT_ONCE):
        rows = Stream.objects.filter(pk__in=ids[start : start + AT_ONCE])
        found.update(rows.values_list("pk", "last_seq"))
    return {pk: found.get(pk, 0) for pk in ids}


def oldest_number(stream_id: int) -> int:
    """Return the first number of a stream that is still kept."""
    found = Stream.objects.filter(pk=stream_id).values_list("oldest_seq", flat=True).first()
    return found or 1


def read_after(
    stream_id: int, seq: int, *, up_to: int | None = None, limit: int = REPLAYED
) -> list[Push]:
    """Return the next events of a stream after a number, in order, rendered as they are now."""
    return pushes(events_after(stream_id, seq, up_to=up_to, limit=limit))


def pushes(events: list[StreamEvent]) -> list[Push]:
    """Return events of one stream as they are sent, in their order."""
    data: dict[int, Data] = {}
    by_name = sorted(events, key=_name)
    for name, group in groupby(by_name, key=_name):
        known, same = EVENTS.get(name), list(group)
        if known and known.render:
            data |= _rendered(known.render, same)
        elif known:
            data |= {event.seq: event.data for event in same}
    return [_push(event, data.get(event.seq)) for event in events]


def _rendered(render: Render, events: list[StreamEvent]) -> Mapping[int, Data]:
    """Return the data of events; one that cannot be rendered is left out, so that it does not hold up all that come after it."""
    try:
        return render(events)
    except (Error, OSError):
        # The database or something else is away: all of it is read again.
        raise
    except Exception:
        if len(events) == 1:
            log.exception("event_unrendered", stream=events[0].stream_id, seq=events[0].seq)
            return {}
    return {seq: data for one in events for seq, data in _rendered(render, [one]).items()}


def _push(event: StreamEvent, data: Data | None) -> Push:
    gone = data is None
    return Push(
        stream_id=event.stream_id,
        seq=event.seq,
        event="hidden" if gone else event.name,
        data=data or {},
        ts=rfc3339(event.at),
        person_id=event.person_id,
    )


def _check(name: str) -> None:
    if name not in EVENTS:
        raise LookupError(f"no kind of event is named {name!r}")


def _name(event: StreamEvent) -> str:
    return event.name


def _stream(event: StreamEvent) -> int:
    return event.stream_id
