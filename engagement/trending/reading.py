"""Reading what trends, as one reader may see it."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import Viewer
from engagement.models import Trend, TrendTable
from engagement.trending.kinds import KINDS
from engagement.trending.making import bars, make_table, newest_deed

CHEAP = 10_000
"""A table of so many deeds, some 60 ms, is made anew for every reader who would miss something"""
RATE = 10_000
"""One of more rests a second for as many"""
PATIENCE = 100_000
"""One of more than an hour and of so many is for the job alone: no reader waits for it"""


def top(name: str, kind: str, viewer: Viewer, limit: int) -> list[Trend]:
    """Return what trends in a range, the first first: as many as asked for while there are things that the viewer may see.

    Its order is that of the table; a burst since it was made is counted first where that is cheap.
    """
    bring_up_to_date(name, [kind])
    return list(rows_for(name, kind, viewer)[:limit])


def rows_for(name: str, kind: str, viewer: Viewer) -> QuerySet[Trend]:
    """Return the rows of a table that the viewer may see, in their order: what is hidden leaves no gap."""
    seen = KINDS[kind].shown_to(viewer).filter(pk=OuterRef("object_id"))
    return table_of(name, kind).filter(Exists(seen)).order_by("rank")


def table_of(name: str, kind: str) -> QuerySet[Trend]:
    """Return the rows of a table but for what moderators keep out, whoever may see the things."""
    kept_out = bars(kind).filter(object_id=OuterRef("object_id"))
    return Trend.objects.filter(~Exists(kept_out), range=name, kind=kind)


def bring_up_to_date(name: str, kinds: Iterable[str]) -> None:
    """Make the tables of a range anew that lack what was done since, as far as that is cheap."""
    known = {table.kind: table for table in TrendTable.objects.filter(range=name)}
    now = timezone.now()
    for kind in kinds:
        if is_due(known.get(kind), kind, now):
            make_table(name, kind)


def is_due(table: TrendTable | None, kind: str, now: datetime) -> bool:
    """Tell whether a reader should have the table made: it is old, or lacks a deed, and making it costs little."""
    if table is None or table.made_at is None:
        return True
    age_s = abs((now - table.made_at).total_seconds())
    if age_s < settings.TRENDING_SECONDS and table.newest_id == newest_deed(kind):
        return False
    if table.deeds <= CHEAP:
        return True
    is_short = table.range == Trend.Range.HOUR or table.deeds <= PATIENCE
    return is_short and age_s >= table.deeds / RATE


def shown(rows: list[Trend], kind: str, viewer: Viewer) -> Iterator[tuple[Trend, dict[str, Any]]]:
    """Yield things that trend with their rows, as lists show them."""
    things = KINDS[kind].answers([row.object_id for row in rows], viewer)
    return ((row, things[row.object_id]) for row in rows if row.object_id in things)


def figures(row: Trend, rank: int) -> dict[str, Any]:
    """Return where a thing stands; the rank is its place among what this reader sees."""
    return {"rank": rank, "score": round(row.score, 4), "people": row.people}
