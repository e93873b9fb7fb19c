"""The guard before every body: too large is 413 before anything is stored, too slow is 408."""

import asyncio
import time
from collections.abc import Mapping

from socialsite.lib.asgi.refusals import refuse_body
from socialsite.lib.asgi.types import (
    App,
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    announces_body,
    find_header,
)

SLOW_BYTES_PER_SECOND = 1000
TOO_LARGE = (413, "body_too_large", "The body is larger than {cap} bytes.")
TOO_SLOW = (408, "body_too_slow", "The body came too slowly.")


class Refused(Exception):
    """The body is refused with this status, code and text."""


class BodyGuard:
    """ASGI middleware: bodies up to `limit` bytes, for paths below a prefix in `uploads` up to its own number.

    A body may be slow for `slow_seconds`; after that it must have come at 1 kB a second on the whole.
    """

    def __init__(
        self, app: App, limit: int, uploads: Mapping[str, int], slow_seconds: float
    ) -> None:
        self.app = app
        self.limit = limit
        self.uploads = uploads
        self.slow_seconds = slow_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not announces_body(scope["headers"]):
            await self.app(scope, receive, send)
            return
        cap = self.cap(scope["path"])
        try:
            if declared_size(scope["headers"]) > cap:
                raise Refused(*TOO_LARGE)
            await self.app(scope, GuardedBody(receive, cap, self.slow_seconds).receive, send)
        except Refused as refused:
            status, code, detail = refused.args
            await refuse_body(receive, send, status, code, detail.format(cap=cap))

    def cap(self, path: str) -> int:
        """Return how many bytes a body to this path may have."""
        return max(
            (size for prefix, size in self.uploads.items() if path.startswith(prefix)),
            default=self.limit,
        )


class GuardedBody:
    """`receive` that counts and looks at the clock; it raises `Refused`."""

    def __init__(self, receive: Receive, cap: int, slow_seconds: float) -> None:
        self.inner = receive
        self.cap = cap
        self.slow_seconds = slow_seconds
        self.received = 0
        self.whole = False
        self.started = time.monotonic()

    async def receive(self) -> Message:
        if self.whole:
            return await self.inner()
        message = await self._receive_in_time()
        self.received += len(message.get("body", b""))
        if self.received > self.cap:
            raise Refused(*TOO_LARGE)
        self.whole = not message.get("more_body", False)
        return message

    async def _receive_in_time(self) -> Message:
        allowed = max(self.slow_seconds, self.received / SLOW_BYTES_PER_SECOND)
        left = self.started + allowed - time.monotonic()
        try:
            async with asyncio.timeout(max(left, 0)):
                return await self.inner()
        except TimeoutError:
            raise Refused(*TOO_SLOW) from None


def declared_size(headers: Headers) -> int:
    """Return Content-Length, 0 when there is none; what is not a number is the parser's to refuse."""
    text = find_header(headers, b"content-length") or b"0"
    return int(text) if text.isdigit() and len(text) < 20 else 0
