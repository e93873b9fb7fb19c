"""WebSockets in tests: the real application on a port of this process, and a client that speaks to it as a program does."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from channels.routing import get_default_application
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from socialsite.lib.asgi.server import SiteServer, configure
from socialsite.lib.asgi.types import App

Data = dict[str, Any]
PATIENCE = 10.0
"""Seconds until an answer is taken for lost; tests share their machine"""


class Refused(Exception):
    """The server answered a command with an error frame."""

    def __init__(self, body: Data) -> None:
        super().__init__(json.dumps(body))
        self.body = body
        self.code = str(body["errors"][0]["code"])
        self.retry_after = body.get("retry_after")


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class SocketClient:
    """One socket; `frames` is all it was sent, in order, answers too."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[Data] = []
        self.unread: list[Data] = []
        self.number = 0

    def __enter__(self) -> "SocketClient":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    @property
    def closed_code(self) -> int | None:
        """The code with which the server closed it, None while it is open."""
        return self.connection.close_code

    def send(self, event: str, data: Any = None, request_id: str | None = None) -> None:
        """Send a frame and wait for nothing."""
        body = {"event": event, "data": {} if data is None else data}
        self.send_text(json.dumps(body | ({"id": request_id} if request_id else {})))

    def send_text(self, text: str | bytes) -> None:
        try:
            self.connection.send(text)
        except ConnectionClosed:
            raise Closed(self.connection.close_code or 1006) from None

    def call(self, event: str, **data: Any) -> Data:
        """Run a command and return the data of its ack. Raises Refused."""
        self.number += 1
        request_id = f"call-{self.number}"
        self.send(event, data, request_id)
        answer = self.wait(lambda frame: frame.get("id") == request_id)
        if answer["event"] == "error":
            raise Refused(answer["data"])
        return dict(answer["data"])

    def event(self, name: str, timeout: float = PATIENCE) -> Data:
        """Return the next frame of that name; others stay for later."""
        return self.wait(lambda frame: frame["event"] == name, timeout)

    def wait(self, fits: Any, timeout: float = PATIENCE) -> Data:
        """Return the next frame that fits. Raises TimeoutError and Closed."""
        for frame in self.unread:
            if fits(frame):
                self.unread.remove(frame)
                return frame
        deadline = time.monotonic() + timeout
        while True:
            frame = self.read(max(deadline - time.monotonic(), 0))
            if fits(frame):
                self.unread.remove(frame)
                return frame

    def read(self, timeout: float = PATIENCE) -> Data:
        """Return the next frame from the wire, which stays unread."""
        try:
            frame: Data = json.loads(self.connection.recv(timeout))
        except ConnectionClosed:
            raise Closed(self.connection.close_code or 1006) from None
        self.frames.append(frame)
        self.unread.append(frame)
        return frame

    def quiet(self, name: str = "", seconds: float = 0.3) -> None:
        """Fail when a frame of that name, or any push, comes within so long."""
        try:
            found = self.wait(lambda f: f["event"] == name if name else "id" not in f, seconds)
        except TimeoutError:
            return
        raise AssertionError(f"was sent {found}")

    def wait_closed(self, timeout: float = PATIENCE) -> int:
        """Return the code with which the server closes."""
        deadline = time.monotonic() + timeout
        try:
            while True:
                self.read(max(deadline - time.monotonic(), 0))
        except Closed as closed:
            return closed.code


class LiveSite:
    """The application of this process on a free port."""

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(
        self, who: Any = None, *, hello: bool = True, path: str = "/ws/", **options: Any
    ) -> SocketClient:
        """Open a socket for a token, or for whoever an ApiClient speaks for, and wait for `hello`."""
        token = who if isinstance(who, str) else getattr(who, "token", "")
        headers = dict(options.pop("headers", None) or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        client = SocketClient(
            connect(
                f"ws://127.0.0.1:{self.port}{path}",
                additional_headers=headers,
                compression=None,
                ping_interval=None,
                open_timeout=PATIENCE,
                max_size=None,
                legacy=True,
                **options,
            )
        )
        if token and hello:
            client.event("hello")
        return client


@contextmanager
def serving(app: App | None = None) -> Iterator[LiveSite]:
    """Serve on a free port, in a thread of its own, until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    ready = threading.Event()
    server = SiteServer(
        configure(app or get_default_application()), on_ready=ready.set, on_exit=lambda: None
    )
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), daemon=True)
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield LiveSite(listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()


@pytest.fixture
def live_site(transactional_db: None) -> Iterator[LiveSite]:
    """The whole site on a port, with the database of the test."""
    with serving() as site:
        yield site
