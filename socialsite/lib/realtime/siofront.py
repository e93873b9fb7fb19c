"""The front of the Socket.IO door: which calls and sockets come to the engine, and which are refused before it."""

from functools import partial
from urllib.parse import parse_qs

import structlog

from socialsite.lib.asgi.refusals import refuse
from socialsite.lib.asgi.types import App, Message, Receive, Scope, Send
from socialsite.lib.realtime import hub as hubs
from socialsite.lib.realtime.doors import refuse as refuse_socket
from socialsite.lib.realtime.lines import RESTART
from socialsite.lib.realtime.origins import Origin, origin_of
from socialsite.lib.realtime.socketio import Door

PATH = "/socket.io"
CALL_HEADERS = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]

log = structlog.get_logger("realtime")
_door: Door | None = None


def door() -> Door:
    """Return the door of the running loop's hub."""
    global _door  # noqa: PLW0603 - one hub, one door
    hub = hubs.current()
    if _door is None or _door.hub is not hub:
        _door = Door(hub)
    return _door


class SocketIO:
    """ASGI middleware: what goes to `/socket.io/` is for the engine, by either transport."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or scope["path"].rstrip("/") != PATH:
            await self.app(scope, receive, send)
            return
        is_socket = scope["type"] == "websocket"
        reason = why_not(scope)
        if reason and is_socket:
            await receive()
            await refuse_socket(scope, send, reason[0])
        elif reason:
            await refuse(send, *reason)
        elif is_socket:
            await self.serve_socket(scope, receive, send)
        else:
            await self.serve_call(scope, receive, send)

    async def serve_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        here, sid = door(), sid_of(scope)
        if sid:
            here.keep(sid, scope)
        try:
            await here.engine.handle_request(scope, receive, send)
        except (ValueError, IndexError) as error:
            # What is no packet of the engine's breaks its loop.
            log.info("packet_unread", error=repr(error))
        finally:
            await here.leave(scope)

    async def serve_call(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = door()
        if sid := sid_of(scope):
            scope["end"] = partial(here.close, sid, RESTART)

        async def send_plain(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *CALL_HEADERS]}
            await send(message)

        await here.engine.handle_request(scope, receive, send_plain)


def why_not(scope: Scope) -> tuple[int, str, str] | None:
    """Return status, code and text of the refusal of a call that must not reach the engine."""
    if origin_of(scope) is Origin.FOREIGN:
        return 403, "permission_denied", "This origin may not speak to the site."
    query = parse_qs(scope["query_string"].decode("latin-1"))
    if "j" in query:
        # A script of any page could read the answer.
        return 400, "invalid", "JSONP is not served."
    if "sid" not in query and door().is_full(scope):
        return 429, "throttled", "This address has too many sockets open."
    return None


def sid_of(scope: Scope) -> str:
    """Return the engine's name for the client, empty before it has one."""
    return parse_qs(scope["query_string"].decode("latin-1")).get("sid", [""])[0]
