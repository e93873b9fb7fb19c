"""Which posts the ranking chooses from: the newest of a person's feed, and what else they might like, so many of each and no more.

Each source is one statement, whatever the number of follows, tags and posts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from heapq import nlargest
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from orjson import loads

from accounts.models import User
from accounts.reads import stand_in
from engagement.models import LIKE, Reaction, Tagging, Trend, View
from posts.feeds.ranking import Candidate, Signals
from posts.feeds.sources import Item, audible, connected, follows, of_strangers
from posts.models import Post, PostQuerySet
from posts.reads import POST_COLUMNS
from socialsite.lib.ids import EPOCH_MS, TIME_SHIFT, first_id_at

MAX_HOME, MAX_SUGGESTED = 120, 50
"""How many posts of the feed itself are ranked, and how many each of the other sources may bring"""
WINDOW = timedelta(days=7)
"""How old what is suggested may be"""
MAX_INTERESTS, MIN_INTEREST = 20, 0.1

Source = tuple[str, str | None]
"""The name of a reason, and its tag"""
BOUND = frozenset({"own", "following", "connection"})
"""Reasons that bind a person to an author"""
ENGAGEMENT, TAGS = POST_COLUMNS.index("engagement"), POST_COLUMNS.index("hashtags")
COLUMNS = ("pk", "author_id", "engagement", "hashtags", "shared__engagement", "shared__hashtags")


@dataclass
class Found:
    """A candidate and what brought it."""

    candidate: Candidate
    sources: tuple[Source, ...]
    is_gapless: bool = False
    """Whether it is among the newest of its source, all of which are candidates"""


def home_candidates(items: list[Item]) -> list[Found]:
    """Return items of a person's home as candidates; one statement more when some pass others on."""
    shared = [item.post.shared_id for item in items if item.post.shared_id]
    rows = Post.objects.filter(pk__in=shared).values_list("pk", "engagement", "hashtags")
    passed_on = {pk: (engagement, tags) for pk, engagement, tags in rows} if shared else {}
    found = []
    for item in items:
        key, bound = item.post.key, {one["name"] for one in item.sources}
        more, shared_tags = passed_on.get(item.post.shared_id, (0, None))
        tags = [] if key[TAGS] == "[]" else loads(key[TAGS])
        row = (item.id, item.post.author_id, key[ENGAGEMENT], tags, more, shared_tags)
        known = _candidate(row, is_followed=not bound.isdisjoint(BOUND))
        found.append(Found(known, tuple([(s["name"], s["tag"]) for s in item.sources]), True))
    return found


def suggested(rows: PostQuerySet, signals: Signals) -> list[Found]:
    """Return recent ones among posts of strangers: with tags the person cares for, trending, and such that people did something with."""
    return list(merged(_suggested(rows, signals)))


def discovered(rows: PostQuerySet, signals: Signals) -> list[Found]:
    """Return what `suggested` would of some posts of strangers, and the newest of them."""
    newest = list(_read(rows, MAX_HOME, signals, "newest"))
    for one in newest:
        one.is_gapless = True
    return list(merged([*_suggested(rows, signals), *newest]))


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
    rows = Post.objects.listed_for(stand_in("member", viewer.pk)).filter(of_strangers())
    rows = rows.exclude(author=viewer.pk).filter(~follows(viewer.pk)).exclude(connected(viewer.pk))
    return audible(rows, viewer, "feed")


def unseen(rows: PostQuerySet, viewer: User) -> PostQuerySet:
    """Leave out what a person has looked at or liked."""
    looked_at = View.objects.filter(target_id=OuterRef("pk"), viewer=str(viewer.pk))
    liked = Reaction.objects.filter(user=viewer.pk, target_id=OuterRef("pk"), name=LIKE)
    return rows.filter(~Exists(looked_at), ~Exists(liked))


def _suggested(rows: PostQuerySet, signals: Signals) -> Iterator[Found]:
    recent = rows.filter(pk__gte=first_id_at(timezone.now() - WINDOW))
    tags = nlargest(MAX_INTERESTS, signals.interests, key=signals.interests.__getitem__)
    tags = [tag for tag in tags if signals.interests[tag] >= MIN_INTEREST]
    if tags:
        carrying = Tagging.objects.filter(tag__tag__in=tags).values("target_id")
        yield from _read(recent.filter(pk__in=carrying), MAX_SUGGESTED, signals, "suggested")
    trending = Trend.objects.filter(range=Trend.Range.DAY, kind="posts").values("object_id")
    yield from _read(recent.filter(pk__in=trending), MAX_SUGGESTED, signals, "trending")
    yield from _read(recent.filter(engagement__gt=0), MAX_SUGGESTED, signals, "suggested")


def _read(rows: PostQuerySet, number: int, signals: Signals, reason: str) -> Iterator[Found]:
    for columns in rows.order_by("-pk").values_list(*COLUMNS)[:number]:
        known = _candidate(columns, is_followed=False)
        yield Found(known, sources_of_stranger(known, signals, reason))


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


def merged(found: Iterable[Found]) -> Iterable[Found]:
    """Return each post once, with all that brought it."""
    known_by_id: dict[int, Found] = {}
    for one in found:
        known = known_by_id.setdefault(one.candidate.pk, one)
        known.sources = tuple(dict.fromkeys((*known.sources, *one.sources)))
        known.is_gapless |= one.is_gapless
    return known_by_id.values()


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
