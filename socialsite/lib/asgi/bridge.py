"""Django's WSGI handler behind an ASGI server, on kept threads.

Its own instead of `a2wsgi`: that one costs three changes of thread for each answer, copies the context (so each request
opens its cache clients anew), shows Django a chunked body as an empty one, hands on a body cut off in the middle as if it
were whole, and lets four readers of a large file hold four threads. Measured side by side it costs twice the CPU.
"""

import asyncio
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import IO, Any

import structlog

from socialsite.lib.asgi import environ
from socialsite.lib.asgi.refusals import refuse
from socialsite.lib.asgi.sending import send_file, wait_for_disconnect
from socialsite.lib.asgi.threads import Busy, Threads
from socialsite.lib.asgi.types import (
    Headers,
    Message,
    Receive,
    Scope,
    Send,
    announces_body,
    find_header,
)

SPOOL_BYTES = 64 * 1024
"""A body above this lies in a temporary file, so that many at once do not fill the memory."""
PIECE_BYTES = 256 * 1024
"""A generated answer above this is sent piece by piece, at the reader's pace."""
BODILESS = {204, 304}
log = structlog.get_logger("front")

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Gone(Exception):
    """The client has left before its body was whole."""


@dataclass(slots=True)
class Answer:
    """What the application has answered: the head, and the body as bytes or as an open file."""

    status: int = 500
    headers: Headers = field(default_factory=list)
    chunks: list[bytes] = field(default_factory=list)
    file: environ.FileWrapper | None = None

    def start(
        self, status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], None]:
        """Take the head, as WSGI's `start_response`."""
        self.status = int(status[:3])
        self.headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        return self.chunks.append

    def head(self) -> Message:
        return {"type": "http.response.start", "status": self.status, "headers": self.headers}


class WsgiBridge:
    """An ASGI application that runs a WSGI one: body first, then one call on a thread, then the answer."""

    def __init__(self, app: WsgiApp, threads: Threads, file_threads: Threads) -> None:
        self.app = app
        self.threads = threads
        self.file_threads = file_threads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body, size = await read_body(scope, receive)
        except Gone:
            return
        relay = Relay(asyncio.get_running_loop(), receive, send)
        call = partial(self.call, environ.build(scope, body, size), relay)
        try:
            answer = await self.threads.run(call)
        except Busy:
            await refuse(send, 503, "unavailable", "The server is busy.", [(b"retry-after", b"1")])
            return
        except Exception:
            log.exception("unhandled_exception")
            if not relay.begun:
                await refuse(send, 500, "error", "The server failed.")
            return
        finally:
            body.close()
            relay.close()
        if relay.begun:
            await send({"type": "http.response.body", "body": b"".join(answer.chunks)})
        else:
            await self.answer(answer, scope["method"] == "HEAD", receive, send)

    def call(self, variables: dict[str, Any], relay: "Relay") -> Answer:
        """Run the application on this thread and return its answer, as far as it is not sent already."""
        answer = Answer()
        result = self.app(variables, answer.start)
        if isinstance(result, environ.FileWrapper):
            answer.file = result
            return answer
        try:
            collect(iter(result), answer, relay)
        finally:
            if close := getattr(result, "close", None):
                close()
        return answer

    async def answer(self, answer: Answer, head_only: bool, receive: Receive, send: Send) -> None:
        """Send what `call` has returned."""
        if answer.file:
            await send(answer.head())
            file, threads = answer.file.file, self.file_threads
            await send_file(file, None, receive, send, threads, head_only=head_only)
            return
        body = b"".join(answer.chunks)
        known = find_header(answer.headers, b"content-length")
        if known is None and answer.status not in BODILESS:
            answer.headers.append((b"content-length", str(len(body)).encode()))
        await send(answer.head())
        await send({"type": "http.response.body", "body": b"" if head_only else body})


async def read_body(scope: Scope, receive: Receive) -> tuple[IO[bytes], int | None]:
    """Return the whole body and its size; a thread is taken only after that, so a slow sender holds none."""
    if not announces_body(scope["headers"]):
        return io.BytesIO(), None
    message = await receive()
    if message["type"] == "http.request" and not message.get("more_body"):
        data = message.get("body", b"")
        return io.BytesIO(data), len(data)
    spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - the caller closes it
    try:
        await fill(spool, message, receive)
    except BaseException:
        spool.close()
        raise
    size = spool.tell()
    spool.seek(0)
    return spool, size


async def fill(spool: IO[bytes], message: Message, receive: Receive) -> None:
    while message["type"] == "http.request":
        spool.write(message.get("body", b""))
        if not message.get("more_body"):
            return
        message = await receive()
    raise Gone


def collect(chunks: Iterator[bytes], answer: Answer, relay: "Relay") -> None:
    """Gather the answer; once it is long and goes on, send what there is and wait for the reader."""
    size = 0
    for chunk in chunks:
        if size >= PIECE_BYTES:
            relay.push(answer)
            size = 0
            if relay.gone:
                return
        answer.chunks.append(chunk)
        size += len(chunk)


class Relay:
    """Sends pieces of a long answer from the thread that makes them.

    The thread waits as long as the reader takes his due; the protocol drops the others.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive, send: Send) -> None:
        self.loop, self.receive, self.send = loop, receive, send
        self.begun = self.gone = False
        self.watch: asyncio.Task[None] | None = None

    def push(self, answer: Answer) -> None:
        """Send the chunks so far, after the head if that is due."""
        piece = b"".join(answer.chunks)
        answer.chunks.clear()
        asyncio.run_coroutine_threadsafe(self._push(answer, piece), self.loop).result()

    async def _push(self, answer: Answer, piece: bytes) -> None:
        if not self.begun:
            self.begun = True
            self.watch = asyncio.create_task(self._wait_for_end())
            await self.send(answer.head())
        await self.send({"type": "http.response.body", "body": piece, "more_body": True})

    async def _wait_for_end(self) -> None:
        await wait_for_disconnect(self.receive)
        self.gone = True

    def close(self) -> None:
        if self.watch:
            self.watch.cancel()
