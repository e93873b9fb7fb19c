"""Sockets of the real server: under uvicorn and daphne, and of two processes over Redis."""

import http.client
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from operations.tests.live import Process, running
from socialsite.lib.testing.sockets import LiveSite, SocketClient
from socialsite.lib.tests.services import POSTGRES, REDIS_URL, need_postgres, need_redis

pytestmark = pytest.mark.live


def call(site: Process, method: str, path: str, body: Any, token: str = "") -> dict[str, Any]:
    """Make one call that must succeed."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    headers = {"Host": "localhost", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status < 300, text
        found: dict[str, Any] = json.loads(text)
        return found
    finally:
        connection.close()


def register(site: Process) -> str:
    """Make a person; return their token."""
    name = f"p{secrets.token_hex(5)}"
    person = {
        "username": name,
        "email": f"{name}@example.org",
        "password": "correct horse 1 battery",
    }
    return str(call(site, "POST", "/api/auth/register", person)["access_token"])


def talk(first: SocketClient, second: SocketClient, room: str) -> None:
    """Let two people join a room and hear each other."""
    for socket in (first, second):
        socket.call("join_room", room_id=room)
    for speaker, text in ((first, "hello"), (second, "hello yourself")):
        said = speaker.call("send_message", room_id=room, content=text, client_id=text)
        for hearer in (first, second):
            heard = hearer.event("message", timeout=5)
            assert (heard["seq"], heard["data"]["content"]) == (said["seq"], text)


@contextmanager
def database() -> Iterator[str]:
    """Make a database of one's own; yield its URL."""
    psycopg = pytest.importorskip("psycopg")
    name = f"live_{secrets.token_hex(4)}"
    server = f"postgres://{POSTGRES.netloc}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.once
@pytest.mark.parametrize("server", ["uvicorn", "daphne"])
def test_c2_c29_people_talk_over_either_server(tmp_path: Path, server: str) -> None:
    with running(tmp_path, "serve", "--migrate", "--server", server) as site:
        ann, ben = register(site), register(site)
        room = call(
            site, "POST", "/api/rooms", {"room_name": secrets.token_hex(4), "kind": "public"}, ann
        )["id"]
        live = LiveSite(site.port)
        with live.connect(ann) as first, live.connect(ben) as second:
            talk(first, second, room)
            for _ in range(10):
                first.send_text("{")
            assert first.wait_closed() == 4400
            assert second.call("ping")
            site.process.terminate()
            assert second.wait_closed() in ({1012} if server == "uvicorn" else {1000, 1006})
            assert site.process.wait(20) == 0


@pytest.mark.once
def test_c29_people_of_two_processes_hear_each_other(tmp_path: Path) -> None:
    need_postgres()
    need_redis()
    with database() as url:
        shared = {"DATABASE_URL": url, "REDIS_URL": REDIS_URL}
        folders = [tmp_path / name for name in ("one", "two")]
        for folder in folders:
            folder.mkdir()
        (folders[0] / "secret_key").write_text(secrets.token_hex(32))
        (folders[1] / "secret_key").write_text((folders[0] / "secret_key").read_text())
        with (
            running(folders[0], "serve", "--migrate", **shared) as one,
            running(folders[1], "serve", "--no-worker", **shared) as two,
        ):
            ann, ben = register(one), register(two)
            room = call(
                one,
                "POST",
                "/api/rooms",
                {"room_name": secrets.token_hex(4), "kind": "public"},
                ann,
            )
            with (
                LiveSite(one.port).connect(ann) as first,
                LiveSite(two.port).connect(ben) as second,
            ):
                talk(first, second, room["id"])
                second.call("typing", room_id=room["id"], is_typing=True)
                assert first.event("typing", timeout=3)
