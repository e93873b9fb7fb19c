"""Conditional calls on every single thing that is read (API: ETag, If-None-Match, If-Match), found in the URL configuration."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Session
from socialsite.lib.testing.client import code_of
from socialsite.lib.testing.matrix import Row, call, fill
from tests.access import ROWS
from tests.world import World

PLAIN = {
    "/",
    "/health",
    "/api/v1/feed/health",
    "/metrics",
    "/api/schema",
    "/api/asyncapi",
    "/api/docs",
    "/api/stream",
    "/api/rooms/<room>/stream",
    "/api/auth/csrf",
}


def read_rows() -> dict[str, Row]:
    """Return the first row of each path that somebody reads, by the path."""
    rows = (row for row in reversed(ROWS) if row.method == "GET" and "?" not in row.path)
    return {row.path: row for row in rows if reader_of(row) and row.path not in PLAIN}


def reader_of(row: Row) -> str:
    return next((name for name in ("owner", "moderator") if row.expected[name] == 200), "")


def singles(world: World) -> Iterator[tuple[Row, Any, str, Any]]:
    """Yield each row that answers one thing, with a client that reads it, its path and the answer."""
    for row in read_rows().values():
        client = world.clients[world.name_of(reader_of(row), row.state)]
        path = fill(row.path, world.places_of(row.state))
        answer = client.read(path)
        if "results" not in answer.json():
            yield row, client, path, answer


@pytest.mark.once
def test_b23_every_single_thing_has_an_etag_and_answers_304(world: World) -> None:
    seen = set()
    for row, client, path, answer in singles(world):
        tag = answer.headers.get("ETag")
        assert tag, row
        again = client.read(path, If_None_Match=tag)
        assert (again.status_code, again.content) == (304, b""), row
        assert client.read(path, If_None_Match='"0.other"').status_code == 200, row
        seen.add(row.path)
    posts = {"/api/posts/<post>", "/api/comments/<comment>", "/api/bookmarks/<target>"}
    assert seen >= posts | {"/api/posts/<post>/history", "/api/bookmarks/folders/<folder>"}


def test_b23_what_is_changed_is_the_version_that_was_read(world: World) -> None:
    Session.objects.update(confirmed_at=timezone.now())
    known = {row.operation: row for row in reversed(ROWS) if row.expected["owner"] == 200}
    tried = set()
    for row, client, path, answer in singles(world):
        edit = known.get(f"PUT {row.path}")
        if edit is None or reader_of(row) != "owner":
            continue
        body = world.body_of(edit, world.places_of(row.state))
        stale = call(client, "PUT", path, body, If_Match='"999.other"')
        assert (stale.status_code, code_of(stale)) == (412, "precondition_failed"), row
        assert call(client, "PUT", path, body, If_Match=answer["ETag"]).status_code == 200, row
        tried.add(row.path)
    assert tried >= {"/api/posts/<post>", "/api/comments/<comment>", "/api/bookmarks/<target>"}
