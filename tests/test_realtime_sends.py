"""What is sent is stored once: answers get lost, twins come at once, and the server is killed right after it said yes."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from chaos import sending
from chaos.people import make_people, make_room
from chaos.sending import Senders, Sent, messages_of, wrong_hearing, wrong_sends
from operations.tests.live import Process
from socialsite.lib.invariants import violations
from socialsite.lib.testing.faultproxy import FaultProxy
from socialsite.lib.testing.history import Follower, Swarm, until
from socialsite.lib.testing.sockets import LiveSite
from tests.outages import server_on_test_database

pytestmark = pytest.mark.django_db(transaction=True)
SENDS, SENDERS = 300, 6


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def test_b1_c30_t46_g6_sends_whose_answers_get_lost_are_stored_once(live_site: LiveSite) -> None:
    people = make_people(SENDERS)
    room = make_room(people)
    with FaultProxy(live_site.port, cut_share=0.2) as proxy, Swarm() as swarm:
        senders = Senders(proxy.port, room, people)
        listener = Follower(live_site.port, people[0].token, {room: SENDERS})
        swarm.let_in([listener, *senders.followers])
        senders.send(swarm, SENDS)
        until(lambda: listener.at[room] >= SENDERS + SENDS, 10)
    stored, counts = messages_of(room), senders.sent.counts
    print(dict(counts), f"{proxy.dropped} answers lost")  # noqa: T201
    assert wrong_sends(senders.sent, stored) == []
    assert wrong_hearing(listener, room, stored) == []
    assert (len(stored), counts["twins"] > 50, proxy.dropped > 50) == (SENDS, True, True)
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("stored", "complaint"),
    [
        ([], "is lost"),
        ([(1, "7", "text", "a"), (2, "8", "text", "a")], "stored 2 times"),
        ([(1, "9", "text", "a")], "was acknowledged as ['7']"),
        ([(1, "7", "other", "a")], "was acknowledged as ['7']"),
        ([(1, "7", "text", "a"), (2, "8", "text", "b")], "was never sent"),
    ],
)
@pytest.mark.once
def test_b1_t46_planted_loss_double_and_change_of_a_message_are_found(
    stored: Any, complaint: str
) -> None:
    sent = Sent({"a": "text"}, {"a": {"7"}})
    assert any(complaint in wrong for wrong in wrong_sends(sent, stored))
    assert wrong_sends(sent, [(1, "7", "text", "a")]) == []
    assert wrong_sends(Sent(counts=Counter({"refused x": 1})), []) != []


@pytest.mark.live
def test_c30_t47_kill_right_after_an_ack_never_loses_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "ANSWER_S", 30.0)
    people = make_people(4)
    room = make_room(people)
    connection.close()
    acked: dict[str, str] = {}
    for number in (7, 23):
        with server_on_test_database(tmp_path) as server, Swarm() as swarm:
            followers = [Follower(server.port, person.token) for person in people]
            swarm.let_in(followers)
            killed_after(server, swarm, followers, room, number, acked)
    stored = {client_id: pk for _, pk, _, client_id in messages_of(room)}
    assert {name: stored.get(name) for name in acked} == acked
    assert len(acked) >= 30
    assert list(violations()) == []


def killed_after(
    server: Process, swarm: Swarm, followers: list[Follower], room: str, number: int, acked: dict[str, str]
) -> None:  # fmt: skip
    """Let all send as fast as it goes, and kill the server in the moment it has acknowledged so many."""
    start = len(acked)

    async def talk(which: int) -> None:
        for turn in range(1000):
            name = f"{start}-{which}-{turn}"
            body: dict[str, Any] = {"room_id": room, "content": name, "client_id": name}
            try:
                acked[name] = (await followers[which].call("send_message", **body))["id"]
            except (ConnectionError, TimeoutError):
                return
            if len(acked) - start == number:
                server.process.kill()

    async def all_talk() -> None:
        for follower in followers:
            follower.comes_back = False
        await asyncio.gather(*(talk(n) for n in range(len(followers))))

    swarm.run(all_talk())
