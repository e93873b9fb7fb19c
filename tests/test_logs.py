import io
import json
import logging
from typing import Any

import pytest
import structlog

from accounts.testing import Cast
from socialsite.lib import context, reporting
from socialsite.lib.testing.client import ApiClient


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the loggers write."""
    stream = io.StringIO()
    for handler in logging.getLogger().handlers:
        if type(handler) is logging.StreamHandler:
            monkeypatch.setattr(handler, "stream", stream)
    return stream


def objects(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines() if line]


@pytest.mark.django_db
def test_y111_each_request_is_one_json_line_with_id_user_route_and_time(
    cast: Cast, alice: ApiClient, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = alice.read("/api/users/@bob", X_Request_Id="request-0001")
    line = json.loads(capsys.readouterr().err)
    assert answer.headers["X-Request-Id"] == line["request_id"] == "request-0001"
    assert line["route"] == "api/users/<user:user>"
    assert (line["user"], line["status"], line["method"]) == (str(cast.alice.pk), 200, "GET")
    assert line["ms"] > 0


@pytest.mark.django_db
def test_m7_y113_a_failure_is_json_without_a_trace_and_logged_with_one(
    cast: Cast, alice: ApiClient, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("secret of the server")

    monkeypatch.setattr("accounts.viewsets.people.find_visible_user", broken)
    alice.raise_request_exception = False
    answer = alice.read(f"/api/users/{cast.bob.pk}")
    assert answer.status_code == 500
    assert answer.json()["type"] == "server_error"
    assert "secret of the server" not in answer.content.decode()
    trace = next(entry for entry in objects(lines) if entry["event"] == "unhandled_exception")
    assert "secret of the server" in trace["exception"]
    assert trace["request_id"] == answer.json()["request_id"]


def test_y113_what_is_reported_names_the_request() -> None:
    context.request_id.set("request-0002")
    assert reporting.name_request({}, {})["tags"] == {"request_id": "request-0002"}


def test_t28_a_hostile_value_cannot_forge_a_line(lines: io.StringIO) -> None:
    structlog.get_logger("probe").warning("probe", name='a\r\n{"event":"forged"}\x1b[31m')
    assert [entry["event"] for entry in objects(lines)] == ["probe"]


def test_t19_names_that_sound_secret_are_redacted(lines: io.StringIO) -> None:
    structlog.get_logger("probe").warning("probe", password="hunter2", refresh_token="rt_x")
    assert "hunter2" not in lines.getvalue()
    assert "rt_x" not in lines.getvalue()


@pytest.mark.django_db
def test_t19_what_people_write_is_in_no_line(
    cast: Cast, alice: ApiClient, lines: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    post = alice.send("/api/posts", {"content": "canary one", "content_warning": "canary two"})
    path = f"/api/posts/{post.json()['id']}"
    bob, moderator = cast.client(cast.bob), cast.client(cast.moderator)
    bob.send(f"{path}/comments", {"content": "canary three"})
    bob.set(f"/api/bookmarks/{post.json()['id']}", {"note": "canary four"})
    report = {"target_id": post.json()["id"], "reason": "spam", "comment": "canary five"}
    bob.send("/api/v1/moderation/report", report)
    hide = {"target_id": post.json()["id"], "action": "hide", "note": "canary six"}
    assert moderator.send("/api/v1/moderation/actions", hide).status_code == 201
    alice.set(path, {"content": "canary seven"}, If_Match='"99.canary"')
    written = capsys.readouterr().err + lines.getvalue()
    assert written.count('"event":"request"') >= 6
    assert "canary" not in written
