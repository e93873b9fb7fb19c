"""The pages of feeds: who answers which mode, and the feed of everybody's public posts."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import QuerySet, Value
from django.utils import timezone

from accounts.filters import Sieve, filters_of
from accounts.models import Viewer
from accounts.reads import Reader, reader_of, stand_in
from posts.feeds.chronological import MUTED_UNTIL, POST_ID, USER_ID, Feed, item_of, timeline
from posts.feeds.ranked import ranked_page
from posts.feeds.sources import (
    SOURCES,
    Item,
    as_member,
    audible,
    feed_rows,
    heard,
    unfiltered,
    with_sources,
)
from posts.models import Post, PostQuerySet
from posts.reads import COLUMNS
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered, Page
from socialsite.lib.prepared import PreparedRead

Which = tuple[Reader, tuple[str, ...], bool, bool, int]
"""(reader, types, descending, from a position, number of rows)"""


def chronological_page(request: Call, query: dict[str, Any]) -> Ordered:
    """Return the caller's home, strictly newest first."""
    feed = Feed(query["scope"], types_of(query))

    def rows() -> PostQuerySet:
        found = narrowed(feed_rows(request.user, feed.scope), feed.types)
        return found.for_api(request.user)

    return Ordered(rows, fetch=timeline(request.user, feed))


MODES: dict[str, Callable[[Call, dict[str, Any]], Ordered | Page]] = {
    "chronological": chronological_page,
    "popular": ranked_page,
    "ranked": ranked_page,
}


def types_of(query: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(set(query.get("types", ()))))


def narrowed(rows: PostQuerySet, types: tuple[str, ...]) -> PostQuerySet:
    return rows.filter(post_type__in=types) if types else rows


def public_rows(viewer: Viewer, types: tuple[str, ...]) -> PostQuerySet:
    """Everybody's public posts, without what the viewer does not want to hear."""
    found = Post.objects.listed_for(as_member(viewer)).filter(visibility=Post.Visibility.PUBLIC)
    return audible(narrowed(found, types), viewer, "feed")


def public_page(viewer: Viewer, types: tuple[str, ...]) -> Ordered:
    """Return everybody's public posts, newest first."""
    sieve = filters_of(viewer, "feed")

    def fetch(position: Any, descending: bool, number: int) -> list[Item]:
        reader = reader_of(as_member(viewer))
        which = (reader, types, descending, position is not None, number)
        read = _read(which, sieve) if sieve.hides else _prepared(which)
        values: dict[str, Any] = {} if position is None else {"position": position}
        if reader == "member":
            values |= {"viewer": viewer.pk, "now": timezone.now()}
        return [item_of(row, viewer) for row in read.raw(**values)]

    return Ordered(lambda: public_rows(viewer, types).for_api(viewer), fetch=fetch)


@cache
def _prepared(which: Which) -> PreparedRead:
    return _read(which, Sieve())


def _read(which: Which, sieve: Sieve) -> PreparedRead:
    reader, types, descending, positioned, number = which

    def build(viewer: Any = None, now: Any = None, position: Any = None) -> QuerySet[Any]:
        reading = stand_in(reader, viewer)
        rows = narrowed(Post.objects.listed_for(reading), types)
        rows = rows.filter(visibility=Post.Visibility.PUBLIC)
        if reader == "member":
            rows = unfiltered(rows.filter(heard(viewer, now)), sieve)
        if positioned:
            rows = rows.filter(**{"pk__lt" if descending else "pk__gt": position})
        shown = rows.for_api(reading).annotate(shown=Value(value=True))
        found = with_sources(shown, viewer)
        found = found.order_by("-id" if descending else "id")
        return found.values_list(*COLUMNS, "shown", *SOURCES)[:number]

    names = {"viewer": USER_ID, "now": MUTED_UNTIL} if reader == "member" else {}
    return PreparedRead(build, **names, **({"position": POST_ID} if positioned else {}))
