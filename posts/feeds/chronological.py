"""The home feed in the order of time, gathered when it is read: nothing is written for followers when somebody posts.

The newest ids of each source are taken first, from an index, and only as many rows as a page may need are looked at: each says
itself, by the rules of `sources`, whether its reader may see it. When too few may be, the next bite begins where this one ended.
Whoever follows few is served author by author; for whoever follows many, the newest posts of the site are walked instead.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, Literal, NamedTuple

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.filters import Sieve, filters_of
from accounts.models import Connection, Follow, Mute, User, Viewer
from accounts.reads import stand_in
from engagement.models import TagFollow, Tagging
from posts.feeds.sources import (
    SOURCES,
    Item,
    Scope,
    connected,
    exclusive_members,
    feed_rules,
    follows,
    marks_on,
    of_strangers,
    sources_of,
    unfiltered,
    with_sources,
)
from posts.models import Post
from posts.reads import COLUMNS, WHOLE, PostRow
from socialsite.lib.ids import first_id_at, time_of
from socialsite.lib.prepared import PreparedRead, Row

Shape = Literal["gather", "walk"]
BITES = (16, 32, 160, 640)
"""How many rows one statement looks at"""
SPARE = 1.3
"""How many more than the page needs: those that its reader may not see"""
MANY = 400
"""From so many followed and connected people on the newest posts are walked"""
WALKED = timedelta(days=7)
"""How far a walk goes before it gathers after all"""

POST_ID: Any = Post._meta.get_field("id")
USER_ID: Any = User._meta.get_field("id")
MUTED_UNTIL: Any = Mute._meta.get_field("until")


class Feed(NamedTuple):
    """Which feed is read: its sources, and the types of posts it is narrowed to, in order; none for all."""

    scope: Scope
    types: tuple[str, ...] = ()


class Bite(NamedTuple):
    """What one statement looks at."""

    feed: Feed
    shape: Shape
    descending: bool
    positioned: bool
    size: int


def timeline(viewer: User, feed: Feed) -> Callable[[Any, bool, int], list[Item]]:
    """Return what reads a page of a person's home feed by the ids of its posts: the rows of `feed_rows`."""
    return _Reading(viewer, feed).fetch


class _Reading:
    """One person reads one feed."""

    def __init__(self, viewer: User, feed: Feed) -> None:
        self.viewer, self.feed = viewer, feed
        self.sieve = filters_of(viewer, "feed")

    def fetch(self, position: int | None, descending: bool, number: int) -> list[Item]:
        found: list[Item] = []
        at = next((n for n, size in enumerate(BITES) if size >= number * SPARE), len(BITES) - 1)
        while True:
            rows, reach = self.looked_at(position, descending, BITES[at], number - len(found))
            found += [item_of(row, self.viewer, self.sieve) for row in rows if row[WHOLE]]
            if reach is None or len(found) >= number:
                return found[:number]
            position, at = reach, min(at + 1, len(BITES) - 1)

    def looked_at(
        self, position: int | None, descending: bool, size: int, wanted: int
    ) -> tuple[list[Row], int | None]:
        """Return the rows of one bite in order, and how far it reaches; None when there is nothing beyond it."""
        shape: Shape = "walk" if descending and self.bound >= MANY else "gather"
        bite = Bite(self.feed, shape, descending, position is not None, size)
        rows = self.rows(bite, position)
        reach = self.reach(rows, bite)
        if shape == "walk" and reach is None and sum(row[WHOLE] for row in rows) < wanted:
            bite = bite._replace(shape="gather")
            rows = self.rows(bite, position)
            reach = self.reach(rows, bite)
        if reach is not None:
            rows = [row for row in rows if (row[ID] >= reach if descending else row[ID] <= reach)]
        return rows, reach

    @property
    def bound(self) -> int:
        """With how many people the sources begin, as it is stored."""
        following, network = self.viewer.following_count, self.viewer.connection_count
        return {"network": network, "following": following, "all": following + network}[
            self.feed.scope
        ]

    def rows(self, bite: Bite, position: int | None) -> list[Row]:
        now = timezone.now()
        values: dict[str, Any] = {"viewer": self.viewer.pk, "now": now}
        if position is not None:
            values["position"] = position
        if bite.shape == "walk":
            values["floor"] = first_id_at((time_of(position) if position else now) - WALKED)
        if self.sieve.hides:
            return PreparedRead(_builder(bite, self.sieve), **_names(bite)).raw(**values)
        return _prepared(bite).raw(**values)

    def reach(self, rows: list[Row], bite: Bite) -> int | None:
        """Return the last id up to which all posts of all sources were looked at.

        A source that gave as many as it was asked for may have more beyond the last of them.
        """
        ends = [
            ids[bite.size - 1]
            for ids in ([row[ID] for row in rows if self.is_by_people(row)], self.by_tags(rows))
            if len(ids) >= bite.size
        ]
        if not ends:
            return None
        return max(ends) if bite.descending else min(ends)

    def is_by_people(self, row: Row) -> bool:
        if self.feed.scope == "network":
            return bool(row[CONNECTED])
        known = row[FOLLOWED] or row[AUTHOR] == self.viewer.pk
        return bool(known or (self.feed.scope == "all" and row[CONNECTED]))

    def by_tags(self, rows: list[Row]) -> list[int]:
        """Return the ids that followed tags gave, one that carries two of them twice."""
        if self.feed.scope != "all":
            return []
        return [row[ID] for row in rows for _ in range(row[TAGS])]


def item_of(row: Row, viewer: Viewer, sieve: Sieve) -> Item:
    """Return the item of a row of COLUMNS, "shown" and SOURCES."""
    post = PostRow(row)
    sources = sources_of(
        is_own=row[AUTHOR] == viewer.pk,
        followed=row[FOLLOWED],
        connected=row[CONNECTED],
        followed_tag=row[TAG],
    )
    return Item(post, sources, filtered=[] if sieve.is_empty else marks_on(post, sieve))


@cache
def _prepared(bite: Bite) -> PreparedRead:
    return PreparedRead(_builder(bite, Sieve()), **_names(bite))


def _names(bite: Bite) -> dict[str, Any]:
    names = {"viewer": USER_ID, "now": MUTED_UNTIL}
    names |= {"position": POST_ID} if bite.positioned else {}
    return names | ({"floor": POST_ID} if bite.shape == "walk" else {})


def _builder(bite: Bite, sieve: Sieve) -> Callable[..., QuerySet[Any]]:
    scope = bite.feed.scope

    def build(viewer: Any, now: Any, position: Any = None, floor: Any = None) -> QuerySet[Any]:
        within = _beyond("pk", bite, position) & _of_types(bite.feed)
        if bite.shape == "walk":
            people = Post.objects.filter(within, _by_known(viewer, scope), pk__gt=floor)
        else:
            people = Post.objects.filter(within, author__in=_known(viewer, scope, now))
        order = "-id" if bite.descending else "id"
        ids = _first(people.order_by(order).values("pk"), bite)
        if scope == "all":
            ids = ids.union(_first(_newest_tagged(viewer, bite, position), bite), all=True)
        shown = unfiltered(feed_rules(viewer, now), sieve).filter(pk=OuterRef("pk"))
        rows = Post.objects.filter(pk__in=ids).for_api(stand_in("member", viewer))
        found = with_sources(rows.annotate(shown=Exists(shown)), viewer)
        return found.order_by(order).values_list(*COLUMNS, "shown", *SOURCES)

    return build


def _beyond(column: str, bite: Bite, position: Any) -> Q:
    side = "lt" if bite.descending else "gt"
    return Q(**{f"{column}__{side}": position}) if bite.positioned else Q()


def _of_types(feed: Feed) -> Q:
    return Q(post_type__in=feed.types) if feed.types else Q()


def _first(ids: QuerySet[Any], bite: Bite) -> QuerySet[Any]:
    """Return the first ids of a source. A slice is no part of a union on SQLite, but the rows whose ids it holds are."""
    return Post.objects.filter(pk__in=ids[: bite.size]).order_by().values("pk")


def _by_known(viewer: Any, scope: Scope) -> Q:
    """Return the condition that somebody wrote a post whose posts a scope shows: `_known`, asked of each post."""
    if scope == "network":
        return connected(viewer)
    found = Q(author=viewer) | Q(follows(viewer))
    return found | connected(viewer) if scope == "all" else found


def _known(viewer: Any, scope: Scope, now: Any) -> QuerySet[Any]:
    """Return the ids of the people whose posts a scope shows, without those that are not to be heard."""
    muted = Mute.objects.filter(Q(until__isnull=True) | Q(until__gt=now), muter=viewer)
    kept_apart = exclusive_members(viewer)

    def of(edges: QuerySet[Any], other: str) -> QuerySet[Any]:
        silent = Exists(muted.filter(muted=OuterRef(other)))
        apart = Exists(kept_apart.filter(member=OuterRef(other)))
        return edges.filter(~silent, ~apart).order_by().values(person=F(other))

    accepted = Connection.objects.accepted()
    network = [of(accepted.filter(low=viewer), "high"), of(accepted.filter(high=viewer), "low")]
    if scope == "network":
        return network[0].union(network[1])
    myself = User.objects.filter(pk=viewer).order_by().values(person=F("pk"))
    followed = of(Follow.objects.filter(follower=viewer), "followed")
    return followed.union(myself, *(network if scope == "all" else ()))


def _newest_tagged(viewer: Any, bite: Bite, position: Any) -> QuerySet[Any]:
    """Return the ids of the newest posts that carry tags a person follows; with two of them a post is taken twice."""
    fitting = Post.objects.filter(of_strangers(), _of_types(bite.feed), pk=OuterRef("target_id"))
    mine = TagFollow.objects.filter(user=viewer).values("tag")
    rows = Tagging.objects.filter(
        _beyond("target_id", bite, position), Exists(fitting), tag__in=mine
    )
    return rows.order_by("-target_id" if bite.descending else "target_id").values("target_id")


ID, AUTHOR = COLUMNS.index("id"), COLUMNS.index("author_id")
FOLLOWED, CONNECTED, TAG, TAGS = (WHOLE + 1 + n for n in range(len(SOURCES)))
