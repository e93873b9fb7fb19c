"""The hub of this process: it knows every line, reads what is new once, and writes it to all who may see it.

It lives on the event loop of the server. Wake-ups, news and orders come from any thread; all that touches the database is done on
threads of its own, so a slow command does not hold up what others are sent.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Collection, Coroutine, Mapping
from functools import partial
from typing import Any, TypeVar

import structlog
from django.db import connections

from socialsite.lib.asgi.threads import Busy, Threads
from socialsite.lib.errors import RateLimited
from socialsite.lib.metrics import DELIVERIES, SOCKETS
from socialsite.lib.realtime import carrying, frames, reading
from socialsite.lib.realtime.channels import Channel, Delivery
from socialsite.lib.realtime.doors import Doors
from socialsite.lib.realtime.fitting import Fitting
from socialsite.lib.realtime.following import Following
from socialsite.lib.realtime.keeping import Keeping
from socialsite.lib.realtime.lines import RESTART, REVOKED, Line, scaled
from socialsite.lib.realtime.people import people, watchers
from socialsite.lib.realtime.sight import Sight
from socialsite.lib.realtime.signals import EVERYBODY, PEOPLE, News, Order, carrier

LINES_OF_A_PERSON = 20
PAUSE_S = 0.02
"""After a long pass of writing, what comes in is collected for a quarter of the time that the pass took, and so long at most."""
END_SECONDS = 1.0
"""How long the end waits for those who are told of it"""
READERS = PORTERS = REPLAYERS = 2
WAITING = 10_000
"""Calls that wait for a thread: as many as there are sockets, for all may come back at once"""
WORKERS = 8
"""Threads that run commands; on SQLite the writes that wait in them share a commit"""
T = TypeVar("T")
log = structlog.get_logger("realtime")


class Hub:
    """Lines, channels, and the passes in which messages are written."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.thread_id = threading.get_ident()
        self.threads = Threads(WORKERS, "sockets", WAITING)
        self.readers = Threads(READERS, "hub", WAITING)
        self.replayers = Threads(REPLAYERS, "replays", WAITING)
        self.porters = Threads(PORTERS, "doors", WAITING)
        self.lines: dict[str, Line] = {}
        self.of_person: dict[int, set[Line]] = {}
        self.channels: dict[str, Channel] = {}
        self.streams: dict[int, Channel] = {}
        self.families: dict[str, dict[str, Channel]] = {}
        """Topics without a stream: prefix -> key -> channel"""
        self.doors = Doors()
        self.sight = Sight(self._find_unseen)
        self.fitting = Fitting(self)
        self.following = Following(self)
        self.keeping = Keeping(self)
        self.has_ended = False
        self.delivered = self.wakes = self.slow_closes = 0
        self._calls: deque[tuple[Callable[..., Any], tuple[Any, ...]]] = deque()
        self._called = False
        self._dirty: dict[Channel, None] = {}
        self._pass: asyncio.Handle | None = None
        self._not_before = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()

    # Its life

    def start(self) -> None:
        """Hear signals from now on."""
        carrier.wake, carrier.tell, carrier.order = self.wake, self.tell, self.order
        self.beside(self.keeping.run())

    def stop(self) -> None:
        """Hear nothing any more, and let go of threads and tasks."""
        self.has_ended = True
        if carrier.wake == self.wake:
            carrier.wake = carrier.tell = carrier.order = None
        for task in self._tasks:
            task.cancel()
        self.sight.stop()
        # uvicorn has closed its own sockets by now; lines of other kinds hear of it here.
        for line in list(self.lines.values()):
            line.close(RESTART, "The server restarts.")
        self.threads.stop()
        self.readers.stop()
        self.replayers.stop()
        self.porters.stop()
        telling = threading.Thread(target=_tell_of_end, daemon=True)
        telling.start()
        telling.join(END_SECONDS)

    def spawn(self, coroutine: Coroutine[Any, Any, Any], name: str = "") -> asyncio.Task[Any]:
        """Run something beside, and keep it from being forgotten."""
        task = self.loop.create_task(coroutine, name=name or None)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def beside(self, coroutine: Coroutine[Any, Any, Any], name: str = "") -> None:
        """Run something that nobody waits for."""
        _ = self.spawn(coroutine, name)

    def on_loop(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Make a call on the loop: at once when this is its thread, else soon, in the order of the calls."""
        if threading.get_ident() == self.thread_id:
            call(*arguments)
            return
        self._calls.append((call, arguments))
        if not self._called:
            self._called = True
            try:
                self.loop.call_soon_threadsafe(self._make_calls)
            except RuntimeError:
                log.info("hub_gone")

    def _make_calls(self) -> None:
        self._called = False
        while self._calls:
            call, arguments = self._calls.popleft()
            try:
                call(*arguments)
            except Exception:
                log.exception("hub_call_failed")

    async def run(self, call: Callable[[], T]) -> T:
        """Return what a call on a thread for commands returns."""
        return await self._run(self.threads, call)

    async def greet(self, call: Callable[[], T]) -> T:
        """Return what a call on a thread for those who come in returns: commands that wait for each other do not hold them up."""
        return await self._run(self.porters, call)

    async def read(self, call: Callable[[], T]) -> T:
        """Return what a call on a thread for reading returns."""
        return await self._run(self.readers, call)

    async def replay(self, call: Callable[[], T]) -> T:
        """Return what a call on a thread for what somebody missed returns: a long list of it does not hold up what is new."""
        return await self._run(self.replayers, call)

    async def _run(self, threads: Threads, call: Callable[[], T]) -> T:
        if self.has_ended:
            raise Busy
        return await threads.run(partial(reading.fresh, call))

    async def _find_unseen(self, viewer_ids: Collection[int]) -> Mapping[int, frozenset[int]]:
        return await self.read(partial(people().unseen_by, viewer_ids))

    # Lines

    async def admit(self, line: Line) -> None:
        """Take a line in that has said whose it is. Raises RateLimited when the person has too many."""
        own = self.of_person.setdefault(line.person_id, set())
        if len(own) >= scaled(LINES_OF_A_PERSON):
            raise RateLimited(60, "This person has too many sockets open.")
        is_first = not own
        own.add(line)
        self.lines[line.connection_id] = line
        SOCKETS.set(len(self.lines))
        if is_first:
            for told in watchers.opened:
                told(line.person_id)
        await self.sight.watch(line.person_id)

    def remove(self, line: Line) -> None:
        """Forget a line that is gone."""
        if self.lines.pop(line.connection_id, None) is None:
            return
        SOCKETS.set(len(self.lines))
        for topic in list(line.topics):
            self.leave(line, topic)
        own = self.of_person.get(line.person_id, set())
        own.discard(line)
        if not own:
            self.of_person.pop(line.person_id, None)
            self.sight.forget(line.person_id)
            for told in watchers.closed:
                told(line.person_id)

    def close_lines(self, reason: str, of: Callable[[Line], bool]) -> None:
        """Close the lines whose sign-in has ended."""
        for line in [line for line in self.lines.values() if of(line)]:
            line.close(REVOKED, reason)
            self.remove(line)

    def stats(self) -> dict[str, Any]:
        """Return the figures of this process; from any thread."""
        return {
            "sockets": len(self.lines),
            "people": len(self.of_person),
            "topics": len(self.channels),
            "streams": len(self.streams),
            "deliveries": self.delivered,
            "wake_ups": self.wakes,
            "slow_closes": self.slow_closes,
            "linked": carrying.link.is_up,
        }

    def open_sockets(self) -> list[dict[str, Any]]:
        """Return what there is to see of each line, the oldest first; from any thread."""
        lines = list(self.lines.values())
        return [line.shown() for line in sorted(lines, key=lambda line: line.opened_at)]

    # Signals

    def wake(self, stream_id: int, seq: int) -> None:
        """A stream has reached a number."""
        if stream_id in self.streams:
            self.on_loop(self.following.wake, stream_id, seq)

    def tell(self, news: News) -> None:
        """Somebody said something to a topic."""
        self.on_loop(self._tell, news)

    def order(self, what: Order, subject_id: int) -> None:
        """A sign-in or a person's access ended, or relations changed."""
        self.on_loop(self._order, what, subject_id)

    def _tell(self, news: News) -> None:
        if news.topic in {PEOPLE, EVERYBODY}:
            self.reach(news)
        elif not self.fitting.takes(news):
            self.publish(news)

    def reach(self, news: News) -> None:
        """Send news to all lines of the people it is for, or to every line."""
        encoded, hidden = frames.of_news(news), self.sight.hidden_from(news.person_id)
        for person_id in list(self.of_person) if news.topic == EVERYBODY else news.only or ():
            own = () if person_id in hidden else self.of_person.get(person_id, ())
            for line in [line for line in own if line.is_greeted]:
                line.write(encoded)
                self.delivered += 1

    def publish(self, news: News) -> None:
        """Send news to those who listen to its topic."""
        channel = self.channels.get(news.topic)
        if channel is None:
            return
        delivery = Delivery(
            frames.of_news(news), person_id=news.person_id, only=news.only, but=news.but
        )
        channel.put(delivery, (news.event, news.key) if news.key else None)
        self.schedule(channel)

    def _order(self, what: Order, subject_id: int) -> None:
        if what == "relations_changed":
            self.sight.refresh([subject_id])
        elif what == "session_ended":
            self.close_lines("The sign-in has ended.", lambda n: n.auth.pk == subject_id)
        else:
            self.close_lines("The person may not be here.", lambda n: n.person_id == subject_id)

    # Listening

    def enter(self, line: Line, topic: str) -> None:
        """Let a line hear a topic without a stream."""
        if line.connection_id in self.lines:
            channel = self.channels.get(topic)
            if channel is None:
                channel = self.channels[topic] = Channel(topic)
                prefix, _, key = topic.partition(":")
                self.families.setdefault(prefix, {})[key] = channel
            # The loop has the last word: what sent the line away meanwhile has taken the topic too.
            line.topics.add(topic)
            channel.lines[line] = None
            self.fitting.note(channel, line.person_id)

    def leave(self, line: Line, topic: str) -> None:
        """Let a line hear a topic no more."""
        line.topics.discard(topic)
        channel = self.channels.get(topic)
        if channel and channel.drop(line):
            self.tidy(channel)

    def tidy(self, channel: Channel) -> None:
        """Forget a channel that nobody listens to."""
        if channel.is_empty and self.channels.get(channel.topic) is channel:
            del self.channels[channel.topic]
            if channel.stream_id:
                self.streams.pop(channel.stream_id, None)
            else:
                prefix, _, key = channel.topic.partition(":")
                self.families.get(prefix, {}).pop(key, None)

    # Writing

    def schedule(self, channel: Channel) -> None:
        """Write what waits in a channel: now, or when the pass that has just ended has had its pause."""
        self._dirty[channel] = None
        if self._pass is None:
            pause = self._not_before - self.loop.time()
            if pause > 0:
                self._pass = self.loop.call_later(pause, self._write)
            else:
                self._pass = self.loop.call_soon(self._write)

    def _write(self) -> None:
        self._pass = None
        began = self.loop.time()
        dirty, self._dirty = self._dirty, {}
        for channel in dirty:
            try:
                self.flush(channel)
            except Exception:
                log.exception("pass_failed", topic=channel.topic)
        ended = self.loop.time()
        self._not_before = ended + min((ended - began) / 4, PAUSE_S)

    def flush(self, channel: Channel) -> None:
        """Write what waits in a channel, unless its listeners have to be asked about first."""
        if channel.stream_id is None and self.fitting.must_ask(channel):
            return
        self.hand_over(channel)
        self.tidy(channel)

    def hand_over(self, channel: Channel) -> None:
        """Write what waits in a channel, and let those in who have caught up with it."""
        if not channel.outbox:
            return
        count = channel.flush(self.sight, lambda line: line.topics.discard(channel.topic))
        self.delivered += count
        DELIVERIES.inc(count)
        for joining in list(channel.joining.values()):
            channel.settle(joining, self.sight)


def _tell_of_end() -> None:
    for told in watchers.stopped:
        try:
            told()
        except Exception:
            log.exception("end_untold")
    connections.close_all()


_hub: Hub | None = None


def current() -> Hub:
    """Return the hub of the running loop; the first to ask starts it."""
    global _hub  # noqa: PLW0603 - one process, one server, one hub
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
        _hub.start()
    return _hub


def find() -> Hub | None:
    """Return the hub of this process when it runs, from any thread."""
    return _hub


def stop() -> None:
    """End the hub with its server."""
    global _hub  # noqa: PLW0603
    if _hub:
        _hub.stop()
    _hub = None
