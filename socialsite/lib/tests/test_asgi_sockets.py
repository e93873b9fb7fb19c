"""Sockets on the front: small frames, no compression, a clean refusal; and the life of the server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import websockets

from socialsite.lib.asgi.sockets import Lifespan, refuse_socket
from socialsite.lib.asgi.types import Message, Receive, Scope, Send
from socialsite.lib.tests.front import serving

FRAME = 64 * 1024


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Say back what comes."""
    await receive()
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": str(len(message["text"]))})


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await Lifespan()(scope, receive, send)
    else:
        await (echo if scope["path"] == "/echo" else refuse_socket)(scope, receive, send)


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(app) as number:
        yield number


def converse(port: int, path: str, talk: Callable[[Any], Awaitable[Any]]) -> Any:
    """Open a socket that offers compression, and talk."""

    async def session() -> Any:
        async with websockets.connect(f"ws://127.0.0.1:{port}{path}") as socket:
            return await talk(socket)

    return asyncio.run(session())


def test_t30_frame_of_64_kib_is_taken(port: int) -> None:
    async def talk(socket: Any) -> Any:
        await socket.send("x" * FRAME)
        return await socket.recv()

    assert converse(port, "/echo", talk) == str(FRAME)


def test_t30_larger_frame_closes_the_socket_with_1009(port: int) -> None:
    async def talk(socket: Any) -> Any:
        await socket.send("x" * (FRAME + 1))
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        return closed.value.rcvd.code if closed.value.rcvd else None

    assert converse(port, "/echo", talk) == 1009


def test_t30_compression_is_not_agreed_on(port: int) -> None:
    async def talk(socket: Any) -> Any:
        return socket.response.headers.get("Sec-WebSocket-Extensions")

    assert converse(port, "/echo", talk) is None


def test_path_nobody_serves_is_403(port: int) -> None:
    async def talk(socket: Any) -> None:
        pytest.fail("accepted")

    with pytest.raises(websockets.InvalidStatus) as refusal:
        converse(port, "/none", talk)
    assert refusal.value.response.status_code == 403


async def test_lifespan_calls_what_has_to_end() -> None:
    ended: list[str] = []
    sent: list[str] = []
    events = iter(["lifespan.startup", "lifespan.shutdown"])

    async def receive() -> Message:
        return {"type": next(events)}

    async def send(message: Message) -> None:
        sent.append(message["type"])

    await Lifespan(lambda: ended.append("a"), lambda: ended.append("b"))({}, receive, send)
    assert ended == ["a", "b"]
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
