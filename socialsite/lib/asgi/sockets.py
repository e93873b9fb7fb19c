"""What stands behind the last route of the sockets, and beside it the life of the server."""

from collections.abc import Callable

from socialsite.lib.asgi.types import Receive, Scope, Send


async def refuse_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a socket whose path nobody serves: the handshake is answered with 403."""
    await receive()
    await send({"type": "websocket.close", "code": 4404})


class Lifespan:
    """Answers the server's start and stop; at the stop it calls what has to end."""

    def __init__(self, *at_stop: Callable[[], None]) -> None:
        self.at_stop = at_stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        for stop in self.at_stop:
            stop()
        await send({"type": "lifespan.shutdown.complete"})
