"""Two server processes behind one address are one site: sessions, sockets and messages, with Redis between them and without."""

import json
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection

from accounts.models import User
from accounts.testing import PASSWORD
from chaos.caller import call
from chaos.people import Person, make_people, make_room
from chaos.redis import Redis, seconds_behind
from chaos.sending import Senders, messages_of, wrong_hearing, wrong_sends
from operations.tests.live import Process
from socialsite.lib.testing.faultproxy import FaultProxy
from socialsite.lib.testing.history import Follower, Swarm, until
from socialsite.lib.tests.probes import database_url

pytestmark = [
    pytest.mark.live,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="servers share PostgreSQL"),
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server"),
]
PEOPLE, MESSAGES, PAUSE_S = 6, 90, 0.1
CATCH_UP_S = 5.0


@pytest.fixture
def people(transactional_db: None) -> list[Person]:
    return make_people(PEOPLE)


@pytest.fixture
def redis() -> Iterator[Redis]:
    found = Redis()
    with found.proxy:
        yield found
    found.end()


@pytest.fixture
def servers(people: list[Person], redis: Redis, tmp_path: Path) -> Iterator[list[Process]]:
    """Two servers on the database of the test and one Redis."""
    variables = {
        "DATABASE_URL": database_url(connection.settings_dict),
        "REDIS_URL": f"redis://127.0.0.1:{redis.proxy.port}/0",
        "RATE_LIMIT_SCALE": "1e6",
    }
    connection.close()
    started = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "secret_key").write_text("for-tests-only-0123456789-abcdefghijklmnopqrstuvwxyz")
        started.append(Process(folder, "serve", "--no-worker", "--host", "127.0.0.1", **variables))
    try:
        for server in started:
            server.wait_said("listening", 90)
        yield started
    finally:
        for server in started:
            server.process.kill()
            server.process.wait()


def test_c29_t49_g4_redis_that_is_killed_costs_no_message(
    people: list[Person], redis: Redis, servers: list[Process]
) -> None:
    room = make_room(people)
    connection.close()
    with Swarm() as swarm:
        senders = [
            Senders(server.port, room, people[n::2], n, f"from-{n}")
            for n, server in enumerate(servers)
        ]
        followers = [
            Follower(server.port, person.token, {room: PEOPLE})
            for server in servers
            for person in people
        ]
        swarm.let_in([*followers, *(one for sender in senders for one in sender.followers)])
        threads = [
            threading.Thread(target=sender.send, args=(swarm, MESSAGES, PAUSE_S))
            for sender in senders
        ]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        redis.suffer("kill", 1.5)
        for thread in threads:
            thread.join()
        took = seconds_behind(followers, room)
    stored = messages_of(room)
    for sender in senders:
        own = [row for row in stored if row[3].startswith(sender.name)]
        assert wrong_sends(sender.sent, own) == []
        assert [name for name in sender.sent.counts if name.startswith("repeated")] == []
    assert [wrong_hearing(follower, room, stored) for follower in followers] == [[]] * len(
        followers
    )
    assert (len(stored), took <= CATCH_UP_S) == (2 * MESSAGES, True)


def test_y125_c12_two_servers_behind_one_address_are_one_site(
    people: list[Person], servers: list[Process]
) -> None:
    room = make_room(people)
    User.objects.filter(pk=people[0].pk).update(password=make_password(PASSWORD))
    connection.close()
    with FaultProxy(*(server.port for server in servers)) as address, Swarm() as swarm:
        token = sign_in(address.port, people[0].username)
        for _ in range(4):
            # Each call lands on the other server.
            assert call(address.port, "GET", "/api/users/me", token=token).status == 200
        followers = [Follower(address.port, token, {room: PEOPLE}) for _ in range(2)]
        followers += [Follower(address.port, one.token, {room: PEOPLE}) for one in people[1:]]
        for follower in followers:
            follower.keeps_frames = True
            swarm.let_in([follower])
        # The two that hear live are those whose servers are linked by now.
        assert until(lambda: all("hub_linked" in server.said() for server in servers), 15)
        for number in range(10):
            body: dict[str, Any] = {"room_id": room, "content": f"by call {number}"}
            assert call(address.port, "POST", "/api/messages", body, token).status == 201
            said: dict[str, Any] = {"room_id": room, "content": f"by socket {number}"}
            swarm.run(followers[number % 4].call("send_message", **said))
        started = time.monotonic()
        assert until(lambda: all(f.at[room] == PEOPLE + 20 for f in followers), 5)
        assert time.monotonic() - started < 1
        swarm.run(followers[2].call("typing", room_id=room))
        assert until(lambda: all(heard(f, "typing") for f in followers if f is not followers[2]), 5)
        check_sign_out(address.port, token, followers)
    stored = messages_of(room)
    assert [wrong_hearing(f, room, stored) for f in followers] == [[]] * len(followers)
    assert len(stored) == 20


def check_sign_out(port: int, token: str, followers: list[Follower]) -> None:
    """A sign-out on one server ends the session's sockets on both, and its calls."""
    own = followers[:2]
    for follower in own:
        follower.comes_back = False
    assert call(port, "POST", "/api/auth/logout", {}, token).is_ok
    assert until(lambda: all(follower.closed_codes == [4409] for follower in own), 2)
    assert [call(port, "GET", "/api/users/me", token=token).status for _ in range(2)] == [401, 401]


def heard(follower: Follower, event: str) -> bool:
    return any(json.loads(text)["event"] == event for _, text in follower.frames)


def sign_in(port: int, username: str) -> str:
    body = {"username": username, "password": PASSWORD}
    reply = call(port, "POST", "/api/auth/login", body)
    assert reply.status == 200, reply
    return str(reply.body["access_token"])
