"""How a trend came: the deeds on one thing, in the order of time, for moderators who judge it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from engagement.models import Trend
from engagement.trending.kinds import SPANS, sources_of
from socialsite.lib.ids import first_id_at, time_of

PARTS = 12
MAX_DEEDS = 10_000
"""How many deeds of each sort are looked at, the newest"""


@dataclass
class Part:
    """A twelfth of a range."""

    begin: datetime
    deeds: int = 0
    everybody: set[int] = field(default_factory=set)

    @property
    def people(self) -> int:
        return len(self.everybody)


def course_of(kind: str, object_id: int, name: str) -> list[Part]:
    """Return the parts of a range, the oldest first, with what was done to a thing in each."""
    now, span = timezone.now(), SPANS[Trend.Range(name)]
    parts = [Part(now - span + n * span / PARTS) for n in range(PARTS)]
    first = first_id_at(now - span)
    for source in sources_of(kind):
        rows = source.rows(first).filter(thing=object_id).order_by("-deed")[:MAX_DEEDS]
        for _, person, deed in rows:
            if person is not None:
                place = int((time_of(deed) - parts[0].begin) / (span / PARTS))
                part = parts[min(max(place, 0), PARTS - 1)]
                part.deeds += 1
                part.everybody.add(person)
    return parts
