"""Sending messages until they are acknowledged, over sockets and by REST, whatever happens to the answers."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from chaos.caller import call
from chaos.people import Person
from chat.models import Message
from socialsite.lib.testing.history import (
    Follower,
    Refusal,
    Swarm,
    differences,
    said,
    wrong_numbers,
)

ANSWER_S = 5.0
AGAIN_S = (0.02, 0.1)
GIVE_UP_S = 180.0
TWINS = 0.34
"""How many messages are sent twice at once, over both ways"""
Stored = tuple[int, str, str, str]
"""A message of a room as it is stored: number, id, text, client_id"""
BAD = ("refused", "status 4", "status 5", "given up")
"""How the names of counts begin that should not be there; 503 is what a server says that is not ready yet"""


@dataclass
class Sent:
    """What became of the messages: `ids` holds, for each client_id, the ids it was answered with."""

    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, set[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, client_id: str, message_id: str, way: str) -> None:
        self.ids.setdefault(client_id, set()).add(message_id)
        self.counts[f"acknowledged by {way}"] += 1


class Senders:
    """People who send into one room through a port, each message until it is acknowledged."""

    def __init__(
        self, port: int, room: str, people: Sequence[Person], seed: int = 1, name: str = "sent"
    ) -> None:
        self.port, self.room, self.people = port, room, people
        self.dice = random.Random(seed)
        self.followers = [Follower(port, person.token) for person in people]
        self.sent = Sent()
        self.name, self.padding = name, ""
        self.number = 0

    def send(self, swarm: Swarm, number: int, pause_s: float = 0) -> None:
        """Send so many more messages; each person sends theirs one after another, one in `pause_s` at most."""
        shares: list[list[str]] = [[] for _ in self.people]
        for _ in range(number):
            self.number += 1
            client_id = f"{self.name}-{self.number}"
            self.sent.texts[client_id] = f"text of {client_id}{self.padding}"
            shares[self.number % len(self.people)].append(client_id)
        swarm.run(self._send_shares(shares, pause_s), timeout=3600)

    async def _send_shares(self, shares: list[list[str]], pause_s: float) -> None:
        await asyncio.gather(*(self._send_all(n, share, pause_s) for n, share in enumerate(shares)))

    async def _send_all(self, which: int, client_ids: list[str], pause_s: float) -> None:
        ways = (self._by_socket, self._by_rest)
        due = time.monotonic()
        for client_id in client_ids:
            chosen = ways if self.dice.random() < TWINS else (self.dice.choice(ways),)
            self.sent.counts["twins"] += len(chosen) == len(ways)
            await asyncio.gather(*(way(which, client_id) for way in chosen))
            due += pause_s
            await asyncio.sleep(max(0, due - time.monotonic()))

    async def _by_socket(self, which: int, client_id: str) -> None:
        body = {"room_id": self.room, "content": self.sent.texts[client_id], "client_id": client_id}
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            try:
                ack = await self.followers[which].call("send_message", timeout=ANSWER_S, **body)
            except (ConnectionError, TimeoutError):
                self.sent.counts["repeated by socket"] += 1
            except Refusal as refusal:
                self.sent.counts[f"refused {refusal.code}"] += 1
            else:
                self.sent.take(client_id, ack["id"], "socket")
                return
            await asyncio.sleep(self.dice.uniform(*AGAIN_S))
        self.sent.counts["given up"] += 1

    async def _by_rest(self, which: int, client_id: str) -> None:
        body = {"room_id": self.room, "content": self.sent.texts[client_id], "client_id": client_id}
        token = self.people[which].token
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            reply = await asyncio.to_thread(call, self.port, "POST", "/api/messages", body, token)
            if reply.is_ok and reply.body:
                self.sent.take(client_id, str(reply.body["id"]), "rest")
                return
            unheard = reply.status == 0 or reply.is_ok
            self.sent.counts["repeated by rest" if unheard else f"status {reply.status}"] += 1
            await asyncio.sleep(self.dice.uniform(*AGAIN_S))
        self.sent.counts["given up"] += 1


def wrong_sends(sent: Sent, stored: Sequence[Stored]) -> list[str]:
    """Return a sentence for each message that is missing, there twice, or was acknowledged under another id, and for refusals."""
    times = Counter(client_id for *_, client_id in stored)
    there = {client_id: (pk, text) for _, pk, text, client_id in stored}
    found = [f"{name} is stored {count} times" for name, count in times.items() if count > 1]
    for name, text in sent.texts.items():
        ids = sent.ids.get(name, set())
        if name not in there:
            found.append(f"{name} is lost")
        elif ids != {there[name][0]} or there[name][1] != text:
            found.append(f"{name} is {there[name]}, and was acknowledged as {sorted(ids)}")
    found += [f"{name} was never sent" for name in there if name not in sent.texts]
    bad = [name for name in sent.counts if name.startswith(BAD)]
    found += [f"{name}: {sent.counts[name]} times" for name in bad if name != "status 503"]
    return found


def wrong_hearing(follower: Follower, room: str, stored: Sequence[Stored]) -> list[str]:
    """Return what a client heard of a room otherwise than it is stored, or out of order."""
    after = follower.start[room]
    rows = [(seq, pk, text) for seq, pk, text, _ in stored if seq > after]
    heard = [entry for entry in follower.log if entry.room == room]
    return wrong_numbers(heard, follower.start) + differences(said(heard, room), rows)


def messages_of(room: str) -> list[Stored]:
    """Return the messages of a room as they are stored."""
    rows = Message.objects.filter(room=int(room)).order_by("seq")
    columns = rows.values_list("seq", "pk", "content", "client_id")
    return [(seq, str(pk), text, client_id) for seq, pk, text, client_id in columns]
