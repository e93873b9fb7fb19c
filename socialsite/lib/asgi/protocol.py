"""uvicorn's HTTP protocol with the guards that an application cannot have: before a head is whole there is no request."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from socialsite.lib.asgi.refusals import render

MAX_HEAD_BYTES = 32 * 1024
MAX_HEADERS = 100
HEAD_SECONDS = 15
"""How long a request's head may take, and a new connection may stay silent."""
READ_SECONDS = 30
READ_BYTES = 30_000
"""A client that is sent something must take so much in so long, or is dropped."""


class HeadTooLarge(Exception):
    """The head is larger than this server reads."""


class GuardedProtocol(HttpToolsProtocol):
    """Limits on size and time of the head, on silent and slow readers, and on the number of connections."""

    max_connections = 10_000
    head_seconds: float = HEAD_SECONDS
    read_seconds: float = READ_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading_head = True
        self.head_begun = self.head_refused = False
        self.head_bytes = 0
        self.head_timer: asyncio.TimerHandle | None = None
        self.write_timer: asyncio.TimerHandle | None = None
        self.unwritten = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self.max_connections:
            self.close_with(503, "unavailable", "The server is busy.")
            return
        self.head_timer = self.loop.call_later(self.head_seconds, self.close_silently)

    def connection_lost(self, exc: Exception | None) -> None:
        self.stop_timer()
        if self.write_timer:
            self.write_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        self.head_begun = False
        super().data_received(data)
        if not self.reading_head or self.transport.is_closing():
            return
        if not self.head_begun:
            # From the second piece on: in the first it may stand behind a body.
            self.head_bytes += len(data)
        if self.head_bytes > MAX_HEAD_BYTES:
            self.close_with(431, "head_too_large", "The head of the request is too large.")
        elif self.head_timer is None:
            self.head_timer = self.loop.call_later(self.head_seconds, self.close_silently)

    def on_message_begin(self) -> None:
        self.reading_head = self.head_begun = True
        self.head_bytes = 0
        super().on_message_begin()
        scope: Any = self.scope
        scope["drop"] = self.transport.abort

    def on_headers_complete(self) -> None:
        self.reading_head = False
        self.stop_timer()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if len(self.headers) > MAX_HEADERS or size > MAX_HEAD_BYTES:
            self.head_refused = True
            raise HeadTooLarge
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be parsed, and heads that `on_headers_complete` has refused, in the API's shape."""
        if self.head_refused:
            self.close_with(431, "head_too_large", "The head of the request is too large.")
        else:
            self.close_with(400, "parse_error", "This is not an HTTP request.")

    def shutdown(self) -> None:
        """Close at the server's stop, after the running answer; a request that has not come whole yet is not begun.

        An answer without an end says by `scope["end"]` how to end it; `scope["drop"]` is for one whose reader does not take it.
        """
        if self.cycle and not self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()
            return
        super().shutdown()
        scope: Any = self.cycle.scope if self.cycle else {}
        if end := scope.get("end"):
            end()

    def close_with(self, status: int, code: str, detail: str) -> None:
        """Answer with one error and close."""
        headers, body = render(status, code, detail)
        lines = [b"%s: %s\r\n" % pair for pair in [*headers, (b"connection", b"close")]]
        self.transport.write(b"".join([STATUS_LINE[status], *lines, b"\r\n", body]))
        self.transport.close()

    def close_silently(self) -> None:
        self.head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def stop_timer(self) -> None:
        if self.head_timer:
            self.head_timer.cancel()
            self.head_timer = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self.unwritten = self.transport.get_write_buffer_size()
        if self.write_timer is None:
            self.write_timer = self.loop.call_later(self.read_seconds, self.drop_slow_reader)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self.write_timer:
            self.write_timer.cancel()
            self.write_timer = None

    def drop_slow_reader(self) -> None:
        """Drop a client that has taken less than its due; look again later when it reads on."""
        left = self.transport.get_write_buffer_size()
        if self.unwritten - left < READ_BYTES:
            self.write_timer = None
            self.transport.abort()
            return
        self.unwritten = left
        self.write_timer = self.loop.call_later(self.read_seconds, self.drop_slow_reader)
