"""Clients that come back: they log what they hear of rooms, lose their connections, resume, and are checked against what is stored.

A log holds everything as it came, doubles too: what is wrong with it is for the checker to find.
"""

import asyncio
import http.client
import json
import random
import threading
import time
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

PATIENCE = 30.0
PING_S, OPEN_S = 1.0, 5.0
BACK_IN_S = (0.02, 0.15)
Data = dict[str, Any]


class Refusal(Exception):
    """The server answered a command with an error."""

    def __init__(self, body: Data) -> None:
        super().__init__(json.dumps(body))
        self.code = str(body["errors"][0]["code"])
        self.retry_after = float(body.get("retry_after") or 0)


class Entry(NamedTuple):
    """One event of a room as a client got it; `at` is when, by the monotonic clock."""

    room: str
    seq: int
    event: str
    id: str
    content: str
    at: float


def entry_of(frame: Data) -> Entry:
    """Return what is kept of the frame of an event."""
    data = frame.get("data") or {}
    room = str(frame["topic"]).partition(":")[2]
    content = str(data.get("content", ""))
    return Entry(
        room, int(frame["seq"]), frame["event"], str(data.get("id", "")), content, time.monotonic()
    )


class Follower:
    """A client that hears rooms from given numbers on, and comes back whenever it is cut off.

    `ping_s` is how soon it notices a connection that is dead without a word.
    """

    def __init__(
        self, port: int, token: str, rooms: dict[str, int] | None = None, *, ping_s: float = PING_S
    ) -> None:
        self.port, self.token, self.ping_s = port, token, ping_s
        self.start = dict(rooms or {})
        self.at = dict(self.start)
        self.log: list[Entry] = []
        self.frames: list[tuple[float, str]] = []
        """Everything it was sent, as it came, with the time; only while `keeps_frames`"""
        self.keeps_frames = False
        self.connections = self.resyncs = self.refused = 0
        self.closed_codes: list[int] = []
        self.lost: set[str] = set()
        self.comes_back = True
        self.here = asyncio.Event()
        """It is connected, and has all that it missed"""
        self.socket: ClientConnection | None = None
        self._waiting: dict[str, asyncio.Future[Data]] = {}
        self._missing: set[str] = set()
        self._number = 0

    async def run(self) -> None:
        """Follow until it is told to end."""
        while True:
            try:
                await self._follow()
            except InvalidStatus:
                self.refused += 1
            except (OSError, WebSocketException, TimeoutError, http.client.HTTPException):
                pass
            finally:
                self._fail()
            if not self.comes_back:
                return
            await asyncio.sleep(random.uniform(*BACK_IN_S))

    async def call(self, event: str, timeout: float = PATIENCE, **data: Any) -> Data:
        """Run a command; returns the data of its ack. Raises Refusal, ConnectionError, TimeoutError: then nobody knows what it did."""
        if self.socket is None:
            raise ConnectionError
        self._number += 1
        name = f"call-{self._number}"
        waiting = self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            await self.socket.send(json.dumps({"event": event, "id": name, "data": data}))
            async with asyncio.timeout(timeout):
                return await waiting
        except WebSocketException:
            raise ConnectionError from None
        finally:
            self._waiting.pop(name, None)

    async def _follow(self) -> None:
        async with connect(
            f"ws://127.0.0.1:{self.port}/ws/",
            additional_headers={"Authorization": f"Bearer {self.token}", "Host": "localhost"},
            compression=None,
            ping_interval=self.ping_s,
            ping_timeout=self.ping_s,
            open_timeout=OPEN_S,
            close_timeout=0.2,
            max_size=None,
            proxy=None,
        ) as socket:
            self.connections += 1
            try:
                async for text in socket:
                    if self.keeps_frames:
                        self.frames.append((time.monotonic(), str(text)))
                    await self._take(socket, json.loads(text))
            finally:
                if socket.close_code:
                    self.closed_codes.append(socket.close_code)

    async def _take(self, socket: ClientConnection, frame: Data) -> None:
        name, data = frame["event"], frame.get("data") or {}
        if name == "hello":
            self.socket = socket
            self._missing = set(self.at)
            if self.at:
                await socket.send(json.dumps({"event": "resume", "data": {"rooms": self.at}}))
            self._look()
        elif name in {"ack", "error"}:
            self._answer(frame)
        elif name == "resync" and "room" in data:
            self.resyncs += 1
            await self._read_on(data["room"], int(data["last_seq"]))
            self._arrive(data["room"])
        elif name == "resumed" and "room" in data:
            self._arrive(data["room"])
        elif name == "room_lost":
            self.lost.add(data["room_id"])
            self._arrive(data["room_id"])
        elif "seq" in frame and str(frame.get("topic", "")).startswith("room:"):
            self._note(frame)

    def _note(self, frame: Data) -> None:
        entry = entry_of(frame)
        self.log.append(entry)
        self.at[entry.room] = entry.seq

    def _answer(self, frame: Data) -> None:
        waiting = self._waiting.get(frame.get("id", ""))
        if waiting is None or waiting.done():
            return
        if frame["event"] == "error":
            waiting.set_exception(Refusal(frame["data"]))
        else:
            waiting.set_result(dict(frame["data"]))

    def _arrive(self, room: str) -> None:
        self._missing.discard(room)
        self._look()

    def _look(self) -> None:
        if not self._missing:
            self.here.set()

    def _fail(self) -> None:
        self.socket = None
        self.here.clear()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionError())

    async def _read_on(self, room: str, last: int) -> None:
        while self.at[room] < last:
            frames = await asyncio.to_thread(
                read_events, self.port, self.token, room, self.at[room]
            )
            for frame in frames:
                if frame["seq"] <= last:
                    self._note(frame)


def read_events(port: int, token: str, room: str, after: int) -> list[Data]:
    """Return the frames of a room's events after a number, by REST. Raises OSError and HTTPException."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        path = f"/api/rooms/{room}/events?after_seq={after}"
        headers = {"Authorization": f"Bearer {token}", "Host": "localhost", "Connection": "close"}
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise ConnectionError(f"{answer.status} {body[:200]!r}")
        found: list[Data] = json.loads(body)["results"]
        return found
    finally:
        connection.close()


class Swarm:
    """Many clients on one loop, in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.tasks: list[asyncio.Task[None]] = []

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._end())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, Any], timeout: float = 600) -> Any:
        """Return what some work on the loop comes to."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout)

    def let_in(self, followers: Sequence[Follower], timeout: float = PATIENCE) -> None:
        """Start clients, and wait until all of them are there."""
        self.run(self._start(followers))
        self.gather(followers, timeout)

    def gather(self, followers: Iterable[Follower], timeout: float = PATIENCE) -> None:
        """Wait until clients are there, with all that they missed. Raises TimeoutError."""
        self.run(self._gather(list(followers), timeout), timeout + PATIENCE)

    async def _start(self, followers: Sequence[Follower]) -> None:
        self.tasks += [self.loop.create_task(follower.run()) for follower in followers]

    async def _gather(self, followers: list[Follower], timeout: float) -> None:
        async with asyncio.timeout(timeout):
            await asyncio.gather(*(follower.here.wait() for follower in followers))

    async def _end(self) -> None:
        for task in self.tasks:
            task.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*self.tasks, return_exceptions=True)


def until(fits: Any, seconds: float = PATIENCE) -> bool:
    """Wait until something holds; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while not fits():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def wrong_numbers(log: Iterable[Entry], start: dict[str, int]) -> list[str]:
    """Return a sentence for each number that does not follow the one before it in its room."""
    at, found = dict(start), []
    for entry in log:
        expected = at.get(entry.room, 0) + 1
        if entry.seq != expected:
            found.append(f"room {entry.room}: {entry.seq} came where {expected} was due")
        at[entry.room] = entry.seq
    return found


def said(log: Iterable[Entry], room: str) -> list[tuple[int, str, str]]:
    """Return the messages of a log: number, id, text."""
    messages = (entry for entry in log if entry.room == room and entry.event == "message")
    return [(entry.seq, entry.id, entry.content) for entry in messages]


def differences(
    found: Sequence[tuple[int, str, str]], stored: Sequence[tuple[int, str, str]]
) -> list[str]:
    """Return a sentence for each message that is stored and was not heard, heard and not stored, or heard otherwise."""
    if list(found) == list(stored):
        return []
    heard, there = dict.fromkeys(found), dict.fromkeys(stored)
    missing = [f"message {one} is stored and was not heard" for one in there if one not in heard]
    foreign = [f"message {one} was heard and is not stored" for one in heard if one not in there]
    return missing + foreign or ["messages were heard in another order, or twice"]
