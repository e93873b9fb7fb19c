"""Who did most: measures that a job counts for each period, and the ranks as each reader sees them.

A measure counts rows that are there, each of which a unique constraint allows once: to do and undo a thing brings nothing. The apps
above add sources of points, and measures of their own.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from accounts.models import Anonymous, Follow, User
from analytics.models import Activity, Standing
from analytics.types import figures_of_types
from socialsite.lib.ids import first_id_at

PERIODS: dict[str, timedelta | None] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "all": None,
}
LONGEST_STREAK = 366
FOR_A_FOLLOWER = 2

Rows = QuerySet[Any, Any]
"""Rows of (person, number)"""
Tally = Callable[[int], Mapping[int, int]]
"""(lowest id) -> what each person has by rows from that id on"""


@dataclass(frozen=True, kw_only=True)
class PointSource:
    """What brings points."""

    points: int
    rows: Callable[[int], Rows]
    """(lowest id) -> how often each person has it, by rows from that id on"""


SOURCES: dict[str, PointSource] = {}
MEASURES: dict[str, Tally] = {}


def register_source(name: str, source: PointSource) -> None:
    SOURCES[name] = source


def register_measure(name: str, tally: Tally) -> None:
    MEASURES[name] = tally


def points_of(lowest_id: int) -> Mapping[int, int]:
    """Return everybody's points."""
    found: dict[int, int] = defaultdict(int)
    for source in SOURCES.values():
        for pk, number in source.rows(lowest_id):
            found[pk] += source.points * number
    return found


def followers_gained(lowest_id: int) -> Rows:
    rows = Follow.objects.filter(pk__gte=lowest_id).order_by().values_list("followed")
    return rows.annotate(number=Count("pk"))


def streaks_of(lowest_id: int) -> Mapping[int, int]:
    """Return for how many days on end, up to today or yesterday (UTC), each person did something that counts in the summary."""
    today = timezone.now().date()
    deeds = Activity.objects.matching(types=list(figures_of_types())).order_by()
    lately = deeds.since(midnight(today - timedelta(days=1))).values("user")
    first = max(lowest_id, first_id_at(midnight(today - timedelta(days=LONGEST_STREAK - 1))))
    rows = deeds.filter(pk__gte=first, user__in=lately)
    days = rows.values_list("user", TruncDate("created_at", tzinfo=UTC)).distinct()
    found: dict[int, set[date]] = defaultdict(set)
    for pk, day in days.iterator():
        found[pk].add(day)
    return {pk: _run(of_person, today) for pk, of_person in found.items()}


def _run(days: set[date], today: date) -> int:
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day - timedelta(days=length) in days:
        length += 1
    return length


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def rank_people() -> None:
    """Count every measure anew, for each period."""
    now = timezone.now()
    for measure, tally in MEASURES.items():
        for period, length in PERIODS.items():
            counted = tally(first_id_at(now - length) if length else 0)
            _store(measure, period, {pk: value for pk, value in counted.items() if value > 0})


@transaction.atomic
def _store(measure: str, period: str, values: Mapping[int, int]) -> None:
    Standing.objects.filter(measure=measure, period=period).delete()
    people = User.objects.visible_to(Anonymous()).filter(leaderboard_opt_out=False)
    there = set(people.order_by().values_list("pk", flat=True))
    Standing.objects.bulk_create(
        [
            Standing(user_id=pk, measure=measure, period=period, value=value)
            for pk, value in values.items()
            if pk in there
        ],
        batch_size=5000,
    )


def put_ranks(page: Sequence[Standing], viewer: Any) -> None:
    """Put on each of some rows of one leaderboard its `rank` among those the viewer sees: who have the same have the same rank.

    One statement for all of them: how many there are of each value that is on the page or above it.
    """
    if not page:
        return
    least = min(row.value for row in page)
    beside = Standing.objects.visible_to(viewer).of(page[0].measure, page[0].period)
    counted = beside.filter(value__gte=least).order_by("-value").values_list("value")
    ranks: dict[int, int] = {}
    above = 0
    for value, number in counted.annotate(number=Count("pk")):
        ranks[value] = 1 + above
        above += number
    for row in page:
        # One that came between the two statements stands where it would.
        row.rank = ranks.get(row.value, 1 + above)
