"""The runs of `python -m bench sockets`: rooms of several sizes, in turn over all targets, then what only the site is asked."""

import argparse
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from bench import report as document
from bench import site
from bench.processes import Server
from bench.sockets import client, report
from bench.sockets.results import DEFLATE_OFFERED, NO_OFFER, Results
from bench.sockets.targets import ACKS, MESSAGE, SITE_MESSAGE, TARGETS, Target

ACKED_SENDERS = (1, 8, 32)
IDLE_SOCKETS = 5000
OFFER = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
PROCESSES_MEMBERS = 1000
FIRST_MEMBERS = 50


@dataclass
class Place:
    """A database that is filled, and who may connect to it."""

    data_dir: Path
    env: dict[str, str]
    tokens: list[str]
    rooms: dict[str, str]
    """The room with so many members, by their number"""
    small_rooms: list[str]

    def members(self, number: int) -> list[tuple[str, str]]:
        return [(token, self.rooms[str(number)]) for token in self.tokens[:number]]

    def senders(self, number: int) -> list[tuple[str, str]]:
        """Return senders of several rooms."""
        return list(islice(zip(self.tokens, cycle(self.small_rooms), strict=False), number))


def run(options: argparse.Namespace, data_dir: Path) -> None:
    suite = Suite(options, data_dir)
    for number in range(options.rounds):
        print(f"round {number + 1}", flush=True)
        suite.round()
        # After each round, so that a run that is broken off has not been for nothing.
        text = report.render(suite.results, options, suite.missing)
        if not options.dry:
            document.write(text, "sockets")
    print(text)


class Suite:
    """The targets that are here, the databases of the site, and what was found so far."""

    def __init__(self, options: argparse.Namespace, data_dir: Path) -> None:
        self.options, self.data_dir = options, data_dir
        self.sizes = [int(size) for size in options.members.split(",")]
        asked = [target for target in TARGETS if re.search(options.only, target.name)]
        has_both = bool(options.postgres and options.redis)
        self.targets = [t for t in asked if t.is_installed and (has_both or not t.shared)]
        self.missing = [t.name for t in asked if t not in self.targets]
        self.places = {
            shared: self.seed(shared) for shared in {t.shared for t in self.targets if t.is_site}
        }
        self.results = Results(load_average=os.getloadavg()[0])

    def seed(self, shared: bool) -> Place:
        """Fill a database, on SQLite or on PostgreSQL."""
        own = self.data_dir / ("shared" if shared else "own")
        own.mkdir()
        asked = {"DATABASE_URL": self.options.postgres, "REDIS_URL": self.options.redis}
        env = asked if shared else {}
        made = site.run_inside("bench.inside.sockets_seed", own, *map(str, self.sizes), **env)
        return Place(own, env, **made)

    def round(self) -> None:
        for size in self.sizes:
            for target in self.targets:
                if size <= target.most and (target.is_pinned or size == PROCESSES_MEMBERS):
                    self.room(target, size)
        for target in self.targets:
            if target.wire is MESSAGE and target.is_pinned and target.most >= IDLE_SOCKETS:
                self.acks(target)
            if target.name == SITE_MESSAGE and max(self.sizes) >= IDLE_SOCKETS:
                self.idle(target)

    def room(self, target: Target, size: int) -> None:
        people = self.places[target.shared].members(size) if target.is_site else ()
        load = client.Load(size, self.options.senders, client.phases(self.options.seconds))
        with self.running(target) as servers:
            found = client.run(servers, target.wire, load, people)
        self.results.rooms.setdefault((target.name, size), []).append(found)
        say(f"{target.name}, {size} members", found)

    def acks(self, target: Target) -> None:
        """How many messages a second are stored and acknowledged, by so many senders that each wait for it."""
        with self.running(target) as servers:
            for number in ACKED_SENDERS:
                load = client.Load(number, number, client.phases(self.options.seconds)[::2])
                people = self.places[target.shared].senders(number)
                found = client.run(servers, ACKS, load, people)
                self.results.acks.setdefault((target.name, number), []).append(found)
                say(f"{target.name}, {number} senders that wait", found)

    def idle(self, target: Target) -> None:
        """What sockets take that only listen, as a program and as a browser opens them."""
        people = self.places[target.shared].members(max(self.sizes))
        for name, headers in ((NO_OFFER, ()), (DEFLATE_OFFERED, (OFFER,))):
            with self.running(target) as servers:
                load = client.Load(len(people), headers=headers)
                found = client.run(servers, target.wire, load, people)
            self.results.idle.setdefault(name, []).append(found)
            say(f"{len(people)} sockets that only listen, {name}", found)

    @contextmanager
    def running(self, target: Target) -> Iterator[list[Server]]:
        """Start a target, and let a few members come and go: what is loaded once is no part of a connection."""
        place = self.places.get(target.shared) if target.is_site else None
        number = min(FIRST_MEMBERS, *self.sizes)
        people = place.members(self.sizes[0])[:number] if place else ()
        data_dir, env = (place.data_dir, place.env) if place else (self.data_dir, {})
        with client.running(target, data_dir, env) as servers:
            client.run(servers, target.wire, client.Load(number), people)
            yield servers


def say(name: str, found: client.Found) -> None:
    print(
        f"  {name}: {found['kib']} KiB a socket, opened with {found['connect_cpu']} ms of CPU",
        flush=True,
    )
    for mode in ("paced", "full"):
        if phase := found["phases"].get(mode):
            print(
                f"    {mode:5} {phase['rate']:8.0f}/s  p50 {phase['p50']:7.1f}  p99 {phase['p99']:7.1f} ms  lost {phase['lost']:.2%}"
                f"  {phase['cpu']:6.1f} us  {phase['bytes']:.0f} bytes  others {phase['others']:.2f}"
                f"  generator {phase['generator_share']:.0%}",
                flush=True,
            )
