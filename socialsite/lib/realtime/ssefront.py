"""The front of event streams: a call that a view has granted becomes a line of the hub, sent at the reader's pace."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from rest_framework.exceptions import APIException

from socialsite.lib.asgi.refusals import refuse
from socialsite.lib.asgi.sending import wait_for_disconnect
from socialsite.lib.asgi.threads import Busy
from socialsite.lib.asgi.types import App, Headers, Message, Receive, Scope, Send
from socialsite.lib.errors import RateLimited
from socialsite.lib.limits import actor_address
from socialsite.lib.realtime import frames, sse
from socialsite.lib.realtime.dispatch import refusal
from socialsite.lib.realtime.frames import Encoded
from socialsite.lib.realtime.lines import BEHIND_BYTES, BEHIND_SECONDS, RESTART, SLOW, Line
from socialsite.lib.realtime.people import people

if TYPE_CHECKING:
    from socialsite.lib.realtime.hub import Hub

PATH_END = "/stream"
PING_SECONDS = 15.0
PING = b": ping\n\n"
ONCE_SECONDS = 25.0
LAST_WORDS_SECONDS = 1.0
CORS = (b"access-control-", b"vary")


class EventLine(Line):
    """A reader of one stream; what it has not been sent yet waits here."""

    __slots__ = ("ended", "pending", "sending", "sending_since", "size", "woken")
    kind = "sse"

    def __init__(self, hub: "Hub", address: str) -> None:
        super().__init__(hub, address)
        # Event streams have no hello.
        self.is_greeted = True
        self.pending: list[bytes] = []
        self.size = self.sending = 0
        """Bytes that wait, and that were handed over but may not have been taken yet"""
        self.sending_since: float | None = None
        self.woken = asyncio.Event()
        self.ended = asyncio.Event()

    def write(self, encoded: Encoded) -> None:
        if self.closed_with:
            return
        self.pending.append(encoded.text)
        self.size += len(encoded.text)
        self.woken.set()
        if self.is_behind():
            self.fall_behind()

    def is_behind(self) -> bool:
        """Whether the reader holds up 1 MiB, or has taken nothing for 30 s."""
        if self.sending_since is None:
            return False
        waited = self.hub.loop.time() - self.sending_since
        return self.size > BEHIND_BYTES or waited > BEHIND_SECONDS

    def buffered(self) -> int:
        return self.size + self.sending

    def hang_up(self, code: int, reason: str) -> None:
        if code == SLOW:
            self.pending.clear()
        else:
            said = frames.said("closed", {"code": code, "reason": reason})
            self.pending.append(said.text)
        self.woken.set()
        self.ended.set()

    def taken(self) -> bytes:
        """Return what waits as one piece."""
        texts, self.pending, self.size = self.pending, [], 0
        self.woken.clear()
        return b"".join(map(sse.event_of, texts))

    @property
    def is_over(self) -> bool:
        """Whether nothing more can come: the line was closed, or the reader may hear the stream no more."""
        return bool(self.closed_with) or not self.topics


class EventStreams:
    """ASGI middleware before the WSGI bridge: an answer that a view has handed over goes on as a stream of events."""

    def __init__(self, app: App, hub: "Callable[[], Hub]") -> None:
        self.app = app
        self.hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].rstrip("/").endswith(PATH_END):
            await self.app(scope, receive, send)
            return
        handover = sse.Handover()
        scope["environ"] = {sse.HANDOVER: handover}
        heads: list[Message] = []

        async def catch(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] != 200:
                # The view has granted it, and something failed after that.
                handover.opening = None
            if handover.opening is None:
                await send(message)
            elif message["type"] == "http.response.start":
                heads.append(message)

        await self.app(scope, receive, catch)
        if handover.opening and heads:
            await self.open(handover.opening, heads[0], scope, receive, send)

    async def open(
        self, opening: sse.Opening, head: Message, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Send what was missed and what comes, until one side has had enough."""
        hub, address = self.hub(), actor_address(opening.address)
        line = EventLine(hub, opening.address)
        is_in = hub.doors.enter(address)
        try:
            if not is_in:
                raise RateLimited(60, "This address has too many sockets open.")
            await admit(line, opening)
            scope["end"] = partial(line.close, RESTART, "The server restarts.")
            await send({**head, "headers": headers_of(head)})
            retry_ms = random.randint(*sse.RETRY_MS)  # noqa: S311 - spreads readers in time
            write = write_once if opening.once else write_all
            await self.serve(line, write(line, sse.retry(retry_ms), send), receive)
        except (APIException, Busy) as error:
            await refuse_as(head, error, send)
            return
        finally:
            hub.remove(line)
            if is_in:
                hub.doors.leave(address)
        if line.closed_with == SLOW and (drop := scope.get("drop")):
            drop()
        else:
            await send({"type": "http.response.body", "body": b""})

    async def serve(
        self, line: EventLine, writing: Coroutine[Any, Any, None], receive: Receive
    ) -> None:
        """Run the writer until the line ends or the reader leaves; an ended line may say its last words."""
        writer = asyncio.create_task(writing)
        gone = asyncio.create_task(wait_for_disconnect(receive))
        ended = asyncio.create_task(line.ended.wait())
        tasks = {writer, gone, ended}
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if ended.done() and line.closed_with != SLOW and not gone.done():
                await asyncio.wait({writer, gone}, timeout=LAST_WORDS_SECONDS)
        finally:
            for task in tasks:
                task.cancel()
            with suppress(asyncio.CancelledError):
                await asyncio.gather(*tasks, return_exceptions=True)


async def write_all(line: EventLine, greeting: bytes, send: Send) -> None:
    """Send what waits at the reader's pace, and a comment when there was nothing for 15 s."""
    piece = greeting
    while True:
        line.sending, line.sending_since = len(piece), line.hub.loop.time()
        await send({"type": "http.response.body", "body": piece, "more_body": True})
        line.sending, line.sending_since = 0, None
        if line.is_over and not line.pending:
            return
        if not line.pending:
            with suppress(TimeoutError):
                async with asyncio.timeout(PING_SECONDS):
                    await line.woken.wait()
        piece = line.taken() or PING


async def write_once(line: EventLine, greeting: bytes, send: Send) -> None:
    """Send the first events when they are there, and no others."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ONCE_SECONDS):
            await line.woken.wait()
    await send({"type": "http.response.body", "body": greeting + line.taken(), "more_body": True})


async def admit(line: EventLine, opening: sse.Opening) -> None:
    """Let a reader in. Raises RateLimited, and NotSignedIn when the sign-in has ended since the view looked."""
    line.identify(opening.user, opening.auth)
    await line.hub.admit(line)
    # From now on orders reach the line; what was ordered before is seen here.
    line.identify(*await line.hub.greet(partial(people().renew, opening.auth)))
    start = opening.start
    if start.resync:
        line.write(start.resync)
    line.listen_from(start.stream_id, start.after, last=start.last)


async def refuse_as(head: Message, error: APIException | Busy, send: Send) -> None:
    """Answer with an error in the place of the stream."""
    body, status = refusal(error), getattr(error, "status_code", 503)
    [told] = body["errors"]
    extra = [pair for pair in head["headers"] if pair[0].lower().startswith(CORS)]
    if retry_after := body.get("retry_after"):
        extra.append((b"retry-after", b"%d" % retry_after))
    await refuse(send, status, told["code"], told["detail"], extra)


def headers_of(head: Message) -> Headers:
    """Return the view's headers for an answer whose length nobody knows."""
    return [pair for pair in head["headers"] if pair[0].lower() != b"content-length"]
