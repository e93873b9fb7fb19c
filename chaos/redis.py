"""redis: kill, stop, flush, fill and slow Redis under two servers and 50 messages a second; nobody's send fails and nobody misses any.

Needs `--database postgres`, as two servers share no SQLite file, and redis-server.
"""

import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import connection
from redis import from_url

from chaos import site
from chaos.people import Person, make_people, make_room
from chaos.sending import Senders, Stored, messages_of, wrong_hearing, wrong_sends
from operations.tests.live import Process, free_port
from socialsite.lib.realtime.streams import last_numbers
from socialsite.lib.testing.faultproxy import FaultProxy
from socialsite.lib.testing.history import Follower, Swarm, until

SERVERS, PEOPLE, PAUSE_S = 2, 10, 0.2
"""Ten people who pause a fifth of a second after each message: 50 a second at most"""
FAULT_S, REST_S, CATCH_UP_S, SLOW_S = 8.0, 6.0, 5.0, 2.0
MESSAGES_A_FAULT = 100
"""With fewer for each fault, a fifth of what there could be, a run says nothing"""


class Redis:
    """A Redis of the run's own behind a proxy, and all that can happen to it."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process = self._start()
        self.proxy = FaultProxy(self.port)

    def _start(self) -> "subprocess.Popen[bytes]":
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", ""]
        made = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        if not until(self.answers, 10):
            raise SystemExit("Redis does not start.")
        return made

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def tell(self, *words: str) -> None:
        with from_url(f"redis://127.0.0.1:{self.port}/0") as client:
            client.execute_command(*words)

    def suffer(self, fault: str, seconds: float) -> None:
        """Let a fault last so long."""
        getattr(self, f"_{fault}")(seconds)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()

    def _kill(self, seconds: float) -> None:
        self.end()
        time.sleep(seconds)
        self.process = self._start()

    def _stop(self, seconds: float) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)
        time.sleep(seconds)
        os.kill(self.process.pid, signal.SIGCONT)

    def _flush(self, seconds: float) -> None:
        self.tell("FLUSHALL")
        time.sleep(seconds)

    def _full(self, seconds: float) -> None:
        self.tell("CONFIG", "SET", "maxmemory", "1")
        time.sleep(seconds)
        self.tell("CONFIG", "SET", "maxmemory", "0")

    def _slow(self, seconds: float) -> None:
        self.proxy.delay_s = SLOW_S
        time.sleep(seconds)
        self.proxy.delay_s = 0


FAULTS = ("kill", "stop", "flush", "full", "slow")


@dataclass
class Run:
    """Who takes part in a run, and what it has counted."""

    room: str
    servers: list[Process]
    senders: list[Senders]
    followers: list[Follower]
    faults: Counter[str] = field(default_factory=Counter)
    catch_up: list[float] = field(default_factory=list)

    @property
    def sends(self) -> Counter[str]:
        """What became of all that was sent."""
        return sum((one.sent.counts for one in self.senders), Counter[str]())


def main(faults: int, seed: int) -> None:
    """Let Redis fail so often, and look what was sent, stored and heard."""
    if connection.vendor != "postgresql":
        raise SystemExit("This run needs --database postgres.")
    site.make_tables()
    people = make_people(PEOPLE)
    room = make_room(people)
    connection.close()
    redis = Redis()
    with redis.proxy as proxy, Swarm() as swarm:
        run = begin(people, room, f"redis://127.0.0.1:{proxy.port}/0", seed)
        swarm.let_in([*run.followers, *(f for one in run.senders for f in one.followers)])
        suffer(run, swarm, redis, faults, random.Random(seed))
    redis.end()
    stored = messages_of(room)
    wrong = judge(run, stored)
    if len(stored) < faults * MESSAGES_A_FAULT or redis.proxy.forwarded < SERVERS:
        wrong.append("too little happened to say anything")
    for server in run.servers:
        site.kill(server)
    site.report("redis", figures_of(run, stored), wrong)


def begin(people: list[Person], room: str, redis_url: str, seed: int) -> Run:
    """Start the servers, half of the people's sends at each of them, and listeners for all at both."""
    servers = [site.start_server("--no-worker", REDIS_URL=redis_url)[0] for _ in range(SERVERS)]
    senders = [
        Senders(server.port, room, people[n::SERVERS], seed, f"from-{n}")
        for n, server in enumerate(servers)
    ]
    followers = [
        Follower(server.port, person.token, {room: len(people)})
        for server in servers
        for person in people
    ]
    return Run(room, servers, senders, followers)


def suffer(run: Run, swarm: Swarm, redis: Redis, faults: int, dice: random.Random) -> None:
    """Let one fault follow the other while all write; after each everybody has to catch up."""
    ended = threading.Event()
    threads = [threading.Thread(target=talk, args=(one, swarm, ended)) for one in run.senders]
    for thread in threads:
        thread.start()
    for number in range(faults):
        time.sleep(REST_S)
        fault = FAULTS[number % len(FAULTS)]
        redis.suffer(fault, dice.uniform(FAULT_S / 2, FAULT_S))
        run.faults[fault] += 1
        run.catch_up.append(seconds_behind(run.followers, run.room))
    ended.set()
    for thread in threads:
        thread.join()
    run.catch_up.append(seconds_behind(run.followers, run.room))


def talk(senders: Senders, swarm: Swarm, ended: threading.Event) -> None:
    while not ended.is_set():
        senders.send(swarm, 5 * len(senders.people), PAUSE_S)


def seconds_behind(followers: Sequence[Follower], room: str) -> float:
    """Return how long it takes until all clients have what is stored now in a room."""
    last = last_numbers([int(room)])[int(room)]
    connection.close()
    started = time.monotonic()
    until(lambda: all(follower.at[room] >= last for follower in followers), 60)
    return time.monotonic() - started


def judge(run: Run, stored: Sequence[Stored]) -> list[str]:
    """Return what is wrong with what was sent, stored and heard; here not even a refusal that helps to wait is right."""
    wrong = [f"{s:.1f} s until all had caught up" for s in run.catch_up if s > CATCH_UP_S]
    for one in run.senders:
        own = [row for row in stored if row[3].startswith(f"{one.name}-")]
        wrong += wrong_sends(one.sent, own)
    failed = [name for name in run.sends if name.startswith(("repeated", "status"))]
    wrong += [f"{name}: {run.sends[name]} times" for name in failed]
    for number, follower in enumerate(run.followers):
        wrong += [f"client {number}: {said}" for said in wrong_hearing(follower, run.room, stored)]
    return wrong


def figures_of(run: Run, stored: Sequence[Stored]) -> dict[str, object]:
    return {
        "faults": dict(run.faults),
        "messages": len(stored),
        "clients": len(run.followers),
        "connections lost": sum(follower.connections - 1 for follower in run.followers),
        "until all had caught up, at most": f"{max(run.catch_up):.2f} s",
        "sends": dict(run.sends),
    }
