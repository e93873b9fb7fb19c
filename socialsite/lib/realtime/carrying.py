"""Carrying: the channel layer takes signals to the hubs of other processes, one message for each process and batch.

Whoever commits only puts a signal into a queue: a thread sends what has gathered, so nothing waits for Redis and nothing fails without
it. A hub hears its own beat come back once a second; while it does not, it counts as cut off and looks for everything itself. Without
REDIS_URL there is one process, and nothing to carry.
"""

import asyncio
import atexit
import hashlib
import secrets
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection

from socialsite.lib.realtime.signals import News, carrier

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

Signal = dict[str, Any]

BATCH = 200
WAITING = 10_000
"""Signals that wait for a layer that is slow; more are dropped, as all may be"""
SEND_SECONDS = 2.0
UNHEARD_SECONDS = 3.0
LAST_SECONDS = 1.0
"""How long the end of a process waits for what it has still to send"""
log = structlog.get_logger("realtime")


def group() -> str:
    """Return the group of this site's hubs: Redis keeps the messages of its databases apart by name alone."""
    name = str(connection.settings_dict["NAME"])
    return "hub." + hashlib.sha256(name.encode()).hexdigest()[:16]


class Link:
    """This process's side of the channel layer."""

    def __init__(self) -> None:
        self.identity = secrets.token_hex(8)
        self.hub: Hub | None = None
        self.is_up = False
        """Signals of all other processes reach this one"""
        self._heard_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._queue: SimpleQueue[Signal | threading.Event] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Carry this process's signals from now on, if there are other processes."""
        if settings.REDIS_URL:
            carrier.elsewhere.append(self.take)

    # Sending

    def take(self, signal: Signal) -> None:
        """Let a signal be sent, from any thread, without waiting."""
        if self._queue.qsize() < WAITING:
            self._queue.put(signal)
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._send, name="link", daemon=True)
                    self._thread.start()
                    atexit.register(self.finish)

    def finish(self) -> None:
        """Wait a moment until what was taken is sent: a command that ends has told the hubs."""
        sent = threading.Event()
        self._queue.put(sent)
        sent.wait(LAST_SECONDS)

    def _send(self) -> None:
        is_broken = False
        with asyncio.Runner() as runner:
            while True:
                batch = self._next()
                signals = [one for one in batch if isinstance(one, dict)]
                try:
                    if signals:
                        runner.run(self._publish(signals))
                    is_broken = False
                except Exception as error:
                    if not is_broken:
                        log.warning("signals_dropped", count=len(signals), error=repr(error))
                    is_broken = True
                for event in batch:
                    if isinstance(event, threading.Event):
                        event.set()

    def _next(self) -> list[Signal | threading.Event]:
        """Wait for something to send, and return it with all that has gathered behind it."""
        batch = [self._queue.get()]
        try:
            while len(batch) < BATCH:
                batch.append(self._queue.get_nowait())
        except Empty:
            pass
        return batch

    async def _publish(self, signals: list[Signal]) -> None:
        layer: Any = get_channel_layer()
        message = {"type": "hub.signals", "from": self.identity, "signals": signals}
        async with asyncio.timeout(SEND_SECONDS):
            await layer.group_send(group(), message)

    # Hearing

    @property
    def is_cut_off(self) -> bool:
        """There are other processes, and they are not heard."""
        return bool(settings.REDIS_URL) and not self.is_up

    def listen(self, hub: "Hub") -> None:
        """Hand what is heard to this hub from now on."""
        self.hub, self.is_up, self._task = hub, False, None

    async def check(self) -> None:
        """See whether others are heard; the hub asks once a second."""
        if not settings.REDIS_URL or self.hub is None:
            return
        was_up = self.is_up
        try:
            await self._publish([])
        except Exception as error:
            await self._fall_silent(repr(error))
            return
        if self._task is None or self._task.done():
            self._task = self.hub.spawn(self._hear())
        now = self.hub.loop.time()
        self.is_up = now - self._heard_at < UNHEARD_SECONDS
        if was_up and not self.is_up:
            await self._fall_silent("unheard")

    async def _fall_silent(self, why: str) -> None:
        """Begin anew: what was subscribed to may be gone with the connection."""
        if self.is_up:
            log.warning("hub_cut_off", why=why)
        self.is_up, self._heard_at = False, 0.0
        if self._task:
            self._task.cancel()
            self._task = None
        layer: Any = get_channel_layer()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await layer.flush()
        except Exception as error:
            log.info("layer_unflushed", error=repr(error))

    async def _hear(self) -> None:
        layer: Any = get_channel_layer()
        try:
            channel = await layer.new_channel()
            await layer.group_add(group(), channel)
            # Its own first beat, by which it knows that it hears.
            await self._publish([])
            while True:
                self._take_in(await layer.receive(channel))
        except Exception as error:
            log.info("hub_unlinked", error=repr(error))

    def _take_in(self, message: Signal) -> None:
        if message.get("from") != self.identity:
            self._hand_on(message.get("signals", []))
        elif self.hub:
            self._heard_at = self.hub.loop.time()
            if not self.is_up:
                self.is_up = True
                log.info("hub_linked")

    def _hand_on(self, signals: list[Signal]) -> None:
        for signal in signals:
            try:
                self._hand_over(signal)
            except Exception:
                log.exception("signal_unread")

    def _hand_over(self, signal: Signal) -> None:
        if self.hub is None:
            return
        kind = signal.pop("kind")
        if kind == "wake":
            self.hub.wake(signal["stream"], signal["seq"])
        elif kind == "news":
            only = signal.pop("only")
            self.hub.tell(News(**signal, only=None if only is None else tuple(only)))
        else:
            self.hub.order(signal["order"], signal["subject"])


link = Link()
