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
BITES = (16, 28, 140, 640)
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
            shown = [row for row in rows if row[WHOLE]][: number - len(found)]
            found += [item_of(row, self.viewer) for row in shown]
            if reach is None or len(found) == number:
                return found
            position, at = reach, min(at + 1, len(BITES) - 1)

    def looked_at(
        self, position: int | None, descending: bool, size: int, wanted: int
    ) -> tuple[list[Row], int | None]:
        """Return the rows of one bite in order, and how far it reaches; None when there is nothing beyond it."""
        shape: Shape = "walk" if descending and self.bound >= MANY else "gather"
        bite = Bite(self.feed, shape, descending, position is not None, size)
        rows = self.rows(bite, position)
        if shape == "walk" and len(rows) < size and sum(row[WHOLE] for row in rows) < wanted:
            rows = self.rows(bite._replace(shape="gather"), position)
        return rows, rows[-1][ID] if len(rows) == size else None

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


def item_of(row: Row, viewer: Viewer) -> Item:
    """Return the item of a row of COLUMNS, "shown" and SOURCES."""
    post = PostRow(row)
    sources = sources_of(
        is_own=row[AUTHOR] == viewer.pk,
        followed=row[FOLLOWED],
        connected=row[CONNECTED],
        followed_tag=row[TAG],
    )
    return Item(post, sources)


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
        ids = people.order_by(order).values("pk")[: bite.size]
        if scope == "all":
            tagged = _newest_tagged(viewer, bite, position)[: bite.size]
            # A slice is no part of a union on SQLite, but the rows whose ids it holds are.
            either = _posts(ids).union(_posts(tagged), all=True)
            ids = _posts(either).order_by(order)[: bite.size]
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


ID, AUTHOR = COLUMNS.index("id"), COLUMNS.index("author_id")
FOLLOWED, CONNECTED, TAG = (WHOLE + 1 + n for n in range(len(SOURCES)))
