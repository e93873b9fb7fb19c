"""flood: one person's sockets send 10 000 frames a second; what others are answered must not wait for it."""

import asyncio
import socket
import struct
import threading
import time
from contextlib import suppress

from django.db import connection

from chaos import site
from chaos.people import make_people
from socialsite.lib.testing.history import Follower, Swarm
from socialsite.lib.testing.rawsockets import RawSocket, frame_of

FRAMES_A_SECOND, BATCHES = 10_000, 20
OTHERS, PAUSE_S, LATENCY_S = 10, 0.05, 0.2
HUGE_BYTES, HALF_OPEN = 2 * 1024 * 1024, 50
TOO_LARGE = struct.pack("!H", 1009)


def main(seconds: int, seed: int) -> None:
    """Measure how long others wait for their answers, without the flood and with it."""
    site.make_tables()
    flooder, *others = make_people(OTHERS + 1)
    connection.close()
    server, _ = site.start_server("--no-worker")
    with Swarm() as swarm:
        followers = [Follower(server.port, person.token) for person in others]
        swarm.let_in(followers)
        quiet = measure(swarm, followers, seconds)
        flood = Flood(server.port, flooder.token)
        with flood:
            loud = measure(swarm, followers, seconds)
        kept = sum(follower.connections for follower in followers) == OTHERS
    closed = closed_by_huge_frame(server.port, flooder.token)
    half_open = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(HALF_OPEN)]
    for one in half_open:
        one.sendall(b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\n")
    RawSocket(server.port, others[0].token).close()
    for one in half_open:
        one.close()
    site.kill(server)
    figures: dict[str, object] = {
        "frames sent": f"{flood.sent} in {seconds} s, over {flood.sockets} sockets that were closed",
        "others, quiet": f"p50 {at(quiet, 50):.0f} ms, p99 {at(quiet, 99):.0f} ms of {len(quiet)}",
        "others, under it": f"p50 {at(loud, 50):.0f} ms, p99 {at(loud, 99):.0f} ms of {len(loud)}",
        "frame of 2 MiB": "closed" if closed else "not closed",
    }
    wrong = [] if at(loud, 99) < LATENCY_S * 1000 else ["others wait too long"]
    wrong += [] if closed else ["a frame of 2 MiB is taken"]
    wrong += [] if kept else ["others lost their connections"]
    enough = flood.sent > FRAMES_A_SECOND * seconds / 2
    wrong += [] if enough else ["too few frames to say anything"]
    site.report("flood", figures, wrong)


class Flood:
    """One person who sends as fast as that, and comes back when they are closed."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token
        self.sent = self.sockets = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> "Flood":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def run(self) -> None:
        batch = frame_of("nothing_of_this_name") * (FRAMES_A_SECOND // BATCHES)
        while not self.ended.is_set():
            with suppress(OSError, AssertionError):
                raw = RawSocket(self.port, self.token)
                self.sockets += 1
                while not self.ended.is_set():
                    raw.socket.sendall(batch)
                    self.sent += FRAMES_A_SECOND // BATCHES
                    time.sleep(1 / BATCHES)


def measure(swarm: Swarm, followers: list[Follower], seconds: float) -> list[float]:
    """Return how many milliseconds each ping of all others took, in order of size."""
    found: list[float] = []

    async def ask(follower: Follower) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            started = time.monotonic()
            await follower.call("ping")
            found.append((time.monotonic() - started) * 1000)
            await asyncio.sleep(PAUSE_S * 4)

    async def ask_all() -> None:
        await asyncio.gather(*(ask(follower) for follower in followers))

    swarm.run(ask_all())
    return sorted(found)


def at(sizes: list[float], percent: int) -> float:
    return sizes[min(len(sizes) - 1, len(sizes) * percent // 100)]


def closed_by_huge_frame(port: int, token: str) -> bool:
    """Send one frame of 2 MiB; tell whether it closed the socket: with 1009, or so soon that its last word was lost."""
    raw = RawSocket(port, token)
    head = struct.pack("!BBQ", 0x81, 0x80 | 127, HUGE_BYTES) + b"\0\0\0\0"
    with suppress(OSError):
        raw.socket.sendall(head + b" " * HUGE_BYTES)
    try:
        return TOO_LARGE in raw.read_until(TOO_LARGE)
    except ConnectionResetError:
        return True
