"""What was said in a room, page by page: by the numbers of its events, ascending inside a page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from urllib.parse import urlencode

from django.db.models import QuerySet

from accounts.models import User
from chat.messages import (
    COLUMNS,
    MAX_SEQ,
    MessageRow,
    Reader,
    reader_of,
    row_of,
    stand_in,
    visible_rows,
)
from chat.models import Message
from socialsite.lib.api import cursors
from socialsite.lib.api.calls import Call
from socialsite.lib.prepared import PreparedRead

Side = Literal["before", "after"]


@dataclass(frozen=True)
class History:
    """The messages of a room that a person may read, or those of them that are pinned."""

    room_id: int
    viewer: User
    is_pinned: bool = False

    def fetch(self, side: Side, position: int, number: int) -> list[MessageRow]:
        """Return so many messages on one side of a number, in ascending order."""
        read = _page(reader_of(self.viewer), side, number, self.is_pinned)
        rows = read.rows(room=self.room_id, viewer=self.viewer.pk, position=position)
        found = [row_of(row) for row in rows]
        return found if side == "after" else found[::-1]

    def queryset(self) -> QuerySet[Message]:
        """Return all of them, for what is asked for seldom."""
        rows = Message.objects.visible_to(self.viewer).filter(room=self.room_id)
        return rows.filter(pin__isnull=False) if self.is_pinned else rows


def page_of(request: Call, history: History, query: dict[str, Any]) -> cursors.Page:
    """Return the page that is asked for: the newest without `before`, `after` or `around`; `next` leads to newer messages.

    Raises Invalid.
    """
    if "cursor" in request.query_params:
        raise cursors.invalid_cursor()
    if "ids" in request.query_params:
        page = cursors.batch(request, history.queryset().only("pk"))
        shown = visible_rows([row.pk for row in page.rows], history.viewer)
        page.rows = [shown[row.pk] for row in page.rows if row.pk in shown]
        return page
    limit, is_counted = cursors.limit_of(request), cursors.wants_count(request)
    older, rows, newer = _cut(history.fetch, query, limit)
    page = cursors.Page(rows)
    if rows and older:
        page.previous = _address(request, "before", rows[0].seq)
    if rows and newer:
        page.next = _address(request, "after", rows[-1].seq)
    if is_counted:
        page.count = history.queryset().order_by()[: cursors.MAX_COUNT].count()
    return page


def _cut(
    fetch: Callable[[Side, int, int], list[MessageRow]], query: dict[str, Any], limit: int
) -> tuple[bool, list[MessageRow], bool]:
    """Return whether there are older messages than a page's, the page, and whether there are newer ones."""
    if "around" in query:
        middle = query["around"]
        half = limit // 2
        above = fetch("before", middle, half + 1)
        below = fetch("after", middle - 1, limit - half + 1)
        rows = above[len(above) - min(half, len(above)) :] + below[: limit - half]
        return len(above) > half, rows, len(below) > limit - half
    if "after" in query:
        found = fetch("after", query["after"], limit + 1)
        older = bool(found and fetch("before", query["after"] + 1, 1))
        return older, found[:limit], len(found) > limit
    before = query.get("before", MAX_SEQ)
    found = fetch("before", before, limit + 1)
    newer = bool("before" in query and found and fetch("after", before - 1, 1))
    return len(found) > limit, found[-limit:], newer


def _address(request: Call, side: Side, seq: int) -> str:
    kept = {
        name: value
        for name, value in request.query_params.items()
        if name not in {"before", "after", "around", "count"}
    }
    return f"{request.build_absolute_uri(request.path)}?{urlencode(kept | {side: seq})}"


@cache
def _page(reader: Reader, side: Side, number: int, is_pinned: bool) -> PreparedRead:
    def build(room: Any, viewer: Any, position: Any) -> QuerySet[Any]:
        rows = Message.objects.visible_to(stand_in(reader, viewer)).filter(room=room)
        if is_pinned:
            rows = rows.filter(pin__isnull=False)
        if side == "after":
            rows = rows.filter(seq__gt=position).order_by("seq")
        else:
            rows = rows.filter(seq__lt=position).order_by("-seq")
        return rows.values_list(*COLUMNS)[:number]

    field: Any = Message._meta.get_field
    return PreparedRead(build, room=field("id"), viewer=field("id"), position=field("seq"))
