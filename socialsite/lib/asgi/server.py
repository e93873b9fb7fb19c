"""uvicorn as this site runs it: guarded, without tricks of its own, stopped by a signal with exit code 0."""

import resource
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from socialsite.lib.asgi.protocol import GuardedProtocol
from socialsite.lib.asgi.types import App
from socialsite.lib.asgi.writing import FrameProtocol

MAX_CONNECTIONS = 10_000
SPARE_DESCRIPTORS = 200
SOCKET_FRAME_BYTES = 64 * 1024
PING_SECONDS, DEAD_SECONDS = 25, 60
"""How often a socket is asked whether it is there, and after how long without an answer it is not."""
GRACE_SECONDS = 3
"""How long running requests may take after the signal."""


class SiteServer(uvicorn.Server):
    """uvicorn's server; `on_ready` is called when it accepts, `on_exit` when a signal ends it."""

    def __init__(
        self, config: uvicorn.Config, on_ready: Callable[[], None], on_exit: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self.on_ready = on_ready
        self.on_exit = on_exit

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop, and at a second signal at once.

        uvicorn's own raises the signal again at the end, which would make a clean stop look like a failure.
        """
        self.force_exit = self.should_exit
        self.should_exit = True
        self.on_exit()


def configure(app: App) -> uvicorn.Config:
    """Return uvicorn's configuration for the site."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=protocol_class(allowed_connections()),
        ws=FrameProtocol,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=DEAD_SECONDS - PING_SECONDS,
        ws_max_size=SOCKET_FRAME_BYTES,
        ws_per_message_deflate=False,  # a browser could raise the memory of each socket by offering it
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # how many proxies to believe is a setting of ours
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def protocol_class(connections: int) -> type[GuardedProtocol]:
    """Return the HTTP protocol with that cap on open connections."""
    return type("SiteProtocol", (GuardedProtocol,), {"max_connections": connections})


def allowed_connections() -> int:
    """Return how many connections the process can hold, after asking for all the descriptors it may have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + SPARE_DESCRIPTORS
    if soft < wanted and soft != resource.RLIM_INFINITY:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    usable = wanted if soft == resource.RLIM_INFINITY else soft
    return max(min(MAX_CONNECTIONS, usable - SPARE_DESCRIPTORS), 50)
