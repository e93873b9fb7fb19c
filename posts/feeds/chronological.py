"""The home feed in the order of time, gathered when it is read: nothing is written for followers when somebody posts.

The newest ids of each source are taken first, from an index, and only as many rows as a page may need are looked at: each says
itself, by the rules of `sources`, whether its reader may see it. When too few may be, the next bite begins where this one ended.
Whoever follows few is served author by author, as far back as their last bite went first; for whoever follows many, the newest posts
of the site are walked instead.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any, Literal, NamedTuple

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.filters import Sieve, filters_of
from accounts.models import Connection, Follow, Mute, User, Viewer
from accounts.reads import stand_in
from engagement.models import TagFollow, Tagging
from posts.feeds.reach import find_reach, keep_reach
from posts.feeds.sources import (
    SOURCES,
    Item,
    Scope,
    connected,
    exclusive_members,
    feed_rule,
    feed_rules,
    follows,
    of_strangers,
    sources_of,
    unfiltered,
    with_sources,
)
from posts.models import Post
from posts.reads import COLUMNS, PostRow
from socialsite.lib.ids import first_id_at, time_of
from socialsite.lib.prepared import PreparedRead, Row

Shape = Literal["gather", "near", "walk"]
"""All that the sources have, what they have above a floor, or the newest posts of the site above a floor"""
BITES = (16, 28, 160, 640)
"""How many rows one statement looks at"""
SPARE = 1.3
"""How many more than the page needs: those that its reader may not see"""
MANY = 400
"""From so many followed and connected people on the newest posts are walked"""
WALKED = timedelta(days=7)
"""How far a walk goes before it gathers after all"""
FARTHER = 2
"""How much farther than the last bite a near one goes: people do not write evenly"""

POST_ID: Any = Post._meta.get_field("id")
USER_ID: Any = User._meta.get_field("id")
MUTED_UNTIL: Any = Mute._meta.get_field("until")


class Feed(NamedTuple):
    """Which feed is read: its sources, and the types of posts it is narrowed to, in order; none for all."""

    scope: Scope
    types: tuple[str, ...] = ()


class Bite(NamedTuple):
    """What one statement looks at, and the columns it reads."""

    feed: Feed
    shape: Shape
    descending: bool
    positioned: bool
    size: int
    columns: tuple[str, ...] = COLUMNS


def timeline(viewer: User, feed: Feed) -> Callable[[Any, bool, int], list[Item]]:
    """Return what reads a page of a person's home feed by the ids of its posts: the rows of `feed_rows`."""
    reading = _Reading(viewer, feed, COLUMNS)

    def fetch(position: int | None, descending: bool, number: int) -> list[Item]:
        return [item_of(row, viewer) for row in reading.fetch(position, descending, number)]

    return fetch


def rows_of(viewer: User, feed: Feed, columns: tuple[str, ...], number: int) -> list[Row]:
    """Return the newest posts of a person's home feed as the database gives columns of them, `id` among these, then "shown" and SOURCES."""
    return _Reading(viewer, feed, columns).fetch(None, True, number)


class _Reading:
    """One person reads columns of one feed."""

    def __init__(self, viewer: User, feed: Feed, columns: tuple[str, ...]) -> None:
        self.viewer, self.feed, self.columns = viewer, feed, columns
        self.id, self.shown = columns.index("id"), len(columns)
        self.sieve = filters_of(viewer, "feed")

    def fetch(self, position: int | None, descending: bool, number: int) -> list[Row]:
        found: list[Row] = []
        at = next((n for n, size in enumerate(BITES) if size >= number * SPARE), len(BITES) - 1)
        while True:
            rows, reach = self.looked_at(position, descending, BITES[at], number - len(found))
            found += [row for row in rows if row[self.shown]]
            if reach is None or len(found) == number:
                return found
            position, at = reach, min(at + 1, len(BITES) - 1)

    def looked_at(
        self, position: int | None, descending: bool, size: int, wanted: int
    ) -> tuple[list[Row], int | None]:
        """Return the rows of one bite in order, no more than hold what is wanted, and how far it reaches; None when there is nothing beyond it."""
        start = position or first_id_at(timezone.now())
        shape, floor = self.way(start, descending, size)
        bite = Bite(self.feed, shape, descending, position is not None, size, self.columns)
        rows = self.rows(bite, position, floor, wanted)
        if shape != "gather" and len(rows) < size and sum(row[self.shown] for row in rows) < wanted:
            rows = self.rows(bite._replace(shape="gather"), position, 0, wanted)
        if descending and len(rows) > size // 2:
            keep_reach(self.viewer.pk, self.feed, max(start - rows[-1][self.id], 0) // len(rows))
        return rows, rows[-1][self.id] if len(rows) == size else None

    def way(self, start: int, descending: bool, size: int) -> tuple[Shape, int]:
        """Return how a bite is looked for, and down to which id."""
        if not descending:
            return "gather", 0
        if self.bound >= MANY:
            return "walk", first_id_at(time_of(start) - WALKED)
        reach = find_reach(self.viewer.pk, self.feed)
        return ("near", max(start - reach * size * FARTHER, 0)) if reach else ("gather", 0)

    @property
    def bound(self) -> int:
        """With how many people the sources begin, as it is stored."""
        following, network = self.viewer.following_count, self.viewer.connection_count
        return {"network": network, "following": following, "all": following + network}[
            self.feed.scope
        ]

    def rows(self, bite: Bite, position: int | None, floor: int, wanted: int) -> list[Row]:
        values: dict[str, Any] = {"viewer": self.viewer.pk, "now": timezone.now()}
        if position is not None:
            values["position"] = position
        if bite.shape != "gather":
            values["floor"] = floor
        hides = self.sieve.hides
        read = (
            PreparedRead(_builder(bite, self.sieve), **_names(bite)) if hides else _prepared(bite)
        )
        return read.raw_up_to(wanted, self.shown, **values)


def item_of(row: Row, viewer: Viewer) -> Item:
    """Return the item of a row of COLUMNS, "shown" and SOURCES."""
    followed, is_connected, tag = row[-len(SOURCES) :]
    sources = sources_of(
        is_own=row[AUTHOR] == viewer.pk,
        followed=followed,
        connected=is_connected,
        followed_tag=tag,
    )
    return Item(PostRow(row), sources)


@cache
def _prepared(bite: Bite) -> PreparedRead:
    return PreparedRead(_builder(bite, Sieve()), **_names(bite))


def _names(bite: Bite) -> dict[str, Any]:
    names = {"viewer": USER_ID, "now": MUTED_UNTIL}
    names |= {"position": POST_ID} if bite.positioned else {}
    return names | ({"floor": POST_ID} if bite.shape != "gather" else {})


def _builder(bite: Bite, sieve: Sieve) -> Callable[..., QuerySet[Any]]:
    def build(viewer: Any, now: Any, position: Any = None, floor: Any = None) -> QuerySet[Any]:
        order = "-id" if bite.descending else "id"
        ids = _ids(bite, viewer, now, position, floor)
        rows = Post.objects.filter(pk__in=ids).for_api(stand_in("member", viewer))
        found = with_sources(rows.annotate(shown=_shown(viewer, now, sieve)), viewer)
        return found.order_by(order).values_list(*bite.columns, "shown", *SOURCES)[: bite.size]

    return build


def _shown(viewer: Any, now: Any, sieve: Sieve) -> Any:
    """Return whether a post may stand in the feed."""
    if sieve.hides:
        rows = unfiltered(feed_rules(viewer, now), sieve)
        return Exists(rows.filter(pk=OuterRef("pk")))
    # Of a condition SQLite stops at the first part that decides it, of a value it computes them all.
    known = When(feed_rule(viewer, now), then=Value(value=True))
    return Case(known, default=Value(value=False), output_field=BooleanField())


def _ids(bite: Bite, viewer: Any, now: Any, position: Any, floor: Any) -> QuerySet[Any]:
    """Return the ids of the posts that a bite looks at: of a near one also some more."""
    scope, above = bite.feed.scope, {} if bite.shape == "gather" else {"pk__gt": floor}
    people = Post.objects.filter(_beyond("pk", bite, position) & _of_types(bite.feed), **above)
    if bite.shape == "walk":
        people = people.filter(_by_known(viewer, scope))
    else:
        people = people.filter(author__in=_known(viewer, scope, now))
    order = "-id" if bite.descending else "id"
    ids = people.order_by(order).values("pk")[: bite.size]
    if scope != "all":
        return ids
    tagged = _newest_tagged(viewer, bite, position)
    if bite.shape == "near":
        # Between two ids there are few: they need not be sorted and cut first.
        tagged = tagged.filter(target_id__gt=floor).order_by()
        return people.order_by().values("pk").union(tagged, all=True)
    # A slice is no part of a union on SQLite, but the rows whose ids it holds are.
    either = _posts(ids).union(_posts(tagged[: bite.size]), all=True)
    return _posts(either).order_by(order)[: bite.size]


def _beyond(column: str, bite: Bite, position: Any) -> Q:
    side = "lt" if bite.descending else "gt"
    return Q(**{f"{column}__{side}": position}) if bite.positioned else Q()


def _of_types(feed: Feed) -> Q:
    return Q(post_type__in=feed.types) if feed.types else Q()


def _posts(ids: QuerySet[Any]) -> QuerySet[Any]:
    return Post.objects.filter(pk__in=ids).order_by().values("pk")


def _by_known(viewer: Any, scope: Scope) -> Q:
    """Return the condition that somebody wrote a post whose posts a scope shows: `_known`, asked of each post."""
    if scope == "network":
        return connected(viewer)
    found = Q(author=viewer) | Q(follows(viewer))
    return found | connected(viewer) if scope == "all" else found


def _known(viewer: Any, scope: Scope, now: Any) -> QuerySet[Any]:
    """Return the ids of the people whose posts a scope shows, without those that are not to be heard."""

    def of(edges: QuerySet[Any], other: str) -> QuerySet[Any]:
        return edges.order_by().values(person=F(other))

    accepted = Connection.objects.accepted()
    network = [of(accepted.filter(low=viewer), "high"), of(accepted.filter(high=viewer), "low")]
    followed = of(Follow.objects.filter(follower=viewer), "followed")
    parts = {
        "network": network,
        "following": [followed, of(User.objects.filter(pk=viewer), "pk")],
        "all": [followed, of(User.objects.filter(pk=viewer), "pk"), *network],
    }[scope]
    muted = Mute.objects.filter(Q(until__isnull=True) | Q(until__gt=now), muter=viewer)
    unheard = (of(muted, "muted"), of(exclusive_members(viewer), "member"))
    return parts[0].union(*parts[1:]).difference(*unheard)


def _newest_tagged(viewer: Any, bite: Bite, position: Any) -> QuerySet[Any]:
    """Return the ids of the newest posts that carry tags a person follows, each once: by the first of its tags."""
    mine = TagFollow.objects.filter(user=viewer).values("tag")
    first = Tagging.objects.filter(target_id=OuterRef("target_id"), tag__in=mine)
    fitting = Post.objects.filter(of_strangers(), _of_types(bite.feed), pk=OuterRef("target_id"))
    rows = Tagging.objects.filter(
        _beyond("target_id", bite, position),
        Exists(fitting),
        ~Exists(first.filter(tag__lt=OuterRef("tag"))),
        tag__in=mine,
    )
    return rows.order_by("-target_id" if bite.descending else "target_id").values("target_id")


AUTHOR = COLUMNS.index("author_id")
