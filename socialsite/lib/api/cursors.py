"""Pages of a list by signed cursors: stable while rows come and go, and bound to the list, its filters and its reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db.models import Q, QuerySet

from socialsite.lib.api.calls import Call
from socialsite.lib.errors import Invalid
from socialsite.lib.ids import MAX_ID

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
MAX_COUNT = 10_000
"""How far `count=true` counts: each row has to be looked at by the rule of who sees what"""
PARAMETERS = frozenset({"cursor", "limit", "count", "ids"})

Key = str | tuple[str, ...]
"""A unique field that orders a list, or several, all in one direction, of which the last is unique"""


Fetch = Callable[[Any, bool, int], list[Any]]
"""(position, descending, number) -> so many rows beyond a position of the first field of the key, or from the beginning for None"""


@dataclass(frozen=True)
class Ordered:
    """The rows of a list whose order, or whose answer, depends on the call."""

    rows: QuerySet[Any] | Callable[[], QuerySet[Any]]
    key: Key = "id"
    newest_first: bool = True
    answer: Any = None
    """The class that shows the rows, where it is not the one that the list declares"""
    fetch: Fetch | None = None
    """Reads a page in the place of `rows`, which then is only asked for what is rare: a prepared read, with the same rows"""

    @property
    def queryset(self) -> QuerySet[Any]:
        return self.rows() if callable(self.rows) else self.rows


@dataclass
class Page:
    """One page of a list, in order, and the ways on."""

    rows: list[Any]
    next: str | None = None
    previous: str | None = None
    count: int | None = None
    missing: list[str] | None = None

    def body(self, results: list[Any]) -> dict[str, Any]:
        """Return the answer's body around the serialized rows."""
        found: dict[str, Any] = {"next": self.next, "previous": self.previous, "results": results}
        if self.count is not None:
            found["count"] = self.count
        if self.missing is not None:
            found["missing"] = self.missing
        return found

    @property
    def link(self) -> str:
        """The Link header of RFC 8288, empty when there is only one page."""
        ways = (("next", self.next), ("prev", self.previous))
        return ", ".join(f'<{url}>; rel="{rel}"' for rel, url in ways if url)


def paginate(request: Call, ordered: Ordered) -> Page:
    """Cut one page out of ordered rows.

    Query parameters: `cursor`, `limit` (1 to 100), `count=true`, or `ids` (up to 100) for a batch read.
    Raises Invalid.
    """
    if "ids" in request.query_params:
        return batch(request, ordered.queryset)
    is_counted = wants_count(request)
    page = _Pager(request, ordered).cut()
    if is_counted:
        page.count = ordered.queryset.order_by()[:MAX_COUNT].count()
    return page


class _Pager:
    def __init__(self, request: Call, ordered: Ordered) -> None:
        self.request, self.ordered = request, ordered
        self.key = (ordered.key,) if isinstance(ordered.key, str) else ordered.key
        self.limit = limit_of(request)
        self.signer = signing.Signer(salt=scope_of(request))

    def cut(self) -> Page:
        backward, position = self._read()
        found = self._fetch(position, descending=self.ordered.newest_first != backward)
        more, found = len(found) > self.limit, found[: self.limit]
        if backward:
            found.reverse()
        has_next = more if not backward else self._is_any_from(position)
        has_previous = position is not None if not backward else more
        return Page(
            rows=found,
            next=self._url(found[-1], backward=False) if found and has_next else None,
            previous=self._url(found[0], backward=True) if found and has_previous else None,
        )

    def _fetch(self, position: list[Any] | None, *, descending: bool) -> list[Any]:
        """Read a page and one row more."""
        if self.ordered.fetch:
            return self.ordered.fetch(position and position[0], descending, self.limit + 1)
        rows = self.ordered.queryset
        if position is not None:
            rows = rows.filter(self._beyond(position, "lt" if descending else "gt"))
        order = [f"{'-' if descending else ''}{field}" for field in self.key]
        return list(rows.order_by(*order)[: self.limit + 1])

    def _beyond(self, position: list[Any], side: str, itself: str = "") -> Q:
        """Return the condition that a row stands on one side (`lt`, `gt`) of a position, or, with `itself="e"`, there."""
        *others, (last, value) = zip(self.key, position, strict=True)
        beyond = Q(**{f"{last}__{side}{itself}": value})
        for field, bound in reversed(others):
            # Said twice: the bound of the first field alone is what an index is entered by.
            beyond = Q(**{f"{field}__{side}e": bound}) & (Q(**{f"{field}__{side}": bound}) | beyond)
        return beyond

    def _is_any_from(self, position: list[Any] | None) -> bool:
        """Tell whether there still is a row where the way back began: a next page with nothing in it is never offered."""
        if position is None:
            return False
        side = "lt" if self.ordered.newest_first else "gt"
        return self.ordered.queryset.filter(self._beyond(position, side, "e")).exists()

    def _read(self) -> tuple[bool, list[Any] | None]:
        text = self.request.query_params.get("cursor")
        if text is None:
            return False, None
        try:
            backward, *position = self.signer.unsign_object(text)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise invalid_cursor() from error
        if len(position) != len(self.key):
            raise invalid_cursor()
        return backward, position

    def _url(self, row: Any, *, backward: bool) -> str:
        position = [
            row[field] if isinstance(row, dict) else getattr(row, field) for field in self.key
        ]
        return address_at(self.request, self.signer.sign_object([backward, *position]))


def address_at(request: Call, cursor: str) -> str:
    """Return the address of this list, as it was asked for, at another place."""
    kept = [
        (name, value)
        for name, values in request.query_params.lists()
        for value in values
        if name not in {"cursor", "count"}
    ]
    query = urlencode([*kept, ("cursor", cursor)])
    return f"{request.build_absolute_uri(request.path)}?{query}"


def next_of(request: Call, path: str, row: Any) -> str:
    """Return the address of what comes after a row in the list of another path, newest first by id and without filters."""
    scope = f"cursor {path} {urlencode([])} {request.user.pk}"
    cursor = signing.Signer(salt=scope).sign_object([False, row.pk])
    return f"{request.build_absolute_uri(path)}?{urlencode({'cursor': cursor})}"


def position_in(
    cursor: str, path: str, query: Sequence[tuple[str, str]], reader: Any
) -> list[Any] | None:
    """Return the position that a cursor of another path's list names, with these filters and for this reader; None for any other."""
    signer = signing.Signer(salt=f"cursor {path} {urlencode(query)} {reader.pk}")
    try:
        _, *position = signer.unsign_object(cursor)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return position


def invalid_cursor() -> Invalid:
    return Invalid("invalid_cursor", "The cursor is not valid for this list.", "cursor")


def limit_of(request: Call) -> int:
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MAX_LIMIT):
        raise Invalid("invalid", f"Use a number from 1 to {MAX_LIMIT}.", "limit")
    return int(text)


def wants_count(request: Call) -> bool:
    text = request.query_params.get("count", "false")
    if text not in {"true", "false"}:
        raise Invalid("invalid_choice", "Use true or false.", "count")
    return text == "true"


def scope_of(request: Call) -> str:
    """Name what a cursor is good for: path, filters and reader."""
    filters = sorted(
        (name, value)
        for name, values in request.query_params.lists()
        for value in values
        if name not in PARAMETERS
    )
    return f"cursor {request.path.rstrip('/')} {urlencode(filters)} {request.user.pk}"


def batch(request: Call, rows: QuerySet[Any]) -> Page:
    texts = [text.strip() for text in request.query_params["ids"].split(",") if text.strip()]
    if len(texts) > MAX_LIMIT:
        raise Invalid("max_length", f"At most {MAX_LIMIT} ids at once.", "ids")
    if not all(text.isascii() and text.isdigit() and len(text) <= 19 for text in texts):
        raise Invalid("invalid", "Ids are decimal numbers, separated by commas.", "ids")
    wanted = list(dict.fromkeys(int(text) for text in texts))
    found = {row.pk: row for row in rows.filter(pk__in=[pk for pk in wanted if pk <= MAX_ID])}
    return Page(
        rows=[found[pk] for pk in wanted if pk in found],
        missing=[str(pk) for pk in wanted if pk not in found],
    )
