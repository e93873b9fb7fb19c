"""Making the tables of what trends: by the job for every range, and for a reader when there is something new to count.

All work is in one statement over ranges of ids, which carry time. Its result replaces the rows of a range and a kind; one at a time
makes them, told by the row of `TrendTable`.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone

from engagement.live import tell_of_change
from engagement.models import Trend, TrendBar, TrendTable
from engagement.trending.kinds import HALF_LIVES_IN_SPAN, KINDS, SPANS, sources_of
from socialsite.lib.ids import TIME_SHIFT, first_id_at

KEPT = 300
"""How many things a table holds"""
GIVEN_UP = timedelta(minutes=2)
"""After so long another may make a table that somebody began"""
YOUNG = timedelta(days=1)
"""Accounts younger than this are told apart in what moderators see of a trend"""

Row = tuple[Any, ...]


def make_all() -> None:
    """Make every table anew, and note where things stood before: what the job does."""
    for kind in KINDS:
        for name in SPANS:
            make_table(name, kind, is_job=True)


def make_table(name: str, kind: str, *, is_job: bool = False) -> bool:
    """Make the table of a range and a kind, unless somebody does just now; returns whether it was made.

    A job moves the ranks that were to `previous_rank`; between two jobs that stays.
    """
    now = timezone.now()
    table = TrendTable.objects.filter(range=name, kind=kind)
    if not (_is_claimed(table, now) or (_is_first(name, kind) and _is_claimed(table, now))):
        return False
    began = time.perf_counter()
    try:
        newest = newest_deed(kind)
        rows = counted(name, kind, now)
        with transaction.atomic():
            _replace(name, kind, rows, now, is_job=is_job)
            took = round((time.perf_counter() - began) * 1000)
            # In one transaction: who reads the moment reads its rows.
            deeds = int(rows[0][-1]) if rows else 0
            table.update(made_at=now, newest_id=newest, deeds=deeds, took_ms=took, busy_since=None)
    except BaseException:
        table.update(busy_since=None)
        raise
    return True


def _is_claimed(table: QuerySet[TrendTable], now: datetime) -> bool:
    """Tell whether the caller is the one who makes a table now."""
    # Also from a moment to come: the clock was set back since.
    others = Q(busy_since__range=(now - GIVEN_UP, now + GIVEN_UP))
    free = Q(busy_since__isnull=True) | ~others
    return bool(table.filter(free).update(busy_since=now))


def _is_first(name: str, kind: str) -> bool:
    """Make the row of a table that there never was; returns whether it was missing."""
    if TrendTable.objects.filter(range=name, kind=kind).exists():
        return False
    TrendTable.objects.bulk_create([TrendTable(range=name, kind=kind)], ignore_conflicts=True)
    return True


def newest_deed(kind: str) -> int:
    """Return the newest id among the deeds of a kind; one look into each table."""
    quote = connection.ops.quote_name
    names = sorted({quote(source.model._meta.db_table) for source in sources_of(kind)})
    if not names:
        return 0
    sql = " UNION ALL ".join(f"SELECT MAX(id) FROM {name}" for name in names)  # noqa: S608 - names of our own models
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return max((pk or 0 for (pk,) in cursor.fetchall()), default=0)


def counted(name: str, kind: str, now: datetime) -> list[Row]:
    """Return what trends in a range, the first first: (thing, score, people, people with young accounts, people by deed…, deeds).

    The last is the number of all deeds that were counted, whichever thing they were done to.
    """
    if not sources_of(kind):
        return []
    sql, values = _statement(name, kind, now)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _statement(name: str, kind: str, now: datetime) -> tuple[str, list[Any]]:
    span = SPANS[Trend.Range(name)]
    first, moment = first_id_at(now - span), first_id_at(now) >> TIME_SHIFT
    half_life_ms = span.total_seconds() * 1000 / HALF_LIVES_IN_SPAN
    sources, parts, values = sources_of(kind), [], list[Any]()
    # A deed of a clock that ran ahead is worth as much as one of now.
    age = f"(CASE WHEN (deed >> {TIME_SHIFT}) > %s THEN 0 ELSE (deed >> {TIME_SHIFT}) - %s END)"
    for place, source in enumerate(sources):
        inner, inner_values = source.rows(first).query.sql_with_params()
        flags = "".join(f", {int(place == n)} AS d{n}" for n in range(len(sources)))
        parts.append(
            f"SELECT thing, person, CAST(%s AS DOUBLE PRECISION) * POWER(CAST(2 AS DOUBLE PRECISION),"  # noqa: S608 - a compiled queryset
            f" {age} / CAST(%s AS DOUBLE PRECISION)) AS value{flags}"
            f" FROM ({inner}) AS s{place} WHERE person IS NOT NULL"
        )
        values += [source.weight, moment, moment, half_life_ms, *inner_values]
    highest = "".join(f", MAX(d{n}) AS d{n}" for n in range(len(sources)))
    sums = "".join(f", SUM(d{n})" for n in range(len(sources)))
    barred = list(bars(kind).values_list("object_id", flat=True))
    left_out = f"WHERE thing NOT IN ({', '.join(['%s'] * len(barred))}) " if barred else ""
    sql = (
        f"SELECT thing, SUM(value) AS score, COUNT(*) AS people,"  # noqa: S608 - built of the parts above
        f" SUM(CASE WHEN person >= %s THEN 1 ELSE 0 END){sums}, SUM(COUNT(*)) OVER () FROM ("
        f"SELECT thing, person, MAX(value) AS value{highest}"
        f" FROM ({' UNION ALL '.join(parts)}) AS deeds {left_out}GROUP BY thing, person"
        f") AS pairs GROUP BY thing ORDER BY score DESC, thing DESC LIMIT {KEPT}"
    )
    return sql, [first_id_at(now - YOUNG), *values, *barred]


def bars(kind: str) -> Any:
    """Return what moderators keep out of the trends of a kind."""
    return TrendBar.objects.filter(kind=kind, undone_at__isnull=True)


def _replace(name: str, kind: str, rows: list[Row], now: datetime, *, is_job: bool) -> None:
    known = Trend.objects.filter(range=name, kind=kind)
    ranks = known.order_by("rank").values_list("object_id", "rank", "previous_rank")
    before = {thing: rank if is_job else previous for thing, rank, previous in ranks}
    deeds = [source.deed for source in sources_of(kind)]
    made = [
        Trend(
            range=name,
            kind=kind,
            object_id=thing,
            rank=rank,
            previous_rank=before.get(thing),
            score=score,
            people=people,
            parts={"new_accounts": int(young)} | dict(zip(deeds, map(int, each), strict=True)),
            made_at=now,
        )
        for rank, (thing, score, people, young, *each, _) in enumerate(rows, 1)
    ]
    # A thing that still trends keeps its row, and so its page in the console.
    known.exclude(object_id__in=[row.object_id for row in made]).delete()
    Trend.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["range", "kind", "object_id"],
        update_fields=["rank", "previous_rank", "score", "people", "parts", "made_at"],
    )
    tell_of_change(name, kind, list(before), [row.object_id for row in made])


def broken_tables() -> Iterator[str]:
    """The ranks of a table run from one on without a gap."""
    rows = Trend.objects.values("range", "kind")
    for table in rows.annotate(rows=Count("pk"), last=Max("rank"), first=Min("rank")):
        if (table["first"], table["last"]) != (1, table["rows"]):
            yield f"the ranks of {table['kind']} in {table['range']} have gaps"
