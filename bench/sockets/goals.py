"""What is wanted of the sockets, and whether it is so."""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from bench.sockets.client import Found
from bench.sockets.results import NO_OFFER, Results
from bench.sockets.targets import (
    CHANNELS,
    GEVENT,
    LIMIT,
    ONE,
    PYTHON_SOCKETIO,
    SITE_MESSAGE,
    SITE_TYPING,
    SOCKETIO,
    THREADING,
    TWO,
    WS,
)

PEERS = (
    (WS, 1.1),
    (SOCKETIO, 1.3),
    (PYTHON_SOCKETIO, 10),
    (THREADING, 10),
    (GEVENT, 3),
    (CHANNELS, 40),
)
"""How many times the deliveries of whom, for an event that is not stored, in a room of a thousand"""
SIZE = 1000
SOCKET_KIB = 32
ACKED_A_SECOND = 300


@dataclass(frozen=True)
class Goal:
    """What is wanted, what was measured, and the same by CPU where a rate was compared: on a busy machine that says more."""

    text: str
    value: float
    unit: str
    is_met: bool
    by_cpu: float | None = None


class Figures:
    """Medians by name, and None where a target was not run."""

    def __init__(self, results: Results) -> None:
        self.results = results

    def of(self, name: str, size: int, mode: str, field: str) -> float | None:
        found = self.results.rooms.get((name, size))
        return statistics.median(one["phases"][mode][field] for one in found) if found else None

    def ratio(self, one: str, other: str, size: int, mode: str, field: str) -> float | None:
        """Return one over the other; None too where there is no CPU to speak of, as nothing was delivered."""
        top, bottom = self.of(one, size, mode, field), self.of(other, size, mode, field)
        if top is None or bottom is None or min(top, bottom) < 0:
            return None
        return top / bottom if bottom else math.inf

    def most_lost(self, name: str, size: int) -> float | None:
        found = self.results.rooms.get((name, size))
        if not found:
            return None
        return max(phase["lost"] for one in found for phase in one["phases"].values())


def all_of(results: Results) -> Iterator[Goal]:
    """Yield the goals whose targets were run."""
    figures = Figures(results)
    for part in (rates, costs, paced, sizes, processes):
        yield from part(figures)
    yield from memory(results)
    yield from acks(results)


def rates(figures: Figures) -> Iterator[Goal]:
    wanted = [(SITE_TYPING, peer, times) for peer, times in PEERS]
    for name, peer, times in (*wanted, (SITE_MESSAGE, SOCKETIO, 1)):
        found = figures.ratio(name, peer, SIZE, "full", "rate")
        if found is not None:
            by_cpu = figures.ratio(peer, name, SIZE, "full", "cpu")
            text = f"{name}: at least {times} × the deliveries of {peer}, {SIZE} members"
            yield Goal(text, found, " ×", found >= times, by_cpu)


def costs(figures: Figures) -> Iterator[Goal]:
    for size in (SIZE, 5000):
        found = figures.ratio(SITE_TYPING, LIMIT, size, "full", "cpu")
        if found is not None:
            text = f"{SITE_TYPING}: at most 2.5 × the CPU a delivery of the C limit, {size} members"
            yield Goal(text, found, " ×", found <= 2.5)


def paced(figures: Figures) -> Iterator[Goal]:
    for name in (SITE_TYPING, SITE_MESSAGE):
        found = figures.ratio(name, WS, SIZE, "paced", "p99")
        if found is not None:
            text = f"{name}: paced p99 at most 1.5 × that of {WS}, {SIZE} members"
            yield Goal(text, found, " ×", found <= 1.5)


def sizes(figures: Figures) -> Iterator[Goal]:
    for name in (SITE_TYPING, SITE_MESSAGE):
        lost = figures.most_lost(name, 5000)
        if lost is not None:
            yield Goal(
                f"{name}: 5000 members all get everything; lost", lost * 100, " %", lost == 0
            )
        few, many = (figures.of(name, size, "full", "cpu") for size in (200, 5000))
        if few and many:
            text = f"{name}: the CPU a delivery with 5000 members at most 1.3 × that with 200"
            yield Goal(text, many / few, " ×", many / few <= 1.3)


def processes(figures: Figures) -> Iterator[Goal]:
    for name in (SITE_TYPING, SITE_MESSAGE):
        two, one = TWO.format(name), ONE.format(name)
        found = figures.ratio(two, one, SIZE, "full", "rate")
        if found is not None:
            by_cpu = figures.ratio(one, two, SIZE, "full", "cpu")
            lost = figures.most_lost(two, SIZE)
            text = f"{name}: two processes over Redis at least 1 × the deliveries of one, and none lost"
            yield Goal(text, found, " ×", found >= 1 and not lost, by_cpu)


def memory(results: Results) -> Iterator[Goal]:
    for name, found in results.idle.items():
        text = f"at most {SOCKET_KIB} KiB a socket of 5000, {name}"
        yield Goal(text, kib(found), " KiB", kib(found) <= SOCKET_KIB)
    peer, own = results.rooms.get((PYTHON_SOCKETIO, 5000)), results.idle.get(NO_OFFER)
    if peer and own:
        ratio = kib(own) / kib(peer)
        text = f"at most 0.8 × the memory a socket of {PYTHON_SOCKETIO}"
        yield Goal(text, ratio, " ×", ratio <= 0.8)


def kib(found: list[Found]) -> float:
    return statistics.median(one["kib"] for one in found)


def acks(results: Results) -> Iterator[Goal]:
    for (name, senders), found in results.acks.items():
        rate = statistics.median(one["phases"]["full"]["rate"] for one in found)
        if name == SITE_MESSAGE and senders > 1:
            text = f"stored and acknowledged, {senders} senders, SQLite: at least {ACKED_A_SECOND} a second"
            yield Goal(text, rate, "/s", rate >= ACKED_A_SECOND)
