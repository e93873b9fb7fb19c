"""Pages of what a search found. The first page fixes what the others show, so that none repeats or skips while ranks move."""

from dataclasses import dataclass
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing

from search.finding import Hit
from search.searchables import SEARCHES, Asked, Card
from search.snippets import snippet_of
from socialsite.lib.api.calls import Call
from socialsite.lib.caching import load, store
from socialsite.lib.errors import Gone, Invalid

PLACES = {"cursor", "limit"}


@dataclass
class Page:
    """One page, and the ways on."""

    results: list[dict[str, Any]]
    next: str | None = None
    previous: str | None = None

    @property
    def link(self) -> str:
        """The Link header of RFC 8288."""
        ways = (("next", self.next), ("prev", self.previous))
        return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in ways if url)


def first_of(name: str, asked: Asked, limit: int) -> list[dict[str, Any]]:
    """Return the best of a type."""
    hits = SEARCHES[name].find(asked)
    return _shown(name, asked, _walk(name, asked, hits, place=0, step=1, limit=limit)[0])


def page_of(request: Call, name: str, asked: Asked, limit: int, cursor: str | None) -> Page:
    """Return a page of a type. Raises Invalid, and Gone when what the cursor belongs to is forgotten."""
    token, place, step = _read(request, cursor)
    hits = _recall(token) if token else SEARCHES[name].find(asked)
    found, reached = _walk(name, asked, hits, place=place, step=step, limit=limit)
    low, high = (place, reached) if step > 0 else (reached + 1, place + 1)
    if not token and high < len(hits):
        token = token_urlsafe(12)
        store(_key(token), [tuple(hit) for hit in hits], settings.SEARCH_SESSION_SECONDS)
    return Page(
        _shown(name, asked, found if step > 0 else found[::-1]),
        next=_url(request, token, high, 1) if high < len(hits) else None,
        previous=_url(request, token, low - 1, -1) if low > 0 else None,
    )


Found = tuple[Hit, Card]


def _walk(
    name: str, asked: Asked, hits: list[Hit], *, place: int, step: int, limit: int
) -> tuple[list[Found], int]:
    """Return so many of the hits from a place on that the viewer may still see, and where the next one stands."""
    found: list[Found] = []
    while len(found) < limit and 0 <= place < len(hits):
        wanted = limit - len(found)
        end = max(place + step * wanted, -1)
        part = hits[place:end] if step > 0 else hits[place : end if end >= 0 else None : -1]
        cards = SEARCHES[name].cards([hit.id for hit in part], asked.viewer)
        found += [(hit, cards[hit.id]) for hit in part if hit.id in cards]
        place += step * len(part)
    return found, place


def _shown(name: str, asked: Asked, found: list[Found]) -> list[dict[str, Any]]:
    search = SEARCHES[name]
    shown = []
    for hit, card in found:
        marks: list[Any] = []
        if search.marked and not asked.sieve.is_empty:
            marks = asked.sieve.marks(*search.marked(card))
        snippet = snippet_of(search.text_of(card), asked.query)
        shown.append(card | {"score": hit.score, "snippet": snippet, "filtered": marks})
    return shown


def _read(request: Call, cursor: str | None) -> tuple[str, int, int]:
    if cursor is None:
        return "", 0, 1
    try:
        token, place, step = _signer(request).unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError) as error:
        detail = "The cursor is not valid for this list."
        raise Invalid("invalid_cursor", detail, "cursor") from error
    return token, place, step


def _recall(token: str) -> list[Hit]:
    kept = load(_key(token))
    if kept is None:
        raise Gone("search_expired", "This search is too old to go on with: ask again.", "cursor")
    return [Hit(*hit) for hit in kept]


def _key(token: str) -> str:
    return f"search:{token}"


def _signer(request: Call) -> signing.Signer:
    """Return what signs the cursors of this path, search and reader."""
    asked = sorted((name, v) for name, v in request.query_params.items() if name not in PLACES)
    path = request.path.rstrip("/")
    return signing.Signer(salt=f"search {path} {urlencode(asked)} {request.user.pk}")


def _url(request: Call, token: str, place: int, step: int) -> str:
    query = request.query_params.copy()
    query["cursor"] = _signer(request).sign_object([token, place, step])
    return f"{request.build_absolute_uri(request.path)}?{query.urlencode()}"
