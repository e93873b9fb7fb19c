"""The gateway: one WebSocket of one person, from the handshake to the close.

It is a consumer of Channels without a channel layer of its own: what it hears, it runs; what it is sent, the hub writes.
"""

import asyncio
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from channels.consumer import AsyncConsumer
from rest_framework.exceptions import ParseError

from socialsite.lib.asgi.types import Message, Receive, Scope, Send
from socialsite.lib.errors import Invalid, NotSignedIn, RateLimited
from socialsite.lib.limits import Bucket, actor_address
from socialsite.lib.realtime import frames, reading
from socialsite.lib.realtime import hub as hubs
from socialsite.lib.realtime.dispatch import close_code, refusal
from socialsite.lib.realtime.doors import address_of, refuse
from socialsite.lib.realtime.lines import NOT_AUTHENTICATED, PROTOCOL_ERROR, TOO_MANY, Line
from socialsite.lib.realtime.origins import Origin, origin_of
from socialsite.lib.realtime.people import Known, people
from socialsite.lib.realtime.sockets import Socket, open_socket

AUTH_SECONDS = 5.0
ERRORS_IN_A_ROW = 10
FRAMES = (20, 10.0)
"""Frames at once, and a second; one counts for as many as it holds of FRAME_BYTES"""
FRAME_BYTES = 8192
REFUSALS = (50, 1.0)
"""Frames that are refused for their number before the socket is closed"""
PERSONAL_S = 0.5
"""How long the own stream waits for a client's `resume`, so that what it missed comes first"""
log = structlog.get_logger("realtime")


class Gateway(AsyncConsumer):
    """One socket."""

    hub: hubs.Hub
    socket: Socket

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a socket until it closes."""
        await receive()
        origin = origin_of(scope)
        if origin is Origin.FOREIGN:
            await refuse(scope, send, 403)
            return
        self.hub = hubs.current()
        address = actor_address(address_of(scope))
        if not self.hub.doors.enter(address):
            await refuse(scope, send, 429)
            return
        try:
            await self.serve(scope, receive, send, browser=origin is Origin.OURS)
        finally:
            self.hub.doors.leave(address)

    async def serve(self, scope: Scope, receive: Receive, send: Send, *, browser: bool) -> None:
        known, failure = await self.find_known(scope, browser=browser)
        await send({"type": "websocket.accept"})
        self.socket = open_socket(self.hub, scope, send, address_of(scope))
        self.receive = receive
        self.errors = 0
        self.bucket, self.patience = Bucket(*FRAMES), Bucket(*REFUSALS)
        try:
            if failure:
                self.refuse_person(failure)
            elif known or (known := await self.ask()):
                await self.welcome(known)
            # The socket has read them anew; these would stay as long as it is open.
            del known, failure
            await self.hear()
        finally:
            self.hub.remove(self.socket)
            self.socket.forget()
            self.log_end()

    def log_end(self) -> None:
        """Leave a line about the socket, as each call of REST does."""
        log.info(
            "socket_closed",
            connection_id=self.socket.connection_id,
            user=str(self.socket.person_id or ""),
            closed_with=self.socket.closed_with,
            seconds=round(time.time() - self.socket.opened_at, 1),
            address=self.socket.address,
        )

    async def find_known(
        self, scope: Scope, *, browser: bool
    ) -> tuple[Known | None, Exception | None]:
        """Return who the handshake names, or why not."""
        headers = {name.lower(): value for name, value in scope["headers"]}
        if b"authorization" not in headers and not (browser and b"cookie" in headers):
            return None, None
        try:
            return await self.hub.greet(
                partial(people().by_headers, headers, browser=browser)
            ), None
        except Exception as error:
            return None, error

    async def ask(self) -> Known | None:
        """Wait for the `auth` frame; None when it does not come, or names nobody."""
        try:
            async with asyncio.timeout(AUTH_SECONDS):
                message = await self.receive()
        except TimeoutError:
            self.socket.close(NOT_AUTHENTICATED, "No auth frame came.")
            return None
        if message["type"] == "websocket.disconnect":
            self.socket.closed_with = self.socket.closed_with or 1005
            return None
        return await self.authenticate(message)

    async def authenticate(self, message: Message) -> Known | None:
        """Return who the first frame names, and answer it."""
        request_id = None
        try:
            frame = frames.read(_text_of(message))
            request_id = frame.id
            if frame.event != "auth" or not isinstance(frame.data, Mapping):
                raise NotSignedIn("not_authenticated", "The first frame is auth, with a token.")
            token = frame.data.get("token")
            if not isinstance(token, str) or set(frame.data) != {"token"}:
                raise Invalid("invalid", "auth takes a token.", "token")
            known = await self.hub.greet(partial(people().by_token, token))
        except Exception as error:
            self.refuse_person(error, request_id)
            return None
        if request_id is not None:
            self.socket.write(frames.ack(request_id, {}))
        return known

    def refuse_person(self, error: Exception, request_id: str | None = None) -> None:
        self.socket.write(frames.error(request_id, refusal(error)))
        self.socket.close(close_code(error), "Not let in.")

    async def welcome(self, known: Known) -> None:
        """Let a person in: say hello, and let them hear their own stream."""
        self.socket.identify(*known)
        try:
            await self.hub.admit(self.socket)
            hello, useq = await introduced(self.socket)
        except Exception as error:
            self.refuse_person(error)
            return
        self.socket.greet(frames.said("hello", hello))
        self.socket.wait_to_hear_oneself(useq, PERSONAL_S)

    async def hear(self) -> None:
        """Handle frames in their order until the socket is closed."""
        while True:
            message = await self.receive()
            if message["type"] == "websocket.disconnect":
                self.socket.closed_with = self.socket.closed_with or 1005
                return
            if not self.socket.closed_with:
                await self.handle(message)

    async def handle(self, message: Message) -> None:
        """Answer one frame."""
        try:
            frame = frames.read(_text_of(message))
        except (ParseError, Invalid) as error:
            self.refuse_frame(error, message)
            return
        cost = cost_of(message.get("text") or message.get("bytes"))
        if not self.bucket.take(cost):
            self.slow_down(frame.id, cost)
            return
        outcome = await self.socket.run(frame.event, frame.data)
        if not outcome.ok:
            self.socket.write(frames.error(frame.id, outcome.data))
            self.count_error(is_error=outcome.is_protocol_error)
            return
        self.errors = 0
        if frame.id is not None:
            self.socket.write(frames.ack(frame.id, outcome.data))

    def refuse_frame(self, error: Exception, message: Message) -> None:
        """Answer what is no frame."""
        cost = cost_of(message.get("text") or message.get("bytes"))
        if not self.bucket.take(cost):
            self.slow_down(None, cost)
            return
        request_id = frames.id_of(message["text"]) if message.get("text") else None
        self.socket.write(frames.error(request_id, refusal(error)))
        self.count_error(is_error=True)

    def slow_down(self, request_id: str | None, cost: int) -> None:
        """Refuse a frame for the number of those before it; close when that does not help."""
        wait = max(1, self.bucket.wait_s(cost))
        error = RateLimited(wait, "Too many frames.")
        self.socket.write(frames.error(request_id, refusal(error)))
        if not self.patience.take(cost):
            self.socket.close(TOO_MANY, "Too many frames.")

    def count_error(self, *, is_error: bool) -> None:
        self.errors = self.errors + 1 if is_error else 0
        if self.errors >= ERRORS_IN_A_ROW:
            self.socket.close(PROTOCOL_ERROR, "Ten errors in a row.")


def _text_of(message: Message) -> str:
    text = message.get("text")
    if text is None:
        raise Invalid("invalid", "Frames are text.")
    return str(text)


def cost_of(sent: Any) -> int:
    """Return for how many frames one counts: a long one takes that much longer to read."""
    return 1 + len(sent) // FRAME_BYTES if isinstance(sent, str | bytes) else 1


async def introduced(line: Line) -> tuple[dict[str, Any], int]:
    """Return the data of `hello` for a line that is admitted, and the number from which its own stream is live."""
    card, useq = await line.hub.greet(partial(_read_card, line))
    hello = {
        "connection_id": line.connection_id,
        "user": card,
        "server_time": frames.now(),
        "protocol": frames.PROTOCOL,
        "heartbeat_s": frames.HEARTBEAT_S,
        "useq": useq,
    }
    return hello, useq


def _read_card(line: Line) -> tuple[Any, int]:
    """Return the person's card and the last number of their own stream; the credential is read once more, now that orders reach it."""
    user, auth = people().renew(line.auth)
    line.user, line.auth = user, auth
    last, _ = reading.bounds([user.pk])[user.pk]
    return people().card(user), last
