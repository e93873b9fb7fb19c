"""Which posts the ranking chooses from: the newest of a person's feed, and what else they might like, so many of each and no more.

Each source is one statement, whatever the number of follows, tags and posts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from heapq import nlargest
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from orjson import loads

from accounts.filters import filters_of
from accounts.models import Mute, User
from accounts.reads import stand_in
from engagement.models import LIKE, Reaction, Tag, Tagging, Trend, View
from engagement.trending.making import bars
from posts.feeds.chronological import Feed, rows_of
from posts.feeds.kept import remembered
from posts.feeds.ranking import Candidate, Signals
from posts.feeds.sources import connected, follows, heard, of_strangers, sources_of, unfiltered
from posts.models import Post, PostQuerySet
from socialsite.lib.ids import EPOCH_MS, TIME_SHIFT, first_id_at
from socialsite.lib.prepared import PreparedRead, Row

MAX_HOME, MAX_SUGGESTED = 120, 50
"""How many posts of the feed itself are ranked, and how many each of the other sources may bring"""
WINDOW = timedelta(days=7)
"""How old what is suggested may be"""
MAX_INTERESTS, MIN_INTEREST = 20, 0.1

Source = tuple[str, str | None]
"""The name of a reason, and its tag"""
SUGGESTIONS = {"tags": "suggested", "trending": "trending", "engaged": "suggested"}
"""Sources of suggestions, and the reasons they give"""
TAG_NAMES = [f"tag{n}" for n in range(MAX_INTERESTS)]
Read = Callable[[str, list[str]], Iterable[Sequence[Any]]]
"""(source of suggestions, tags) -> rows of COLUMNS"""
Suggestions = dict[str, list[Sequence[Any]]]
"""Rows of COLUMNS by the source of suggestions"""
BOUND = frozenset({"own", "following", "connection"})
"""Reasons that bind a person to an author"""
COLUMNS = ("pk", "author_id", "engagement", "hashtags", "shared__engagement", "shared__hashtags")


@dataclass
class Found:
    """A candidate and what brought it."""

    candidate: Candidate
    sources: tuple[Source, ...]
    is_gapless: bool = False
    """Whether it is among the newest of its source, all of which are candidates"""


def home_candidates(viewer: User, feed: Feed, since: int = 0) -> list[Found]:
    """Return the newest posts of a person's home, those newer than an id, as candidates."""
    rows = rows_of(viewer, feed, ("id", *COLUMNS[1:]), MAX_HOME)
    return [_at_home(row, viewer) for row in rows if row[0] > since]


def _at_home(row: Row, viewer: User) -> Found:
    pk, author_id, engagement, tags, more, shared_tags, _, followed, is_connected, tag = row
    sources = _sources_at_home(author_id == viewer.pk, bool(followed), bool(is_connected), tag)
    read = (pk, author_id, engagement, _read(tags), more, _read(shared_tags))
    is_followed = not BOUND.isdisjoint([name for name, _ in sources])
    return Found(_candidate(read, is_followed=is_followed), sources, is_gapless=True)


@lru_cache(maxsize=1000)
def _sources_at_home(
    is_own: bool, followed: bool, connected: bool, tag: str | None
) -> tuple[Source, ...]:
    found = sources_of(is_own=is_own, followed=followed, connected=connected, followed_tag=tag)
    return tuple([(one["name"], one["tag"]) for one in found])


def _read(tags: str | None) -> Any:
    """Return tags as they were before the database kept them."""
    return [] if tags in {None, "[]"} else loads(tags)


def suggestions(read: Read, signals: Signals) -> Suggestions:
    """Return recent posts of strangers by what brings them: with tags the person cares for, trending, and such that people did something with."""
    tags = nlargest(MAX_INTERESTS, signals.interests, key=signals.interests.__getitem__)
    tags = [tag for tag in tags if signals.interests[tag] >= MIN_INTEREST]
    return {which: list(read(which, tags)) for which in SUGGESTIONS if tags or which != "tags"}


def kept_suggestions(viewer: User, name: str, signals: Signals) -> Suggestions:
    """Return the suggestions of a feed without conditions of its own: some minutes old at most, and never older than the person's last deed."""

    def make() -> Suggestions:
        return suggestions(reads_for(viewer), signals)

    seconds = settings.FEED_SUGGESTIONS_SECONDS
    return remembered(viewer.pk, f"suggestions:{name}", seconds, make)


def suggested(rows: Suggestions, signals: Signals) -> Iterator[Found]:
    """Return suggestions as candidates, a post once for each thing that brings it."""
    for which, found in rows.items():
        yield from _found(found, signals, SUGGESTIONS[which])


def discovered(rows: PostQuerySet, signals: Signals) -> list[Found]:
    """Return what `suggested` would of some posts of strangers, and the newest of them."""
    newest = rows.order_by("-pk").values_list(*COLUMNS)[:MAX_HOME]
    found = _found(newest, signals, "newest", is_gapless=True)
    return merged([*suggested(suggestions(reads_of(rows), signals), signals), *found])


def candidate_of(post: Post, *, is_followed: bool) -> Candidate:
    """Return a post as a candidate."""
    more, tags = (post.shared.engagement, post.shared.hashtags) if post.shared else (0, None)
    row = (post.pk, post.author_id, post.engagement, post.hashtags, more, tags)
    return _candidate(row, is_followed=is_followed)


def floor_of(found: Iterable[Found]) -> int:
    """Return below which id the rest of a feed begins, 0 when there is no rest."""
    gapless = [one.candidate.pk for one in found if one.is_gapless]
    return min(gapless) if len(gapless) >= MAX_HOME else 0


def strangers(viewer: User) -> PostQuerySet:
    """Public posts by people whom a person neither follows nor is connected to, without what they do not want to hear."""
    rows = _of_strangers_to(viewer.pk, timezone.now())
    return unfiltered(rows, filters_of(viewer, "feed"))


def _of_strangers_to(viewer: Any, now: Any) -> PostQuerySet:
    rows = Post.objects.listed_for(stand_in("member", viewer)).filter(of_strangers())
    rows = rows.filter(~follows(viewer), heard(viewer, now))
    return rows.exclude(author=viewer).exclude(connected(viewer))


def unseen(rows: PostQuerySet, viewer: User) -> PostQuerySet:
    """Leave out what a person has looked at or liked."""
    looked_at = View.objects.filter(target_id=OuterRef("pk"), viewer=str(viewer.pk))
    liked = Reaction.objects.filter(user=viewer.pk, target_id=OuterRef("pk"), name=LIKE)
    return rows.filter(~Exists(looked_at), ~Exists(liked))


def reads_of(rows: PostQuerySet) -> Read:
    """Return what reads suggestions among some posts of strangers."""

    def read(which: str, tags: list[str]) -> Iterable[Sequence[Any]]:
        return _narrowed(rows, which, tags, _first_id())

    return read


def reads_for(viewer: User) -> Read:
    """Return what reads suggestions among all posts of strangers, compiled; for who has no filter that hides."""

    def read(which: str, tags: list[str]) -> Iterable[Sequence[Any]]:
        wanted = dict(zip_longest(TAG_NAMES, tags, fillvalue=""))
        values = {"viewer": viewer.pk, "now": timezone.now(), "first": _first_id()}
        return _prepared(which).rows(**values, **(wanted if which == "tags" else {}))

    return read


@cache
def _prepared(which: str) -> PreparedRead:
    def build(viewer: Any, now: Any, first: Any, **tags: Any) -> QuerySet[Any]:
        return _narrowed(_of_strangers_to(viewer, now), which, list(tags.values()), first)

    fields: dict[str, Any] = {
        "viewer": User._meta.get_field("id"),
        "now": Mute._meta.get_field("until"),
        "first": Post._meta.get_field("id"),
    }
    if which == "tags":
        fields |= dict.fromkeys(TAG_NAMES, Tag._meta.get_field("tag"))
    return PreparedRead(build, **fields)


def _narrowed(rows: PostQuerySet, which: str, tags: list[Any], first: Any) -> QuerySet[Any]:
    """Narrow posts to one source of suggestions, the newest first."""
    rows = rows.filter(pk__gte=first)
    if which == "tags":
        carrying = Tagging.objects.filter(tag__tag__in=tags, target_id__gte=first)
        rows = rows.filter(pk__in=carrying.values("target_id"))
    elif which == "trending":
        kept_out = bars("posts").filter(object_id=OuterRef("object_id"))
        trends = Trend.objects.filter(~Exists(kept_out), range=Trend.Range.DAY, kind="posts")
        rows = rows.filter(pk__in=trends.values("object_id"))
    else:
        rows = rows.filter(engagement__gt=0)
    return rows.order_by("-pk").values_list(*COLUMNS)[:MAX_SUGGESTED]


def _first_id() -> int:
    return first_id_at(timezone.now() - WINDOW)


def _found(
    rows: Iterable[Sequence[Any]], signals: Signals, reason: str, *, is_gapless: bool = False
) -> Iterator[Found]:
    for row in rows:
        known = _candidate(row, is_followed=False)
        yield Found(known, sources_of_stranger(known, signals, reason), is_gapless)


def sources_of_stranger(
    known: Candidate, signals: Signals, reason: str = "suggested"
) -> tuple[Source, ...]:
    """Return what brings a stranger's post: the tag one cares for most, beside the reason it was looked up for."""
    best = max(known.tags, key=lambda tag: signals.interests.get(tag, 0.0), default=None)
    interest = signals.interests.get(best, 0.0) if best else 0.0
    if interest < MIN_INTEREST:
        return ((reason, None),)
    # What is inferred never reaches 1.
    by_tag = ("tag" if interest >= 1 else "suggested", best)
    return ((reason, None), by_tag) if reason == "trending" else (by_tag,)


def merged(found: Iterable[Found]) -> list[Found]:
    """Return each post once, with all that brought it."""
    known_by_id: dict[int, Found] = {}
    for one in found:
        known = known_by_id.setdefault(one.candidate.pk, one)
        if known is not one:
            known.sources = tuple(dict.fromkeys((*known.sources, *one.sources)))
            known.is_gapless |= one.is_gapless
    return list(known_by_id.values())


def _candidate(row: Sequence[Any], *, is_followed: bool) -> Candidate:
    """Make a candidate of a row of COLUMNS; what passes another post on has the tags and the engagement of that one."""
    pk, author_id, engagement, tags, shared_engagement, shared_tags = row
    return Candidate(
        pk=pk,
        author_id=author_id,
        made_at=((pk >> TIME_SHIFT) + EPOCH_MS) / 1000,
        engagement=engagement + (shared_engagement or 0),
        tags=shared_tags or tags,
        is_followed=bool(is_followed),
    )
