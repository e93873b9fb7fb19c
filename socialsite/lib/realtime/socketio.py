"""The Socket.IO door: `emit(name, data, callback)` runs the command of that name, and pushes are events of theirs.

It speaks protocol 5 of Socket.IO over python-engineio (polling and WebSocket) with python-socketio's packets. python-socketio's own
server is left out: it takes an event that a client calls `connect` for its handler's, runs the events of one client side by side, waits
for ever for readers that are gone, and keeps rooms that the hub has already.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import engineio
from engineio import packet as engine_packets
from rest_framework.exceptions import ParseError
from socketio import packet as packets

from socialsite.lib.api.parsers import parse
from socialsite.lib.api.renderers import dumps
from socialsite.lib.asgi.server import DEAD_SECONDS, PING_SECONDS, SOCKET_FRAME_BYTES
from socialsite.lib.asgi.types import Scope
from socialsite.lib.asgi.writing import EXTENSION
from socialsite.lib.errors import Invalid, NotSignedIn, RateLimited
from socialsite.lib.limits import Bucket, actor_address
from socialsite.lib.realtime import frames, gateway
from socialsite.lib.realtime import hub as hubs
from socialsite.lib.realtime.dispatch import close_code, refusal
from socialsite.lib.realtime.doors import address_of
from socialsite.lib.realtime.lines import NOT_AUTHENTICATED, PROTOCOL_ERROR, SLOW, TOO_MANY
from socialsite.lib.realtime.origins import Origin, origin_of
from socialsite.lib.realtime.people import Known, people
from socialsite.lib.realtime.sioline import PacketLine, Sent

SID = "socketio.sid"
TAKEN = {engine_packets.MESSAGE, engine_packets.PONG, engine_packets.CLOSE}
"""What a client has to send the engine once it is there"""
LAST_WORDS_SECONDS = 1.0
Data = dict[str, Any]
engine_log = logging.getLogger("engineio.server")
# Below this it writes every packet, with what people say in it.
engine_log.setLevel(logging.ERROR)


class StrictJSON:
    """JSON as all of the site takes it, behind the two names that the libraries call."""

    @staticmethod
    def loads(text: str) -> Any:
        try:
            return parse(text.encode("utf-8", "surrogatepass"))
        except ParseError as error:
            raise ValueError(str(error)) from error

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return dumps(value).decode()


class Packet(packets.Packet):
    """A packet of Socket.IO; bytes are never sent, and never taken."""

    uses_binary_events = False
    json = StrictJSON


class Engine(engineio.AsyncServer):
    """The transports, with tasks that end with the hub."""

    def __init__(self, hub: hubs.Hub) -> None:
        self.hub = hub
        super().__init__(
            async_mode="asgi",
            ping_interval=PING_SECONDS,
            ping_timeout=DEAD_SECONDS - PING_SECONDS,
            max_http_buffer_size=SOCKET_FRAME_BYTES,
            http_compression=False,
            # The origin is looked at before anything comes here.
            cors_allowed_origins="*",
            logger=engine_log,
            json=StrictJSON,
            async_handlers=False,
        )

    async def disconnect(self, sid: str | None = None) -> None:
        """End a client as the library does, but for waiting until it has read all: one that does not read would hold its caller."""
        if socket := self.sockets.pop(sid, None):
            await socket.close(wait=False)

    def start_background_task(self, target: Callable[..., Any], *args: Any, **named: Any) -> Any:
        return self.hub.spawn(target(*args, **named))


class Visitor:
    """One client of the engine: first nobody, then the person behind a line."""

    __slots__ = (
        "address", "bucket", "errors", "is_asked", "line", "patience", "scope", "timer", "until",
    )  # fmt: skip

    def __init__(self, scope: Scope, address: str, until: float) -> None:
        self.scope = scope
        self.address = address
        self.until = until
        """When it has to have said who it is, by the clock of the loop"""
        self.timer: asyncio.TimerHandle | None = None
        self.line: PacketLine | None = None
        self.is_asked = False
        self.errors = 0
        self.bucket, self.patience = Bucket(*gateway.FRAMES), Bucket(*gateway.REFUSALS)

    def stop_clock(self) -> None:
        if self.timer:
            self.timer.cancel()

    def enter(self, line: PacketLine) -> None:
        """Become the person behind a line; what it took to come in does not count as frames."""
        self.line, self.bucket = line, Bucket(*gateway.FRAMES)


class Door:
    """The Socket.IO clients of one hub."""

    def __init__(self, hub: hubs.Hub) -> None:
        self.hub = hub
        self.visitors: dict[str, Visitor] = {}
        self.sockets: dict[str, Scope] = {}
        """The scope of the WebSocket of each client that has one"""
        self.engine = Engine(hub)
        for event in ("connect", "message", "disconnect"):
            self.engine.on(event, getattr(self, f"on_{event}"))

    # What the engine tells

    async def on_connect(self, sid: str, environ: Data) -> str | None:
        """Take a client in that has said nothing yet; a text refuses it."""
        scope = environ["asgi.scope"]
        address = actor_address(address_of(scope))
        if not self.hub.doors.enter(address):
            return "Too many sockets."
        visitor = Visitor(scope, address, self.hub.loop.time() + gateway.AUTH_SECONDS)
        self.visitors[sid] = visitor
        self.expect(sid, visitor, NOT_AUTHENTICATED)
        socket = self.engine.sockets[sid]
        socket.receive = partial(self.receive, sid, socket.receive)
        if scope["type"] == "websocket":
            self.keep(sid, scope)
        return None

    async def on_disconnect(self, sid: str, reason: str = "") -> None:
        visitor = self.visitors.pop(sid, None)
        if visitor is None:
            return
        visitor.stop_clock()
        self.hub.doors.leave(visitor.address)
        if socket := self.engine.sockets.get(sid):
            # A poll that waits would wait for its whole time.
            socket.queue.put_nowait(engine_packets.Packet(engine_packets.NOOP))
        if visitor.line:
            self.hub.remove(visitor.line)
            visitor.line.forget()

    async def receive(self, sid: str, take: Callable[[Any], Any], packet: Any) -> None:
        """Let the engine take a packet of its protocol, no faster than the frames of a socket: each may cost it an answer."""
        visitor = self.visitors.get(sid)
        if visitor is None:
            return
        if not visitor.bucket.take(gateway.cost_of(packet.data)):
            self.slow_down(sid, visitor, packet.data)
        elif packet.packet_type in TAKEN:
            await take(packet)

    async def on_message(self, sid: str, message: Any) -> None:
        """Handle one packet; what is none is refused, and the tenth in a row closes."""
        visitor = self.visitors.get(sid)
        if visitor is None:
            return
        try:
            await self.handle(sid, visitor, read_packet(message))
        except Invalid as error:
            self.tell_error(sid, visitor, None, refusal(error), is_protocol=True)

    async def handle(self, sid: str, visitor: Visitor, packet: Packet) -> None:
        if packet.packet_type == packets.CONNECT:
            await self.welcome(sid, visitor, packet)
        elif packet.packet_type == packets.DISCONNECT:
            self.close(sid, 1000)
        elif packet.packet_type == packets.EVENT and visitor.line:
            await self.run(sid, visitor, visitor.line, packet)

    # People

    async def welcome(self, sid: str, visitor: Visitor, packet: Packet) -> None:
        """Let the person in whom the handshake names, or say why not."""
        if visitor.is_asked or packet.namespace not in {None, "/"}:
            raise Invalid("invalid", "There is one namespace, and it is connected once.")
        visitor.is_asked = True
        # Its five seconds are over when it has asked, not when the server has answered.
        visitor.stop_clock()
        line = PacketLine(self.hub, self.engine, sid, visitor.address, partial(self.close, sid))
        try:
            known = await self.hub.greet(partial(find_known, visitor.scope, packet.data))
            line.identify(*known)
            await self.hub.admit(line)
            hello, useq = await gateway.introduced(line)
        except Exception as error:
            self.hub.remove(line)
            self.refuse_person(sid, visitor, error)
            return
        if sid not in self.visitors:
            self.hub.remove(line)
            return
        visitor.enter(line)
        self.put(sid, Packet(packets.CONNECT, {"sid": line.connection_id}))
        line.greet(frames.said("hello", hello))
        line.wait_to_hear_oneself(useq, gateway.PERSONAL_S)

    def refuse_person(self, sid: str, visitor: Visitor, error: Exception) -> None:
        """Say why somebody is not let in; they may try again as long as their time lasts."""
        body = refusal(error)
        told = {"message": body["errors"][0]["detail"], "data": body}
        self.put(sid, Packet(packets.CONNECT_ERROR, told))
        visitor.is_asked = False
        self.expect(sid, visitor, close_code(error))

    def expect(self, sid: str, visitor: Visitor, code: int) -> None:
        """Close a client with a code, unless it says in time who it is."""
        visitor.timer = self.hub.loop.call_at(visitor.until, self.close, sid, code)

    # Commands

    async def run(self, sid: str, visitor: Visitor, line: PacketLine, packet: Packet) -> None:
        """Run a command and answer: the callback gets the ack's data, or `{error}`; an `error` event tells of it too."""
        name, data = read_event(packet.data)
        outcome = await line.run(name, data)
        if outcome.ok:
            visitor.errors = 0
            self.acknowledge(sid, packet.id, outcome.data)
        else:
            is_protocol = outcome.is_protocol_error
            self.tell_error(sid, visitor, packet.id, outcome.data, name, is_protocol=is_protocol)

    def slow_down(self, sid: str, visitor: Visitor, message: Any) -> None:
        """Refuse a packet for the number of those before it; close when that does not help."""
        cost = gateway.cost_of(message)
        wait = max(1, visitor.bucket.wait_s(cost))
        packet_id, name = named_by(message)
        body = refusal(RateLimited(wait, "Too many frames."))
        self.tell_error(sid, visitor, packet_id, body, name)
        if visitor.patience.take(cost):
            return
        if visitor.line:
            visitor.line.close(TOO_MANY, "Too many frames.")
        else:
            self.close(sid, TOO_MANY)

    def tell_error(
        self,
        sid: str,
        visitor: Visitor,
        packet_id: int | None,
        body: Data,
        name: str = "",
        *,
        is_protocol: bool = False,
    ) -> None:
        self.acknowledge(sid, packet_id, {"error": body})
        about = {"event": name} if name else {}
        self.put(sid, Packet(packets.EVENT, ["error", {**body, **about}]))
        visitor.errors = visitor.errors + 1 if is_protocol else 0
        if visitor.errors >= gateway.ERRORS_IN_A_ROW:
            self.close(sid, PROTOCOL_ERROR)

    def acknowledge(self, sid: str, packet_id: int | None, data: Data) -> None:
        if packet_id is not None:
            self.put(sid, Packet(packets.ACK, [data], id=packet_id))

    def put(self, sid: str, packet: Packet) -> None:
        """Send a packet to a client that is there."""
        visitor, socket = self.visitors.get(sid), self.engine.sockets.get(sid)
        if visitor and visitor.line:
            visitor.line.put(packet.encode())
        elif socket and not socket.closed:
            socket.queue.put_nowait(Sent(packet.encode()))

    def is_full(self, scope: Scope) -> bool:
        """Whether the caller's address has its share of sockets."""
        return not self.hub.doors.has_room(actor_address(address_of(scope)))

    def keep(self, sid: str, scope: Scope) -> None:
        """Remember which WebSocket is whose: the first, as a client has one."""
        scope[SID] = sid
        self.sockets.setdefault(sid, scope)

    async def leave(self, scope: Scope) -> None:
        """Let go of a WebSocket that is gone, and of the client that had come over to it."""
        sid = scope.get(SID, "")
        if self.sockets.get(sid) is not scope:
            return
        del self.sockets[sid]
        socket = self.engine.sockets.get(sid)
        if socket and socket.upgraded:
            await socket.close(wait=False, abort=True)

    def close(self, sid: str, code: int) -> None:
        """End a client's transport soon, whether it reads or not."""
        _ = self.hub.spawn(self._close(sid, code))

    async def _close(self, sid: str, code: int) -> None:
        scope = self.sockets.get(sid, {})
        if socket := self.engine.sockets.get(sid):
            await socket.close(wait=False)
            if code != SLOW:
                # What it was told last leaves first.
                with suppress(TimeoutError):
                    async with asyncio.timeout(LAST_WORDS_SECONDS):
                        await socket.queue.join()
        if protocol := scope.get("extensions", {}).get(EXTENSION):
            protocol.hang_up(code, "")


def read_packet(message: Any) -> Packet:
    """Return a packet; raises Invalid."""
    if not isinstance(message, str):
        raise Invalid("invalid", "Packets are text.")
    try:
        packet = Packet(encoded_packet=message)
    except (ValueError, IndexError) as error:
        raise Invalid("parse_error", "This is not a packet of Socket.IO.") from error
    if packet.packet_type not in {packets.CONNECT, packets.DISCONNECT, packets.EVENT, packets.ACK}:
        raise Invalid("invalid", "Packets of this type are not taken.")
    return packet


def named_by(message: Any) -> tuple[int | None, str]:
    """Return the number of the callback and the name of an event that is refused, as far as they can be read."""
    try:
        packet = read_packet(message)
        name, _ = read_event(packet.data) if packet.packet_type == packets.EVENT else ("", None)
    except Invalid:
        return None, ""
    return packet.id, name


def read_event(arguments: Any) -> tuple[str, Any]:
    """Return the name and the data of an event; raises Invalid."""
    if not isinstance(arguments, list) or not 1 <= len(arguments) <= 2:
        raise Invalid("invalid", "An event has a name and one object.", "data")
    name, *data = arguments
    if not isinstance(name, str) or not 0 < len(name) <= frames.EVENT_LENGTH:
        raise Invalid("invalid", "The event is the name of a command.", "event")
    return name, data[0] if data and data[0] is not None else {}


def find_known(scope: Scope, auth: Any) -> Known:
    """Return who a handshake names: by `auth: {token}`, by the header, or by the cookie of a page of ours. Raises NotSignedIn."""
    token = auth.get("token") if isinstance(auth, dict) else None
    if isinstance(token, str) and token:
        return people().by_token(token)
    headers = {name.lower(): value for name, value in scope["headers"]}
    known = people().by_headers(headers, browser=origin_of(scope) is Origin.OURS)
    if known is None:
        raise NotSignedIn("not_authenticated", "Sign in first: auth: {token}.")
    return known
