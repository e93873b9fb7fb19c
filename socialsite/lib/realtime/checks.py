"""What must always hold of streams: their numbers have no gap."""

from collections.abc import Iterator

from django.db.models import Count, F, Max, Min

from socialsite.lib import invariants
from socialsite.lib.models import Stream


def wrong_streams() -> Iterator[str]:
    """The events of a stream are numbered from its oldest to its last, each number once."""
    streams = Stream.objects.annotate(
        number=Count("events"), first=Min("events__seq"), last=Max("events__seq")
    )
    for stream in streams.filter(number__gt=0).exclude(
        first=F("oldest_seq"), last=F("last_seq"), number=F("last_seq") - F("oldest_seq") + 1
    ):
        said = f"{stream.oldest_seq} to {stream.last_seq}"
        yield f"stream {stream.pk} says {said}, its events are {stream.number}"
    empty = streams.filter(number=0).exclude(oldest_seq=F("last_seq") + 1)
    for pk in empty.values_list("pk", flat=True):
        yield f"stream {pk} has lost its events"


invariants.register_check("realtime.streams", wrong_streams)
