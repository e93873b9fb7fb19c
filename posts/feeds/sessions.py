"""Feed sessions: the first page of a ranked feed fixes its order, and the pages after it follow that order (DECISIONS 21).

At most 500 ids with their scores are kept for FEED_SESSION_SECONDS under a token that the cursor carries. What the reader may not see any more
is left out when a page is read; ranks that move meanwhile move the next feed, not this one. Beyond what was ranked the feed goes on
with what is older, newest first, and without scores. Pages lead forward only.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any, Literal, NamedTuple

from django.conf import settings
from django.core import signing

from posts.feeds.candidates import Found, Source
from posts.feeds.diversity import spread
from posts.feeds.kept import load, store
from posts.feeds.ranking import PARTS, Signals, in_points, rank
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import invalid_cursor, scope_of
from socialsite.lib.errors import Gone

MAX_ITEMS = 500


class Position(NamedTuple):
    """Where the next page of a feed begins: at a place of its session, or below an id."""

    part: Literal["ranked", "older"]
    token: str
    at: int


@dataclass(frozen=True)
class Session:
    """A ranked feed as its first page fixed it."""

    token: str
    ids: "array[int]"
    parts: "array[int]"
    """Those of all items, one after the other, in thousandths"""
    sources: list[tuple[Source, ...]]
    floor: int
    """What is older than this id comes after what was ranked; 0 when there is nothing"""
    newest: int
    """The newest id that was there"""

    def parts_at(self, place: int) -> dict[str, float]:
        own = self.parts[place * len(PARTS) : (place + 1) * len(PARTS)]
        return {name: in_points(value) for name, value in zip(PARTS, own, strict=True)}

    def score_at(self, place: int) -> float:
        return in_points(sum(self.parts[place * len(PARTS) : (place + 1) * len(PARTS)]))


def fix_session(
    found: Iterable[Found], signals: Signals, now: float, *, floor: int, catching_up: bool = False
) -> Session:
    """Rank candidates, mix the voices, and keep the order for the pages to come."""
    sources = {one.candidate.pk: one.sources for one in found}
    ranked = rank([one.candidate for one in found], signals, now, catching_up=catching_up)
    items = spread(ranked, lambda item: item.candidate.author_id)[:MAX_ITEMS]
    session = Session(
        token=token_urlsafe(12),
        ids=array("q", [item.candidate.pk for item in items]),
        parts=array("i", [part for item in items for part in item.parts]),
        sources=[sources[item.candidate.pk] for item in items],
        floor=floor,
        newest=max(sources, default=0),
    )
    # It may be taken as the beginning of another feed until its order is too old.
    seconds = settings.FEED_SESSION_SECONDS + settings.FEED_ORDER_SECONDS
    store(session.token, session, seconds)
    return session


def find_session(token: str) -> Session:
    """Return a feed that was begun. Raises Gone when it is too long ago."""
    found = load(token)
    if not isinstance(found, Session):
        raise expired()
    return found


def expired() -> Gone:
    return Gone("feed_expired", "This feed is too old to go on. Begin anew.", "cursor")


def sign(request: Call, position: Position) -> str:
    """Return the cursor of a position, good for this list with these parameters and this reader only."""
    return signing.Signer(salt=_salt(request)).sign_object(list(position))


def read_cursor(request: Call) -> Position | None:
    """Return where the page that is asked for begins, None for the first. Raises Invalid."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        part, token, at = signing.Signer(salt=_salt(request)).unsign_object(text)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise invalid_cursor() from error
    return Position(part, token, at)


def _salt(request: Call) -> str:
    return f"ranked {scope_of(request)}"


def reason_of(sources: Iterable[Source]) -> list[dict[str, Any]]:
    return [{"name": name, "tag": tag} for name, tag in sources]
