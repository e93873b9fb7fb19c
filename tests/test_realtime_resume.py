"""Clients that lose their connections in every way hear each message once and in order: goal G5 in the size of a gate."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from chaos.people import Person, make_people, make_room
from chat.actions.messages import send_message
from chat.models import Message
from socialsite.lib.testing.faultproxy import FAULTS, FaultProxy
from socialsite.lib.testing.history import (
    Entry,
    Follower,
    Swarm,
    differences,
    entry_of,
    read_events,
    said,
    until,
    wrong_numbers,
)
from socialsite.lib.testing.sockets import LiveSite, serving
from tests.eventsource import Ended, EventReader

pytestmark = pytest.mark.django_db(transaction=True)
CLIENTS, MESSAGES, FAULTS_AT_ONCE, STRIKES = 20, 1000, 5, 10
"""Ten times five connections, and one restart of the server, which cuts all of them"""


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


class Writers:
    """Two threads that write into a room by its actions."""

    def __init__(self, room: str, people: list[Person], number: int) -> None:
        self.room, self.people, self.number = int(room), people, number
        self.threads = [threading.Thread(target=self.write, args=(n,)) for n in range(2)]
        self.done = 0

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self.threads:
            thread.join()

    def write(self, which: int) -> None:
        actor = User.objects.get(pk=self.people[which].pk)
        for number in range(self.number // len(self.threads)):
            send_message(actor=actor, room_id=self.room, content=f"{which} says {number}")
            self.done += 1
            time.sleep(0.004)
        connections.close_all()


class SseFollower:
    """A reader of Server-Sent Events that comes back with the last number it saw."""

    def __init__(self, port: int, token: str, room: str, seq: int) -> None:
        self.port, self.token, self.room, self.at = port, token, room, seq
        self.log: list[Entry] = []
        self.drops, self.ended = 0, False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while not self.ended:
            try:
                self.follow()
            except (OSError, Ended, ValueError):
                self.drops += 1
                time.sleep(0.05)

    def follow(self) -> None:
        path = f"/api/rooms/{self.room}/stream"
        with EventReader(self.port, path, self.token, Last_Event_ID=str(self.at)) as reader:
            while not self.ended:
                frame = reader.next(timeout=2).frame
                if frame["event"] == "resync":
                    self.read_on(frame["data"]["last_seq"])
                elif "seq" in frame:
                    self.note(frame)

    def note(self, frame: dict[str, Any]) -> None:
        self.log.append(entry_of(frame))
        self.at = frame["seq"]

    def read_on(self, last: int) -> None:
        """Read what is too much to be sent again."""
        while self.at < last:
            for frame in read_events(self.port, self.token, self.room, self.at):
                if frame["seq"] <= last:
                    self.note(frame)


class Standing:
    """A site behind a proxy that breaks connections; it can be restarted, and the proxy leads to the new one."""

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy, self.stack = proxy, ExitStack()
        self.start()

    def start(self) -> None:
        self.site: LiveSite = self.stack.enter_context(serving())
        self.proxy.targets = [self.site.port]

    def restart(self) -> None:
        self.stack.close()
        self.start()


@pytest.fixture
def standing(transactional_db: None) -> Iterator[Standing]:
    with FaultProxy() as proxy:
        found = Standing(proxy)
        try:
            yield found
        finally:
            found.stack.close()


def test_c29_b2_t54_g5_every_client_hears_each_message_once_and_in_order(
    standing: Standing,
) -> None:
    people = make_people(CLIENTS)
    room = make_room(people)
    start = {room: CLIENTS}
    proxy = standing.proxy
    followers = [Follower(proxy.port, person.token, start) for person in people]
    streamed = SseFollower(proxy.port, people[0].token, room, CLIENTS)
    with Swarm() as swarm:
        swarm.let_in(followers)
        with Writers(room, people, MESSAGES) as writers:
            for strike in range(STRIKES):
                until(lambda: writers.done >= strike * MESSAGES / (STRIKES + 1))  # noqa: B023
                struck = 0
                while struck < FAULTS_AT_ONCE:
                    struck += proxy.strike(FAULTS[strike % len(FAULTS)], FAULTS_AT_ONCE - struck)
                if strike == STRIKES // 2:
                    standing.restart()
        logs = [follower.log for follower in followers] + [streamed.log]
        last = CLIENTS + MESSAGES
        until(lambda: all(log and log[-1].seq >= last for log in logs), 20)
        streamed.ended = True
        by_rest = [entry_of(f) for f in read_all(standing.site.port, people[0].token, room)]
    stored = messages_of(room)
    cut = sum(proxy.struck.values())
    print(f"{cut} struck, {sum(f.connections for f in followers)} connections")  # noqa: T201
    assert [len(log) for log in logs] == [MESSAGES] * len(logs)
    assert [wrong_numbers(log, start) for log in [*logs, by_rest]] == [[]] * (len(logs) + 1)
    assert [differences(said(log, room), stored) for log in [*logs, by_rest]] == [[]] * (
        len(logs) + 1
    )
    assert (cut >= FAULTS_AT_ONCE * STRIKES, streamed.drops > 0, len(stored)) == (
        True,
        True,
        MESSAGES,
    )


def read_all(port: int, token: str, room: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    at = CLIENTS
    while page := read_events(port, token, room, at):
        found += page
        at = page[-1]["seq"]
    return found


def messages_of(room: str) -> list[tuple[int, str, str]]:
    """Return the messages of a room as they are stored."""
    rows = Message.objects.filter(room=int(room)).order_by("seq")
    return [(seq, str(pk), text) for seq, pk, text in rows.values_list("seq", "pk", "content")]
