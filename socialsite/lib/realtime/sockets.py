"""WebSockets as lines: frames written straight to the transport where the server lets us, by ASGI's `send` elsewhere."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import structlog

from socialsite.lib.asgi.types import Scope, Send
from socialsite.lib.asgi.writing import EXTENSION, FrameProtocol
from socialsite.lib.realtime.dispatch import Outcome, run_command
from socialsite.lib.realtime.frames import Encoded, Run
from socialsite.lib.realtime.lines import BEHIND_BYTES, BEHIND_SECONDS, Line

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

log = structlog.get_logger("realtime")


def open_socket(hub: "Hub", scope: Scope, send: Send, address: str) -> "Socket":
    """Return the line of an accepted WebSocket."""
    protocol = scope.get("extensions", {}).get(EXTENSION)
    if protocol is not None:
        return DirectSocket(hub, protocol, address)
    return SentSocket(hub, send, address)


class Socket(Line):
    """A WebSocket; its own stream waits a moment for the client's `resume`."""

    __slots__ = ("_useq", "_wait")

    def __init__(self, hub: "Hub", address: str) -> None:
        super().__init__(hub, address)
        self._useq: int | None = None
        self._wait: asyncio.TimerHandle | None = None

    def wait_to_hear_oneself(self, useq: int, seconds: float) -> None:
        """Hear the own stream after so long, or after the first frame."""
        self._useq = useq
        self._wait = self.hub.loop.call_later(seconds, self.hear_oneself)

    def hear_oneself(self) -> None:
        """Hear the own stream from now on; nothing new when that is so already."""
        if self._useq is None:
            return
        useq, self._useq = self._useq, None
        self._stop_waiting()
        if not self.closed_with:
            self.listen_from(self.person_id, useq, last=useq)

    async def run(self, name: str, data: Any) -> Outcome:
        """Run a command. With the first one the own stream begins; after it when that is `resume`, which says from where on."""
        if name == "resume":
            self._stop_waiting()
        else:
            self.hear_oneself()
        outcome = await run_command(self, name, data)
        self.hear_oneself()
        return outcome

    def forget(self) -> None:
        """Let go of everything: the connection is gone."""
        self._stop_waiting()

    def _stop_waiting(self) -> None:
        if self._wait:
            self._wait.cancel()
            self._wait = None


class DirectSocket(Socket):
    """A socket of uvicorn: the bytes of a frame go to its transport as they are, the same for everybody."""

    __slots__ = ("_behind", "protocol", "put")

    def __init__(self, hub: "Hub", protocol: FrameProtocol, address: str) -> None:
        super().__init__(hub, address)
        self.protocol = protocol
        self.put: Callable[[bytes], None] = protocol.transport.write
        self._behind: asyncio.TimerHandle | None = None
        protocol.reader = self
        protocol.forget_handshake()
        if protocol.transport.is_closing():
            self.lost()
        elif not protocol.writable.is_set():
            self.paused()

    def write(self, encoded: Encoded) -> None:
        self.put(encoded.frame)

    def write_run(self, run: Run) -> None:
        self.put(run.frame)

    def hang_up(self, code: int, reason: str) -> None:
        self.put = _drop
        self.protocol.hang_up(code, reason)

    def buffered(self) -> int:
        return self.protocol.transport.get_write_buffer_size()

    def paused(self) -> None:
        """The reader takes less than it is sent: look at each write how far behind it is, and not for ever."""
        if self.closed_with:
            return
        self.put = self._put_for_slow
        if self._behind is None:
            self._behind = self.hub.loop.call_later(BEHIND_SECONDS, self.fall_behind)

    def resumed(self) -> None:
        """The reader has caught up."""
        self._stop_clock()
        if not self.closed_with:
            self.put = self.protocol.transport.write

    def lost(self) -> None:
        """The connection is gone: write nothing more."""
        self._stop_clock()
        self.put = _drop

    def forget(self) -> None:
        super().forget()
        self.lost()

    def _put_for_slow(self, frame: bytes) -> None:
        if self.buffered() + len(frame) > BEHIND_BYTES:
            self.fall_behind()
        else:
            self.protocol.transport.write(frame)

    def _stop_clock(self) -> None:
        if self._behind:
            self._behind.cancel()
            self._behind = None


class SentSocket(Socket):
    """A socket of any other server: messages are sent one after another by a task that ends when nothing waits."""

    __slots__ = ("_bytes", "_send", "_task", "_waiting")

    def __init__(self, hub: "Hub", send: Send, address: str) -> None:
        super().__init__(hub, address)
        self._send = send
        self._waiting: deque[Encoded] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None

    def write(self, encoded: Encoded) -> None:
        if self.closed_with:
            return
        self._bytes += len(encoded.text)
        self._waiting.append(encoded)
        if self._bytes > BEHIND_BYTES:
            self.fall_behind()
        elif self._task is None:
            self._task = self.hub.spawn(self._send_all())

    def hang_up(self, code: int, reason: str) -> None:
        self.hub.beside(self._end(code, reason))

    def buffered(self) -> int:
        return self._bytes

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                encoded = self._waiting.popleft()
                await self._send({"type": "websocket.send", "text": encoded.text.decode()})
                self._bytes -= len(encoded.text)
        except Exception:
            log.info("socket_gone")
            self._waiting.clear()
        finally:
            self._task = None

    async def _end(self, code: int, reason: str) -> None:
        if self._task:
            await asyncio.wait([self._task], timeout=5)
        # daphne sends no others of its own accord.
        told = code if code >= 3000 else 1000
        try:
            await self._send({"type": "websocket.close", "code": told, "reason": reason})
        except Exception:
            log.info("socket_gone")


def _drop(frame: bytes) -> None:
    """Write to a socket that is closed."""
