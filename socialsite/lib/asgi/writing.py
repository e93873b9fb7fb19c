"""uvicorn's WebSocket protocol with a way in for those who write whole frames themselves."""

import asyncio
from typing import Any, Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from socialsite.lib.limits import Bucket

EXTENSION = "socialsite.frames"
"""In the scope's `extensions`: the protocol itself"""
CLOSE_SECONDS = 10.0
"""How long a client may take to answer a close; one that does not read is cut off then"""
DEAD, TOO_MANY, TOO_LARGE = 4408, 4429, 1009
PINGS = (100, 5.0)
"""Pings, and pongs that nobody asked for, at once and a second"""
PIECES = 256
SLICE_BYTES = 4096
"""What comes is read so much at a time: thousands of the smallest frames fit into what a transport hands over at once"""
UNREAD = 500
"""Messages that may wait for the application: the frames of a socket are counted when they are read"""
LATE_BYTES = 256 * 1024
"""What a client may go on sending after the close frame"""


class Inbox:
    """What has come in over one socket, for its one reader: an `asyncio.Queue` takes 3 KiB when it is empty."""

    __slots__ = ("_messages", "_waiting")

    def __init__(self) -> None:
        self._messages: list[Any] = []
        self._waiting: asyncio.Future[None] | None = None

    def put_nowait(self, message: Any) -> None:
        self._messages.append(message)
        if self._waiting and not self._waiting.done():
            self._waiting.set_result(None)

    async def get(self) -> Any:
        while not self._messages:
            self._waiting = asyncio.get_running_loop().create_future()
            await self._waiting
            self._waiting = None
        return self._messages.pop(0)

    def empty(self) -> bool:
        return not self._messages

    def clear(self) -> None:
        self._messages.clear()

    def __len__(self) -> int:
        return len(self._messages)


class Reader(Protocol):
    """Who writes to the transport, and must know when the client does not keep up."""

    def paused(self) -> None: ...

    def resumed(self) -> None: ...

    def lost(self) -> None: ...


class FrameProtocol(WebSocketsSansIOProtocol):
    """A WebSocket whose application may write prepared frames to `transport`, next to ASGI's `send`."""

    reader: Reader | None = None
    pings: Bucket | None = None
    late = 0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue: Any = Inbox()

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            extensions: Any = self.scope["extensions"]
            extensions[EXTENSION] = self

    def forget_handshake(self) -> None:
        """Let go of the heads of both sides once nobody reads them again: they take 5 KiB."""
        headers: Any = self.scope["headers"]
        headers.clear()
        self.request.headers.clear()
        del self.request, self.response

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), SLICE_BYTES):
            if self.transport.is_closing():
                return
            piece = data[start : start + SLICE_BYTES]
            if self.close_sent:
                self.late += len(piece)
            if self.late > LATE_BYTES:
                self.transport.abort()
                return
            super().data_received(piece)
            if len(self.queue) > UNREAD:
                self.hang_up(TOO_MANY, "Too many frames.")

    def pause_writing(self) -> None:
        super().pause_writing()
        if self.reader:
            self.reader.paused()

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.reader:
            self.reader.resumed()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self.reader:
            self.reader.lost()
            self.reader = None

    def handle_ping(self) -> None:
        """Answer a ping, as often as an honest client asks: each costs an answer that nobody else may refuse."""
        if self._may_go_on():
            super().handle_ping()

    def handle_pong(self, event: Any) -> None:
        """Take the answer to a ping; one that nobody asked for counts as a ping."""
        if bytes(event.data) == self.pending_ping_payload or self._may_go_on():
            super().handle_pong(event)

    def _may_go_on(self) -> bool:
        self.pings = self.pings or Bucket(*PINGS)
        if self.pings.take():
            return True
        self.conn.data_to_send()
        self.hang_up(TOO_MANY, "Too many pings.")
        return False

    def handle_cont(self, event: Any) -> None:
        """Gather a message that comes in pieces, of which an honest client makes few."""
        if len(self.frames) < PIECES:
            super().handle_cont(event)
        else:
            self.frames = []
            self.hang_up(TOO_LARGE, "Too many pieces.")

    def handle_close(self, event: Any) -> None:
        if self.reader:
            self.reader.lost()
        super().handle_close(event)

    def handle_parser_exception(self) -> None:
        if self.reader:
            self.reader.lost()
        super().handle_parser_exception()

    def shutdown(self) -> None:
        if self.reader:
            self.reader.lost()
        super().shutdown()

    def hang_up(self, code: int, reason: str) -> None:
        """Send a close frame and end soon, whether the client reads or not; `send` would wait for one that does not."""
        if self.close_sent or self.transport.is_closing():
            return
        self.stop_keepalive()
        # What it has said before is not heard any more.
        self.queue.clear()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        try:
            self.conn.send_close(code, reason)
        except InvalidState:
            self.transport.close()
            return
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(CLOSE_SECONDS, self.transport.abort)

    def keepalive_timeout(self) -> None:
        """Close for a client that answers no ping, as uvicorn does, with a code of ours."""
        self.pong_timer = None
        self.pending_ping_payload = None
        self.hang_up(DEAD, "No answer to a ping.")
