"""The feed of a list: posts by its members, public ones with its tags, and public ones with its words; the newest first.

Each source gives the ids of its newest posts from an index, so many and no more; what of them its reader may see, and is willing to
hear of, is asked of those alone. When too few are left, the next bite begins where this one ended: a page never ends early.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.filters import Sieve, filters_of
from accounts.models import Audience, AudienceMember, Mute, User
from accounts.reads import stand_in
from engagement.models import Tag, Tagging
from posts.feeds.sources import (
    TEXTS,
    Item,
    heard,
    of_strangers,
    reason,
    unfiltered,
)
from posts.models import Post, PostQuerySet
from posts.reads import SIZES, find_posts
from search.backends import backend
from search.backends.base import Atom, Expression
from search.folding import words
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import MAX_COUNT, Ordered, Page, batch
from socialsite.lib.content import live
from socialsite.lib.ids import MAX_ID
from socialsite.lib.prepared import PreparedRead
from socialsite.lib.text.words import compiled, pattern_of

SMALLEST, LARGEST = 30, 100
"""How many posts of a source one bite looks at"""
_POST_ID: Any = Post._meta.get_field("id")
_USER_ID: Any = User._meta.get_field("id")
_MUTED_UNTIL: Any = Mute._meta.get_field("until")


@dataclass(frozen=True)
class Bite:
    """Where the ids of a source are taken from, in which direction, and how many."""

    position: int | None
    descending: bool
    size: int

    def of(self, rows: QuerySet[Any], column: str) -> list[int]:
        """Return the first ids in a column of rows."""
        if self.position is not None:
            rows = rows.filter(**{f"{column}__{'lt' if self.descending else 'gt'}": self.position})
        order = f"{'-' if self.descending else ''}{column}"
        return list(rows.order_by(order).values_list(column, flat=True)[: self.size])

    @property
    def span(self) -> tuple[int, int]:
        """The lowest id that is looked at, and the one above the highest."""
        if self.position is None:
            return 0, MAX_ID
        return (0, self.position) if self.descending else (self.position + 1, MAX_ID)


@dataclass(frozen=True)
class ListFeed:
    """One of a person's lists, read by that person."""

    viewer: User
    audience: Audience
    tag_ids: dict[int, str] = field(default_factory=dict)

    def page(self, request: Call) -> Ordered | Page:
        """Return the page that is asked for."""
        if "ids" in request.query_params:
            found = batch(request, self.rows().for_api(self.viewer))
            found.rows = [self.item(post) for post in found.rows]
            return found
        return Ordered(self.rows, fetch=self.fetch)

    def fetch(self, position: int | None, descending: bool, number: int) -> list[Item]:
        """Read so many items beyond a position."""
        found: list[Item] = []
        bite = Bite(position, descending, min(max(number + number // 3, SMALLEST), LARGEST))
        while True:
            ids, reach = self._ids(bite)
            found += self._items(ids)
            if reach is None or len(found) >= number:
                return found[:number]
            bite = Bite(reach, descending, LARGEST)

    def rows(self) -> PostQuerySet:
        """All posts of the feed, in one queryset: for what is asked rarely."""
        any_of = Q(author__in=self._members())
        if self.tag_ids:
            tagged = Tagging.objects.filter(tag__in=self.tag_ids).values("target_id")
            any_of |= of_strangers() & Q(pk__in=tagged)
        if self.expression:
            known = self._with_words(Bite(None, descending=True, size=MAX_COUNT))
            any_of |= Q(pk__in=known) & self._has_words()
        rows = _audible(self.viewer.pk, timezone.now()).filter(any_of)
        if not self.audience.with_shares:
            rows = rows.exclude(post_type=Post.Type.SHARE)
        return unfiltered(rows, self.sieve)

    def item(self, post: Any) -> Item:
        """Return a post with what brings it."""
        return Item(post, list(self._sources(post)))

    def _ids(self, bite: Bite) -> tuple[list[int], int | None]:
        """Return the ids of all sources in order, and up to which all of them were looked at; None when nothing is beyond."""
        sources = [bite.of(Post.objects.filter(author__in=self._members()), "pk")]
        if self.tag_ids:
            sources.append(bite.of(self._taggings(), "target_id"))
        if self.expression:
            sources.append(self._with_words(bite))
        ends = [ids[-1] for ids in sources if len(ids) >= bite.size]
        found = sorted({pk for ids in sources for pk in ids}, reverse=bite.descending)
        if not ends:
            return found, None
        reach = max(ends) if bite.descending else min(ends)
        return [pk for pk in found if (pk >= reach if bite.descending else pk <= reach)], reach

    def _items(self, ids: list[int]) -> Iterator[Item]:
        """Yield the items of ids that its reader is shown."""
        for start in range(0, len(ids), LARGEST):
            part = ids[start : start + LARGEST]
            posts = find_posts(self._shown(part), self.viewer)
            for pk in part:
                post = posts.get(pk)
                if post is None or (post.shared_id and not self.audience.with_shares):
                    continue
                item = self.item(post)
                # The index finds what has the words in other forms too.
                if item.sources:
                    yield item

    def _shown(self, ids: list[int]) -> list[int]:
        """Return those of at most a hundred posts that may stand in a list of its reader's."""
        now = timezone.now()
        if self.sieve.hides:
            rows = unfiltered(_audible(self.viewer.pk, now), self.sieve).filter(pk__in=ids)
            return list(rows.values_list("pk", flat=True))
        size = next(size for size in SIZES if size >= len(ids))
        padded = {f"pk{n}": pk for n, pk in enumerate([*ids, *[0] * (size - len(ids))])}
        return [pk for (pk,) in _prepared(size).rows(viewer=self.viewer.pk, now=now, **padded)]

    def _sources(self, post: Any) -> Iterator[dict[str, Any]]:
        if post.author_id in self._member_ids:
            yield reason("list")
        if post.visibility != Post.Visibility.PUBLIC or post.shared_id:
            return
        carried = set(self.tag_ids.values()).intersection(post.hashtags)
        yield from (reason("tag", tag) for tag in sorted(carried))
        if self.pattern and post.author_id not in self._member_ids:
            texts = "\n".join(getattr(post, name) for name in TEXTS)
            if compiled(self.pattern).search(texts):
                yield reason("list")

    def _members(self) -> QuerySet[Any]:
        return AudienceMember.objects.filter(audience=self.audience.pk).values("member")

    @cached_property
    def _member_ids(self) -> frozenset[int]:
        return frozenset(self._members().values_list("member", flat=True))

    def _taggings(self) -> QuerySet[Tagging]:
        fitting = Post.objects.filter(of_strangers(), pk=OuterRef("target_id"))
        return Tagging.objects.filter(Exists(fitting), tag__in=self.tag_ids)

    def _with_words(self, bite: Bite) -> list[int]:
        """Return the ids of public posts that the index finds by the words, each once."""
        low, high = bite.span
        match = backend().write(Expression(all_of=[self.expression]))
        rows = backend().matched(Post.objects.filter(of_strangers()), match, low, high)
        newest_first = backend().newest_first
        order = newest_first if bite.descending else newest_first.removeprefix("-")
        # A column of the index, by which it gives its rows in order.
        rows = rows.order_by().extra(order_by=[order])
        return list(rows.values_list("pk", flat=True)[: bite.size])

    def _has_words(self) -> Q:
        return Q(content__regex=self.pattern) | Q(content_warning__regex=self.pattern)

    @cached_property
    def expression(self) -> list[Atom]:
        """What the index is asked for; empty when the list has no words."""
        return [atom for atom in map(_atom_of, self.audience.keywords) if atom]

    @cached_property
    def pattern(self) -> str:
        """What its words are found by in a text, whole, as by a filter."""
        keywords: Iterable[str] = self.audience.keywords
        return pattern_of(tuple((word, True) for word in keywords))

    @cached_property
    def sieve(self) -> Sieve:
        return filters_of(self.viewer, "feed")


def feed_of(viewer: User, audience: Audience) -> ListFeed:
    """Return the feed of one of a person's own lists."""
    wanted: list[str] = audience.tags
    known = Tag.objects.filter(tag__in=wanted).values_list("pk", "tag") if wanted else ()
    return ListFeed(viewer, audience, dict(known))


def _audible(viewer: Any, now: Any) -> PostQuerySet:
    """Return the posts that a person may read and is willing to hear of; also by those whom a list keeps out of their home."""
    rows = Post.objects.visible_to(stand_in("member", viewer))
    return rows.filter(live(), heard(viewer, now))


@cache
def _prepared(size: int) -> PreparedRead:
    def build(viewer: Any, now: Any, **pks: Any) -> QuerySet[Any]:
        rows = _audible(viewer, now).filter(pk__in=pks.values())
        return rows.order_by().values_list("pk")

    names = {f"pk{n}": _POST_ID for n in range(size)}
    return PreparedRead(build, viewer=_USER_ID, now=_MUTED_UNTIL, **names)


def _atom_of(keyword: str) -> Atom | None:
    """Return a keyword as the index holds it: one whole word after the other."""
    found = list(words(keyword))
    if not found:
        return None
    is_open = found[-1].is_last_of_pairs
    if is_open and len(found) > 1 and found[-2].end == found[-1].end:
        # The last character of a run in pairs stands alone only where the run ends.
        found.pop()
        is_open = False
    return Atom(tuple(word.token for word in found), is_prefix=is_open)
