"""The events of a stream as they are stored, read by a statement that is compiled once: each message is read by every process that has listeners."""

from typing import Any

from django.db.models import QuerySet

from socialsite.lib.models import StreamEvent
from socialsite.lib.prepared import PreparedRead, instance

COLUMNS = tuple(field.attname for field in StreamEvent._meta.concrete_fields)
_STREAM, _SEQ = StreamEvent._meta.get_field("stream"), StreamEvent._meta.get_field("seq")
_LAST = 2**63 - 1
FEW, MANY = 100, 500
"""Of a longer list nobody asks for at once; two statements are enough for all"""


def events_after(stream_id: int, seq: int, *, up_to: int | None, limit: int) -> list[StreamEvent]:
    """Return the next events of a stream after a number, at most 500, in order."""
    read = _FEW if limit <= FEW else _MANY
    found = read.raw(stream=stream_id, after=seq, up_to=_LAST if up_to is None else up_to)
    return [instance(StreamEvent, COLUMNS, row) for row in read.converted(found[:limit])]


def _read(limit: int) -> PreparedRead:
    def build(stream: Any, after: Any, up_to: Any) -> QuerySet[Any]:
        rows = StreamEvent.objects.filter(stream=stream, seq__gt=after, seq__lte=up_to)
        return rows.order_by("seq").values_list(*COLUMNS)[:limit]

    return PreparedRead(build, stream=_STREAM, after=_SEQ, up_to=_SEQ)


_FEW, _MANY = _read(FEW), _read(MANY)
