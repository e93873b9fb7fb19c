"""The hot read of notifications, compiled once: a page of the list. A test holds it against the ORM's own answer."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.reads import CARD_COLUMNS, Reader, reader_of, stand_in
from notifications.models import Notification
from socialsite.lib.prepared import PreparedRead, Row, instance

COLUMNS = (
    "id", "group_id", "type", "target_id", "params", "version", "created_at", "read_at", "recipient_id", "actor_id",
)  # fmt: skip

_of: Callable[[str], Any] = Notification._meta.get_field


def page_of(viewer: User, *, unread: bool = False) -> Callable[[Any, bool, int], list[Any]]:
    """Return what reads a page of a person's list by ids, as `visible_to(viewer).for_api(viewer)`."""
    reader = reader_of(viewer)

    def fetch(position: Any, descending: bool, number: int) -> list[Notification]:
        read = _page(reader, unread, descending, position is not None, number)
        beyond = {} if position is None else {"position": position}
        return [_made(row) for row in read.rows(viewer=viewer.pk, **beyond)]

    return fetch


@cache
def _page(
    reader: Reader, unread: bool, descending: bool, positioned: bool, number: int
) -> PreparedRead:
    def build(viewer: Any, position: Any = None) -> QuerySet[Any]:
        role = stand_in(reader, viewer).role
        rows = Notification.objects.visible_to(User(pk=viewer, role=role))
        rows = rows.unread() if unread else rows
        if positioned:
            rows = rows.filter(**{"pk__lt" if descending else "pk__gt": position})
        cards = [f"actor__{name}" for name in CARD_COLUMNS]
        ordered = rows.order_by("-id" if descending else "id")
        return ordered.values_list(*COLUMNS, *cards)[:number]

    names = {"viewer": User._meta.get_field("id")}
    return PreparedRead(build, **names, **({"position": _of("id")} if positioned else {}))


def _made(row: Row) -> Notification:
    """Return the notification of a row, with as much of its actor as a card shows."""
    size = len(COLUMNS)
    made = instance(Notification, COLUMNS, row[:size])
    made.actor = instance(User, CARD_COLUMNS, row[size:]) if made.actor_id else None
    return made
