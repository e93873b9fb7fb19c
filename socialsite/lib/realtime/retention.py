"""The end of old events. Who was away for longer reads anew by REST; what the events tell of stays where it is."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from socialsite.lib.models import Stream, StreamEvent
from socialsite.lib.retries import retried

BATCH = 1000
"""How many events of one stream are cleared while nothing can be added to it"""
PAGE = 500


def forget_events(*, before: datetime) -> int:
    """Forget what happened before a moment; returns how many events went. Every stream stays without a gap."""
    gone, last = 0, 0
    while ids := list(
        _beginning_before(before).filter(pk__gt=last).values_list("pk", flat=True)[:PAGE]
    ):
        gone += sum(_forget_in(stream_id, before) for stream_id in ids)
        last = ids[-1]
    return gone


def _beginning_before(moment: datetime) -> QuerySet[Stream]:
    """Return the streams whose oldest event happened before a moment: one look into the index for each."""
    oldest = StreamEvent.objects.filter(stream=OuterRef("pk"), seq=OuterRef("oldest_seq"))
    return Stream.objects.filter(Exists(oldest.filter(at__lt=moment))).order_by("pk")


def _forget_in(stream_id: int, before: datetime) -> int:
    gone = 0
    while number := retried(lambda: _forget_batch(stream_id, before)):
        gone += number
        if number < BATCH:
            break
    return gone


@transaction.atomic
def _forget_batch(stream_id: int, before: datetime) -> int:
    """Clear the oldest events of a stream up to the first that is young, and say from which number on it is kept."""
    stream = Stream.objects.select_for_update(no_key=True).get(pk=stream_id)
    rows = StreamEvent.objects.filter(stream=stream_id, seq__gte=stream.oldest_seq)
    times = rows.order_by("seq").values_list("seq", "at")[:BATCH]
    end = stream.oldest_seq
    for seq, at in times:
        if at >= before:
            break
        end = seq + 1
    gone = StreamEvent.objects.filter(stream=stream_id, seq__lt=end).delete()[0]
    Stream.objects.filter(pk=stream_id).update(oldest_seq=end)
    return gone
