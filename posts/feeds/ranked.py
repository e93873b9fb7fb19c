"""Which ranked feeds there are: home by rank or by engagement, discovery, recommendations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Mute, User
from accounts.reads import stand_in
from posts.feeds.candidates import (
    WINDOW,
    Found,
    discovered,
    home_candidates,
    merged,
    strangers,
    suggested,
    unseen,
)
from posts.feeds.ranking import IMPERSONAL_SIGNALS, Signals
from posts.feeds.serving import RankedFeed
from posts.feeds.sessions import MAX_ITEMS
from posts.feeds.sources import came_by, feed_rows, heard
from posts.models import Post, PostQuerySet
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Page
from socialsite.lib.content import live
from socialsite.lib.ids import first_id_at
from socialsite.lib.prepared import PreparedRead

_user_id: Any = User._meta.get_field("id")
_post_id: Any = Post._meta.get_field("id")
_until: Any = Mute._meta.get_field("until")


def ranked_page(request: Call, query: dict[str, Any]) -> Page:
    """Return a page of the caller's home, by rank, or by engagement in `mode=popular`."""
    return home_feed(request.user, query).page(request)


def home_feed(viewer: User, query: dict[str, Any]) -> RankedFeed:
    """Return a person's home feed as they asked for it; nothing is suggested to who has switched ranking off."""
    mode, scope, since = query["mode"], query["scope"], since_of(viewer, query)
    types = query.get("types") or []
    suggests = scope == "all" and not since and not is_off(viewer)

    def narrow(rows: PostQuerySet) -> PostQuerySet:
        rows = rows.filter(pk__gt=since) if since else rows
        return rows.filter(post_type__in=types) if types else rows

    def rows() -> PostQuerySet:
        return narrow(feed_rows(viewer, scope))

    def gather(signals: Signals) -> list[Found]:
        found = home_candidates(viewer, rows())
        if not suggests:
            return found
        return list(merged([*found, *suggested(narrow(strangers(viewer)), signals)]))

    is_plain = not types and not viewer.filter_count
    return RankedFeed(
        viewer=viewer,
        name=f"home:{mode}:{scope}:{','.join(types)}:{since}:{suggests}",
        rows=rows,
        gather=gather,
        is_newer=partial(_is_newer_in, scope, viewer) if is_plain else newer_in(rows),
        signals=IMPERSONAL_SIGNALS if mode == "popular" else None,
        catching_up=bool(since),
        is_home=True,
    )


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
        ids = home_feed(viewer, {"mode": mode, "scope": "all"}).session().ids.tolist()
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
        is_newer=newer_in(rows),
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
    return 0


def newer_in(rows: Callable[[], PostQuerySet]) -> Callable[[int], bool]:
    return lambda newest: rows().filter(pk__gt=newest).exists()


def _is_newer_in(scope: Any, viewer: User, newest: int) -> bool:
    read = _newer(scope)
    return bool(read.rows(viewer=viewer.pk, now=timezone.now(), newest=newest))


@cache
def _newer(scope: Any) -> PreparedRead:
    """As `feed_rows` beyond an id, compiled: it is asked for the first page of each ranked feed."""

    def build(viewer: Any, now: Any, newest: Any) -> QuerySet[Any]:
        rows = Post.objects.visible_to(stand_in("member", viewer))
        rows = rows.filter(live(), came_by(viewer, scope), heard(viewer, now), pk__gt=newest)
        return rows.order_by("-pk").values_list("pk")[:1]

    return PreparedRead(build, viewer=_user_id, now=_until, newest=_post_id)
