"""Who is measured in one room: the site with its events, and the same room written by other means."""

import importlib.util
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bench.contenders import SERVE
from bench.sockets import tools

WORDS = "#$N and some words so that it is as long as what people write"


@dataclass(frozen=True)
class Wire:
    """What a client says, in the texts of load.c: how it joins, what it sends, and how its deliveries are known."""

    message: str
    path: str = "/"
    marker: str = '"#'
    headers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def _text(event: str, **data: str) -> str:
    return json.dumps({"event": event, **data}, separators=(",", ":"))


def _command(event: str, *, number: str = "", **data: str) -> str:
    """Return a frame of the site's protocol; with a number it is acknowledged."""
    named = {"id": number} if number else {}
    return json.dumps({"event": event, **named, "data": data}, separators=(",", ":"))


PLAIN = Wire(_text("message", room="bench", user="person$I", text=WORDS))
ENGINE_IO = Wire(
    f'42["message",{PLAIN.message}]',
    path="/socket.io/?EIO=4&transport=websocket",
    steps=("wait:0{", "send:40", "wait:40"),
    flags=("--engine-io",),
)
_SITE = Wire(
    "",
    path="/ws/",
    headers=("Authorization: Bearer $T",),
    steps=(
        "wait:hello",
        'send:{"event":"subscribe","id":"sub","data":{"topics":["room:$R"]}}',
        'wait:"sub"',
    ),
)
TYPING = replace(
    _SITE,
    message=_command("typing", room_id="$R", is_typing="$B").replace('"$B"', "$B"),
    marker='"bench_',
    flags=("--by-sender", "--but-sender", "--rest", "1.6"),
)
"""Its pushes carry no text, so they are known by the name of who types, `bench_<number>`; nobody is told twice in 3 s that one types"""
_STORED = {"room_id": "$R", "client_id": "$K-$N"}
MESSAGE = replace(_SITE, message=_command("send_message", number="s$N", content=WORDS, **_STORED))
ACKS = replace(
    _SITE,
    message=_command("send_message", number="#$N", content="Some words.", **_STORED),
    flags=("--acks",),
)


@dataclass(frozen=True)
class Target:
    """One server to start, in the shape of `bench.contenders.Contender`, and how its clients speak."""

    name: str
    what: str
    start: Callable[[], tuple[str, ...] | None]
    """The command, with {port} in it; None when it is not installed"""
    wire: Wire = PLAIN
    most: int = 1_000_000
    """More members are not asked of it"""
    processes: int = 1
    is_pinned: bool = True
    shared: bool = False
    """On PostgreSQL and Redis"""
    env: dict[str, str] = field(default_factory=dict)

    @property
    def is_installed(self) -> bool:
        return self.start() is not None

    @property
    def is_site(self) -> bool:
        return self.wire.path == "/ws/"

    def command(self, port: int) -> list[str]:
        return [part.replace("{port}", str(port)) for part in self.start() or ()]


def _python(needs: str, *arguments: str) -> Callable[[], tuple[str, ...] | None]:
    def start() -> tuple[str, ...] | None:
        return (sys.executable, *arguments) if importlib.util.find_spec(needs) else None

    return start


def _node(script: str) -> Callable[[], tuple[str, ...] | None]:
    def start() -> tuple[str, ...] | None:
        folder = tools.node_peers()
        return (shutil.which("node") or "node", str(folder / script), "{port}") if folder else None

    return start


def _limit() -> tuple[str, ...] | None:
    program = tools.compiled(tools.LIMIT)
    return (str(program), "{port}") if program else None


uvicorn = _python("uvicorn", *SERVE)
daphne = _python("daphne", *SERVE, "--server", "daphne")
SITE_TYPING, SITE_MESSAGE = "site, typing", "site, message"
WS, SOCKETIO, PYTHON_SOCKETIO = "Node ws", "Node socket.io", "python-socketio"
THREADING, GEVENT = "Flask-SocketIO, threading", "Flask-SocketIO, gevent"
CHANNELS, LIMIT = "Channels, uvicorn", "C limit"
ONE, TWO = "{}, 1 process over Redis", "{}, 2 processes over Redis"
_ROOMS = "bench.peers.{}_rooms"

TARGETS = [
    Target(SITE_TYPING, "`manage.py serve`, `typing`: checked and limited, not stored; the sender gets none", uvicorn, TYPING),
    Target(SITE_MESSAGE, "the same, `send_message`: stored in SQLite with its event, then sent", uvicorn, MESSAGE),
    Target(f"{SITE_TYPING}, daphne", "`manage.py serve --server daphne`", daphne, TYPING, most=1000),
    Target(f"{SITE_MESSAGE}, daphne", "`manage.py serve --server daphne`", daphne, MESSAGE, most=1000),
    Target(f"{SITE_MESSAGE}, PostgreSQL", "stored in PostgreSQL, with Redis beside it", uvicorn, MESSAGE, shared=True),
    Target(WS, "Node `ws`: JSON made once, one `send` for each member", _node("ws.js")),
    Target(SOCKETIO, "socket.io on Node: `to(room).emit`", _node("socketio.js"), ENGINE_IO),
    Target(
        PYTHON_SOCKETIO, "python-socketio's AsyncServer on uvicorn",
        _python("socketio", "-m", _ROOMS.format("socketio"), "{port}"), ENGINE_IO,
    ),
    Target(
        THREADING, "Flask-SocketIO with threads, as the source document has it",
        _python("flask_socketio", "-m", _ROOMS.format("flask"), "threading", "{port}"), ENGINE_IO, most=1000,
    ),
    Target(
        GEVENT, "Flask-SocketIO on gevent",
        _python("gevent", "-m", _ROOMS.format("flask"), "gevent", "{port}"), ENGINE_IO,
    ),
    Target(
        CHANNELS, "Channels as its tutorial writes it: AsyncJsonWebsocketConsumer, in-memory layer",
        _python("channels", "-m", _ROOMS.format("channels"), "uvicorn", "{port}"), most=1000,
    ),
    Target(
        "Channels, daphne", "the same on daphne",
        _python("channels", "-m", _ROOMS.format("channels"), "daphne", "{port}"), most=1000,
    ),
    Target(LIMIT, "a C program over epoll: one frame, one write for each member, no checks (`bench/peers/socket_limit.c`)", _limit),
    *(
        Target(
            form.format(name), "on PostgreSQL; nothing pinned, the load generator on the same cores",
            uvicorn, wire, processes=number, is_pinned=False, shared=True,
        )
        for name, wire in ((SITE_TYPING, TYPING), (SITE_MESSAGE, MESSAGE))
        for number, form in ((1, ONE), (2, TWO))
    ),
]  # fmt: skip
