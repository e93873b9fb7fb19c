"""A front around a small WSGI application on a free port, and raw clients for it."""

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

from socialsite.lib.asgi.bodies import BodyGuard
from socialsite.lib.asgi.bridge import WsgiApp, WsgiBridge
from socialsite.lib.asgi.files import FileSender
from socialsite.lib.asgi.server import SiteServer, configure
from socialsite.lib.asgi.sockets import Lifespan
from socialsite.lib.asgi.threads import Threads
from socialsite.lib.asgi.types import App, Receive, Scope, Send

Start = Callable[..., Any]
LIMIT = 1024 * 1024


def compose(wsgi: WsgiApp, root: Path, slow_seconds: float = 30, threads: int = 2) -> App:
    """Put the parts of the front together as `socialsite.asgi` does."""
    web, files = Threads(threads, "web", waiting=8), Threads(2, "files")
    sender = FileSender(WsgiBridge(wsgi, web, files), root, files)
    guard = BodyGuard(sender, LIMIT, {"/upload/": 3 * LIMIT}, slow_seconds)
    life = Lifespan(web.stop, files.stop)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await (life if scope["type"] == "lifespan" else guard)(scope, receive, send)

    return app


@contextmanager
def serving(app: App, **protocol: float) -> Iterator[int]:
    """Serve on a free port in a thread of its own; `protocol` replaces limits of the HTTP protocol."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    config = configure(app)
    config.http = type("Tested", (config.http,), protocol)  # type: ignore[arg-type]
    ready = threading.Event()
    server = SiteServer(config, on_ready=ready.set, on_exit=lambda: None)
    thread = threading.Thread(target=run, args=(server, listener), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(10)


def run(server: uvicorn.Server, listener: socket.socket) -> None:
    server.run(sockets=[listener])


def ask(
    port: int, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """Make one call on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        chunked = body is not None and not isinstance(body, bytes)
        connection.request(method, path, body, headers or {}, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def speak(port: int, *pieces: bytes, pause: float = 0) -> bytes:
    """Send raw bytes and return all that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        try:
            for piece in pieces:
                client.sendall(piece)
                time.sleep(pause)
        except OSError:
            pass
        return read_all(client)


def read_all(client: socket.socket) -> bytes:
    """Return what comes until the end or a reset."""
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts)


def plain(start: Start, body: bytes, *headers: tuple[str, str]) -> Iterable[bytes]:
    """Answer 200 with a text."""
    start("200 OK", [("Content-Type", "text/plain"), *headers])
    return [body]
