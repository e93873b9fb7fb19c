"""Which ranked feeds there are: home by rank or by engagement, discovery, recommendations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils import timezone

from accounts.filters import filters_of
from accounts.models import User
from posts.feeds.candidates import (
    WINDOW,
    Found,
    discovered,
    home_candidates,
    kept_suggestions,
    merged,
    reads_of,
    strangers,
    suggested,
    suggestions,
    unseen,
)
from posts.feeds.chronological import Feed, timeline
from posts.feeds.ranking import IMPERSONAL_SIGNALS, Signals
from posts.feeds.serving import RankedFeed, Read, read_from
from posts.feeds.sessions import MAX_ITEMS
from posts.feeds.sources import Item, feed_rows
from posts.models import Marker, PostQuerySet
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Page
from socialsite.lib.ids import first_id_at


def ranked_page(request: Call, query: dict[str, Any]) -> Page:
    """Return a page of the caller's home, by rank, or by engagement in `mode=popular`."""
    return home_feed(request.user, query).page(request)


def home_feed(viewer: User, query: dict[str, Any]) -> RankedFeed:
    """Return a person's home feed as they asked for it; nothing is suggested to who has switched ranking off."""
    mode, scope, since = query["mode"], query["scope"], since_of(viewer, query)
    types = tuple(sorted(query.get("types") or ()))
    suggests = scope == "all" and not since and not is_off(viewer)
    feed = Feed(scope, types)
    read = _after(since, timeline(viewer, feed))

    def narrow(rows: PostQuerySet) -> PostQuerySet:
        rows = rows.filter(pk__gt=since) if since else rows
        return rows.filter(post_type__in=types) if types else rows

    def gather(signals: Signals) -> list[Found]:
        found = home_candidates(viewer, feed, since)
        if not suggests:
            return found
        is_plain = not types and not filters_of(viewer, "feed").hides
        more = (
            kept_suggestions(viewer, mode, signals)
            if is_plain
            else suggestions(reads_of(narrow(strangers(viewer))), signals)
        )
        return merged([*found, *suggested(more, signals)])

    return RankedFeed(
        viewer=viewer,
        name=f"home:{mode}:{scope}:{','.join(types)}:{since}:{suggests}",
        rows=lambda: narrow(feed_rows(viewer, scope)),
        gather=gather,
        read=read,
        signals=IMPERSONAL_SIGNALS if mode == "popular" else None,
        catching_up=bool(since),
        is_home=True,
    )


def _after(since: int, read: Read) -> Read:
    """Narrow what reads a feed to what is newer than an id."""
    if not since:
        return read

    def narrowed(position: int | None, descending: bool, number: int) -> list[Item]:
        start = position if descending else max(position or 0, since)
        return [item for item in read(start, descending, number) if item.id > since]

    return narrowed


@dataclass(frozen=True)
class Size:
    """How many posts a person's home holds, and how many of them came since they last were there."""

    count: int
    new: int


def size_of_home(viewer: User) -> Size:
    """Return how much a person's home holds in the mode of their settings, of at most 500 posts."""
    mode, since = viewer.feed_mode, last_read(viewer)
    if is_off(viewer):
        ids = list(
            feed_rows(viewer, "all").order_by("-pk").values_list("pk", flat=True)[:MAX_ITEMS]
        )
    else:
        ids = home_feed(viewer, {"mode": mode, "scope": "all"}).standing()
    return Size(len(ids), sum(pk > since for pk in ids))


def discovery_feed(viewer: User) -> RankedFeed:
    """Return what people whom a person neither follows nor is connected to publish for everybody."""
    return _of_strangers(viewer, "discovery", partial(strangers, viewer))


def recommendations_for(viewer: User) -> RankedFeed:
    """Return posts of strangers that a person has neither looked at nor liked."""
    return _of_strangers(viewer, "recommended", lambda: unseen(strangers(viewer), viewer))


def _of_strangers(viewer: User, name: str, rows: Callable[[], PostQuerySet]) -> RankedFeed:
    return RankedFeed(
        viewer=viewer,
        name=name,
        rows=rows,
        gather=lambda signals: discovered(rows(), signals),
        read=read_from(rows, viewer),
        is_ranked=not is_off(viewer),
    )


def is_off(viewer: User) -> bool:
    """Whether a person wants no ranking: then nothing is suggested either."""
    return viewer.feed_mode == User.FeedMode.CHRONOLOGICAL


def since_of(viewer: User, query: dict[str, Any]) -> int:
    """Return the id after which a person catches up, 0 when they do not."""
    moment: datetime | None = query.get("since")
    if moment:
        return first_id_at(moment)
    if not query.get("catch_up"):
        return 0
    return last_read(viewer) or first_id_at(timezone.now() - WINDOW)


def last_read(viewer: User) -> int:
    """Return up to which post a person has read their home, 0 when no program says."""
    marker = Marker.objects.filter(owner=viewer.pk, feed=Marker.Feed.HOME)
    return marker.values_list("last_read_id", flat=True).first() or 0
