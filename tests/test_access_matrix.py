from typing import Any
from zlib import crc32

import pytest
from django.conf import settings as site

from accounts.models import User
from accounts.serializers.people import PersonCard
from accounts.testing import token_client_of
from engagement.pages import find_comment
from posts.reads import find_post
from socialsite.lib.api.serializers import Answer
from socialsite.lib.testing.client import code_of
from socialsite.lib.testing.matrix import Row, masked, operations
from tests.access import ROWS, TABLES, by_name, cells_of
from tests.world import World

ADMIN = "/admin"


def is_turn(row: Row, caller: str) -> bool:
    """Whether a cell is called: each on SQLite, every third one on PostgreSQL, others of each row."""
    return site.SQLITE or crc32(f"{row} {caller}".encode()) % 3 == 0


def wrong_cells(world: World, rows: list[Row], *, every: bool = True) -> list[str]:
    """Call the cells of some rows, all of them or those whose turn it is; returns those that answer otherwise than the table says, or tell a secret, or that there is one."""
    missing: dict[tuple[str, str, str], Any] = {}
    wrong = []
    for row in rows:
        for caller, status in cells_of(row).items():
            if not (every or is_turn(row, caller)):
                continue
            answer = world.call(caller, row)
            leaks = world.canaries.leaks(world.name_of(caller, row.state), answer)
            if answer.status_code == 404 == status:
                name = (row.method, row.path, world.name_of(caller, row.state))
                if name not in missing:
                    missing[name] = masked(world.call(caller, row, state="missing"))
                leaks += ["that it exists"] if masked(answer) != missing[name] else []
            if answer.status_code != status or leaks:
                wrong.append(f"{row} {caller}: {answer.status_code}, not {status} {leaks}")
    return wrong


@pytest.mark.parametrize("table", TABLES)
def test_m72_t1_t4_each_caller_gets_what_the_table_says_and_hidden_is_like_missing(
    world: World, table: str
) -> None:
    wrong = wrong_cells(world, TABLES[table], every=False)
    assert not wrong, "\n".join(wrong)


def test_m72_t1_a_name_opens_what_the_id_opens_and_nothing_else(world: World) -> None:
    wrong = wrong_cells(world, by_name(ROWS), every=False)
    assert not wrong, "\n".join(wrong)


def test_a_dropped_filter_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "accounts.viewsets.people.find_visible_user", lambda pk, viewer: User.objects.get(pk=pk)
    )
    rows = [row for row in TABLES["people"] if row.path == "/api/users/<user>"]
    wrong = "\n".join(wrong_cells(world, [row for row in rows if row.state != "missing"]))
    assert "(public) blocked: 200, not 404 ['bio of public'" in wrong
    assert "(deleted) stranger: 200, not 404 ['bio of deleted'" in wrong


@pytest.mark.parametrize(
    ("name", "find", "told"),
    [
        (
            "posts.serializers.posts.find_post",
            find_post,
            "(post:removed) stranger: 200, not 404 ['alt",
        ),
        (
            "engagement.serializers.comments.find_comment",
            find_comment,
            "(comment:hidden) stranger: 200, not 404 ['new text",
        ),
    ],
)
def test_a_read_for_the_wrong_reader_would_be_seen(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, find: Any, told: str
) -> None:
    moderator = world.callers["moderator"]
    monkeypatch.setattr(name, lambda pk, viewer: find(pk, moderator))
    paths = ("/api/posts/<post>", "/api/comments/<comment>")
    rows = [row for row in ROWS if row.method == "GET" and row.path in paths]
    wrong = wrong_cells(world, [row for row in rows if row.state != "missing"])
    assert told in "\n".join(wrong).replace("'headline of public', ", "")


def test_a_secret_in_a_list_would_be_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PersonCard, "to_representation", Answer.to_representation)
    rows = [row for row in TABLES["people"] if row.state == "around"]
    assert "stranger: 200, not 200 ['headline of private']" in "\n".join(wrong_cells(world, rows))


def test_t4_hidden_and_missing_names_are_the_same_bytes(world: World) -> None:
    rows = [row for row in by_name(ROWS) if row.method == "GET"]
    for row in rows:
        for caller in (caller for caller, status in cells_of(row).items() if status == 404):
            there, missing = (masked(world.call(caller, row, state=s)) for s in ("", "missing"))
            assert there == missing, f"{row} {caller}"


def test_t7_moderation_asks_for_its_own_scope(world: World) -> None:
    client = token_client_of(world.callers["moderator"], "read", "write", "chat")
    for path in ("actions", "audit"):
        answer = client.read(f"/api/v1/moderation/{path}")
        assert (answer.status_code, code_of(answer)) == (403, "insufficient_scope")


def test_t7_a_token_that_may_only_read_is_refused_for_its_scope(world: World) -> None:
    rows = [r for r in ROWS if r.method != "GET" and "moderation" not in r.path]
    refused = [row for row in rows if row.expected["reader"] == 403]
    codes = {str(row): code_of(world.call("reader", row)) for row in refused}
    assert len(refused) > 200
    assert set(codes.values()) == {"insufficient_scope"}


def test_g2_every_operation_of_the_site_has_a_row() -> None:
    known = {name for name, _ in operations() if not name.partition(" ")[2].startswith(ADMIN)}
    listed = {row.operation for row in ROWS}
    assert not known - listed, f"without a row: {sorted(known - listed)}"
    assert not listed - known, f"no such operation: {sorted(listed - known)}"


def test_g2_the_matrix_is_large(capsys: pytest.CaptureFixture[str]) -> None:
    cells = sum(len(cells_of(row)) for row in [*ROWS, *by_name(ROWS)])
    figure = f"access matrix: {cells} cells of {len({row.operation for row in ROWS})} operations"
    with capsys.disabled():
        print(f"\n{figure}")  # noqa: T201 - the figure of the gate
    assert cells >= 13_000
