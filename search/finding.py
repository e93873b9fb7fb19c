"""Finding things by the index: who may see what is decided first, in the same statement, and the best of the newest are ranked."""

from collections.abc import Callable
from functools import cache
from time import time
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from accounts.models import Mute, Viewer
from accounts.reads import Reader, reader_of, stand_in
from search.backends import backend
from search.matching import expression_of
from search.models import Document
from search.searchables import KINDS, Asked
from socialsite.lib.ids import EPOCH_MS, MAX_ID, TIME_SHIFT, Kind, first_id_at
from socialsite.lib.prepared import PreparedRead

WINDOW = 500
"""So many of the newest that match and may be shown are ranked: what is older than them is not looked at"""
KEPT = 500
"""So many of the best can be paged through"""
MANY = 2_000_000_000

OLD, LEAST, HALF = 30 * 86_400, 0.25, 20
"""Age in seconds at which the part of recency that fades is half, the part that stays, and the deeds that count half of all"""


class Hit(NamedTuple):
    """Something that was found, and how well it fits."""

    id: int
    score: float


class Candidate(NamedTuple):
    """What fits, before it is ranked."""

    id: int
    relevance: float
    weight: int


def find_indexed(asked: Asked, kind: Kind) -> list[Hit]:
    """Return the best things of a kind that fit a query."""
    if asked.query.is_empty:
        return []
    now = time()
    hits = [Hit(row.id, score_of(row, now)) for row in candidates(asked, kind)]
    if not asked.newest_first:
        hits.sort(key=lambda hit: (hit.score, hit.id), reverse=True)
    return hits[:KEPT]


def score_of(row: Candidate, now: float) -> float:
    """Return relevance × recency × popularity (docs/search.md)."""
    made = ((row.id >> TIME_SHIFT) + EPOCH_MS) / 1000
    age = max(now - made, 0)
    recency = LEAST + (1 - LEAST) / (1 + age / OLD)
    popularity = 1 + row.weight / (row.weight + HALF)
    return round((1 + row.relevance) * recency * popularity, 6)


def candidates(
    asked: Asked,
    kind: Kind,
    *,
    columns: str = "texts",
    order: str = "newest",
    only: int | None = None,
) -> list[Candidate]:
    """Return what fits and may be shown to the viewer, at most WINDOW; of one thing alone, when `only` names it."""
    indexed, query = KINDS[kind], asked.query
    has_likes = query.min_likes is not None or query.below_likes is not None
    if has_likes and indexed.likes is None:
        return []
    low = first_id_at(query.after) if query.after else 0
    high = first_id_at(query.before) if query.before else MAX_ID
    if only is not None:
        low, high = max(low, only), min(high, only + 1)
    match = backend().write(expression_of(asked, kind, columns=columns))
    values: dict[str, Any] = {"match": match, "low": low, "high": high}
    if has_likes:
        below = MANY if query.below_likes is None else query.below_likes
        values |= {"likes": query.min_likes or 0, "below": below}
    reader = reader_of(asked.viewer)
    if reader != "anyone":
        values["viewer"] = asked.viewer.pk
    if asked.sieve.hides:
        rows = _rows(kind, reader, order, **values)
        rows = rows.exclude(indexed.hidden(asked.sieve))
        return [Candidate(*row) for row in rows[:WINDOW]]
    read = _prepared(kind, reader, order, has_likes)
    return [Candidate(*row) for row in read.rows(**values)]


@cache
def _prepared(kind: Kind, reader: Reader, order: str, has_likes: bool) -> PreparedRead:
    def build(**values: Any) -> QuerySet[Any]:
        return _rows(kind, reader, order, **values)[:WINDOW]

    number = Document._meta.get_field("id")
    names: dict[str, Any] = {"match": CharField(), "low": number, "high": number}
    if reader != "anyone":
        names["viewer"] = number
    if has_likes:
        names |= {"likes": number, "below": number}
    return PreparedRead(build, **names)


def _rows(
    kind: Kind, reader: Reader, order: str, *, match: Any, low: Any, high: Any, viewer: Any = None,
    likes: Any = None, below: Any = None,
) -> QuerySet[Any]:  # fmt: skip
    """Return the rows that fit as (id, relevance, weight), for a kind of reader."""
    indexed, reading = KINDS[kind], stand_in(reader, viewer)
    rows = audible(indexed.listed_for(reading), reading, indexed.author)
    if likes is not None:
        column = f"{rows.model._meta.db_table}.{indexed.likes}"
        rows = rows.extra(where=[f"{column} >= %s AND {column} < %s"], params=[likes, below])  # noqa: S610
    rows = backend().matched(rows, match, low, high)
    rows = rows.annotate(relevance=backend().relevance(match))
    return ORDERS[order](rows, indexed.weight).values_list("pk", "relevance", indexed.weight)


def audible(rows: QuerySet[Any], viewer: Viewer, author: str) -> QuerySet[Any]:
    """Leave out what people wrote whom the viewer mutes."""
    if not viewer.is_authenticated:
        return rows
    in_force = Q(until__isnull=True) | Q(until__gt=Now())
    muted = Mute.objects.filter(in_force, muter=viewer.pk, muted=OuterRef(author))
    return rows.filter(~Exists(muted))


def _newest(rows: QuerySet[Any], weight: str) -> QuerySet[Any]:
    return rows.order_by().extra(order_by=[backend().newest_first])


def _weightiest(rows: QuerySet[Any], weight: str) -> QuerySet[Any]:
    return rows.order_by(f"-{weight}", "-pk")


ORDERS: dict[str, Callable[[QuerySet[Any], str], QuerySet[Any]]] = {
    "newest": _newest,
    "weightiest": _weightiest,
}
