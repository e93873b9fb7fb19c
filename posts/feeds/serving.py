"""Ranked feeds and their pages: an order that is fixed when a feed begins, and how it is read."""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from accounts.filters import filters_of
from accounts.models import Mute, User
from posts.feeds.candidates import Found, floor_of
from posts.feeds.kept import load, recall, remember
from posts.feeds.preferences import signals_of
from posts.feeds.ranking import Signals
from posts.feeds.sessions import (
    Position,
    Session,
    expired,
    find_session,
    fix_session,
    read_cursor,
    reason_of,
    sign,
)
from posts.feeds.sources import Item, feed_rules, reason, reasons_for, unfiltered
from posts.models import Post, PostQuerySet
from posts.reads import SIZES, find_posts
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import (
    MAX_COUNT,
    MAX_LIMIT,
    Page,
    address_at,
    batch,
    limit_of,
    wants_count,
)
from socialsite.lib.ids import MAX_ID
from socialsite.lib.prepared import PreparedRead

Read = Callable[[int | None, bool, int], list[Item]]
"""(id, newest first, number) -> so many items beyond an id, as `chronological.timeline`"""
Placed = tuple[Position, Item]
"""An item, and where a page that begins with it begins"""

_post: Any = Post._meta.get_field
_user_id: Any = User._meta.get_field("id")
_until: Any = Mute._meta.get_field("until")


@dataclass(frozen=True, kw_only=True)
class RankedFeed:
    """One feed of one person, with its parameters."""

    viewer: User
    name: str
    """It and its parameters, in the cache"""
    rows: Callable[[], PostQuerySet]
    """All that may stand in it"""
    gather: Callable[[Signals], list[Found]]
    read: Read
    """The same by the time"""
    signals: Signals | None = None
    """What counts in the place of the person's own signals"""
    is_ranked: bool = True
    """Without ranking: the newest first"""
    catching_up: bool = False
    is_home: bool = False
    """A home that was begun goes on with those whom one unfollows meanwhile; elsewhere all conditions are asked again"""

    def session(self) -> Session:
        """Return the order with which the feed begins now: a fixed one of some seconds ago when nothing came and nothing was done since."""
        mark, token = recall(self.viewer.pk, self.name)
        session = load(token) if token else None
        if isinstance(session, Session) and not self.read(session.newest, False, 1):
            return session
        session = self.begin()
        remember(self.viewer.pk, self.name, mark, session.token, settings.FEED_ORDER_SECONDS)
        return session

    def standing(self) -> list[int]:
        """Return what of the order with which the feed begins now is shown."""
        ids = self.session().ids.tolist()
        return [pk for part in _cut(ids) for pk in self._standing(part)]

    def begin(self) -> Session:
        """Rank anew."""
        now = time.time()
        signals = self.signals or signals_of(self.viewer, now)
        found = self.gather(signals)
        return fix_session(found, signals, now, floor=floor_of(found), catching_up=self.catching_up)

    def page(self, request: Call) -> Page:
        """Return the page that is asked for. Raises Invalid, and Gone for a feed that is too old to go on."""
        if "ids" in request.query_params:
            return self._batch(request)
        limit = limit_of(request)
        is_counted = wants_count(request)
        found = self._from(read_cursor(request), limit + 1)
        page = Page(rows=[item for _, item in found[:limit]])
        if len(found) > limit:
            page.next = address_at(request, sign(request, found[limit][0]))
        if is_counted:
            page.count = self.rows().order_by()[:MAX_COUNT].count()
        return page

    def _from(self, position: Position | None, number: int) -> list[Placed]:
        """Read items from a position on."""
        if not self.is_ranked:
            if position and position.token:
                raise expired()
            below = position.at if position else MAX_ID
            return self._older(None, below, number)
        session = find_session(position.token) if position else self.session()
        if position and position.part == "older":
            return self._older(session, position.at, number)
        found = self._ranked(session, position.at if position else 0, number)
        if session.floor and len(found) < number:
            found += self._older(session, session.floor, number - len(found))
        return found

    def _ranked(self, session: Session, at: int, number: int) -> list[Placed]:
        found: list[Placed] = []
        while at < len(session.ids) and len(found) < number:
            chunk = session.ids[at : at + min(number - len(found), MAX_LIMIT)].tolist()
            posts = find_posts(self._standing(chunk), self.viewer)
            for place, pk in enumerate(chunk, at):
                if pk in posts:
                    sources = reason_of(session.sources[place])
                    score, parts = session.score_at(place), session.parts_at(place)
                    position = Position("ranked", session.token, place)
                    found.append((position, Item(posts[pk], sources, score, parts)))
            at += len(chunk)
        return found

    def _standing(self, ids: list[int]) -> list[int]:
        """Return those that may be shown now."""
        if self.is_home:
            return shown(self.viewer, ids)
        return list(self.rows().filter(pk__in=ids).values_list("pk", flat=True))

    def _older(self, session: Session | None, below: int, number: int) -> list[Placed]:
        """Read what comes after what was ranked, the newest first."""
        shown_before = {pk for pk in session.ids if pk < below} if session else set()
        found: list[Item] = []
        while len(found) < number:
            items = self.read(below, True, number)
            found += [item for item in items if item.id not in shown_before]
            if len(items) < number:
                break
            below = items[-1].id
        token = session.token if session else ""
        return [(Position("older", token, item.id + 1), item) for item in found[:number]]

    def _batch(self, request: Call) -> Page:
        page = batch(request, self.rows().for_api(self.viewer))
        page.rows = items_of(page.rows, self.viewer)
        return page


def items_of(posts: list[Any], viewer: User) -> list[Item]:
    """Return posts as items with what binds a person to them; those of strangers are there because they are new."""
    bound = reasons_for(posts, viewer) if posts else {}
    return [Item(post, bound.get(post.pk) or [reason("newest")]) for post in posts]


def read_from(rows: Callable[[], PostQuerySet], viewer: User) -> Read:
    """Return what reads posts as items by their ids."""

    def read(position: int | None, descending: bool, number: int) -> list[Item]:
        found = rows().order_by("-pk" if descending else "pk")
        if position is not None:
            found = found.filter(**{"pk__lt" if descending else "pk__gt": position})
        ids = list(found.values_list("pk", flat=True)[:number])
        return items_of([post for part in _cut(ids) for post in _in_order(part, viewer)], viewer)

    return read


def _in_order(ids: list[int], viewer: User) -> list[Any]:
    posts = find_posts(ids, viewer)
    return [posts[pk] for pk in ids if pk in posts]


def shown(viewer: User, ids: Collection[int]) -> list[int]:
    """Return those of at most a hundred posts that may stand in any feed of a person now."""
    sieve = filters_of(viewer, "feed")
    if sieve.hides:
        rows = unfiltered(feed_rules(viewer.pk, timezone.now()).filter(pk__in=ids), sieve)
        return list(rows.values_list("pk", flat=True))
    size = next(size for size in SIZES if size >= len(ids))
    padded = {f"pk{n}": pk for n, pk in enumerate([*ids, *[0] * (size - len(ids))])}
    rows_found = _shown(size).rows(viewer=viewer.pk, now=timezone.now(), **padded)
    return [pk for (pk,) in rows_found]


@cache
def _shown(size: int) -> PreparedRead:
    def build(viewer: Any, now: Any, **pks: Any) -> QuerySet[Any]:
        rows = feed_rules(viewer, now).filter(pk__in=pks.values())
        return rows.order_by().values_list("pk")

    names = {f"pk{n}": _post("id") for n in range(size)}
    return PreparedRead(build, viewer=_user_id, now=_until, **names)


def _cut(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + MAX_LIMIT] for start in range(0, len(ids), MAX_LIMIT))
