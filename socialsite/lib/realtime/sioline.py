"""Socket.IO clients as lines: a push becomes an event of theirs once, and waits in the engine's queue."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engineio import packet as engine_packets

from socialsite.lib.api.renderers import dumps
from socialsite.lib.realtime import frames
from socialsite.lib.realtime.frames import Encoded
from socialsite.lib.realtime.lines import BEHIND_BYTES, BEHIND_SECONDS, SLOW
from socialsite.lib.realtime.sockets import Socket

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

BESIDE = ("topic", "seq", "ts")
"""What a push says beside its data; an event of Socket.IO has one object for all of it"""
DISCONNECT = "1"


class Sent(engine_packets.Packet):
    """A packet that tells its line when it leaves."""

    def __init__(self, text: str, line: "PacketLine | None" = None) -> None:
        super().__init__(engine_packets.MESSAGE, text)
        self.line = line
        if line:
            line.waits(len(text))

    def encode(self, b64: bool = False) -> str:
        if self.line:
            self.line.left(len(self.data))
        return f"{engine_packets.MESSAGE}{self.data}"


class PacketLine(Socket):
    """A client of the Socket.IO door."""

    __slots__ = ("_close_client", "_moved_at", "_waiting", "engine", "sid")
    kind = "socketio"

    def __init__(
        self, hub: "Hub", engine: Any, sid: str, address: str, close: Callable[[int], None]
    ) -> None:
        super().__init__(hub, address)
        self.engine = engine
        self.sid = sid
        self._close_client = close
        self._waiting = 0
        self._moved_at = 0.0

    def write(self, encoded: Encoded) -> None:
        if not self.closed_with:
            self.put(event_packet(encoded.text))

    def put(self, text: str) -> None:
        """Put a packet into the engine's queue, unless too much waits there."""
        self._put(text)
        if self.is_behind():
            self.fall_behind()

    def _put(self, text: str) -> None:
        socket = self.engine.sockets.get(self.sid)
        if socket and not socket.closed:
            socket.queue.put_nowait(Sent(text, self))

    def waits(self, size: int) -> None:
        if not self._waiting:
            self._moved_at = self.hub.loop.time()
        self._waiting += size

    def left(self, size: int) -> None:
        self._waiting -= size
        self._moved_at = self.hub.loop.time()

    def is_behind(self) -> bool:
        """Whether 1 MiB waits for the client, or something for 30 s."""
        waited = self.hub.loop.time() - self._moved_at if self._waiting else 0
        return self._waiting > BEHIND_BYTES or waited > BEHIND_SECONDS

    def buffered(self) -> int:
        return self._waiting

    def hang_up(self, code: int, reason: str) -> None:
        if code != SLOW:
            # A client that is told so does not come back by itself.
            self._put(event_packet(frames.said("closed", {"code": code, "reason": reason}).text))
            self._put(DISCONNECT)
        self._close_client(code)


@lru_cache(maxsize=128)
def event_packet(text: bytes) -> str:
    """Return a frame as an event packet, `2[name, {...}]`: made once for all who get the same bytes."""
    body = json.loads(text)
    beside = {name: body[name] for name in BESIDE if name in body}
    return "2" + dumps([body["event"], {**body.get("data", {}), **beside}]).decode()
