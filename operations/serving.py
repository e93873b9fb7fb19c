"""The processes of the site: the server with what runs beside it, under uvicorn or daphne."""

import asyncio
import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

import structlog
from asgiref.sync import sync_to_async
from channels.routing import get_default_application
from daphne.server import Server as DaphneServer
from django.conf import settings
from django.core.management.base import CommandError
from django.db import connections
from twisted.internet import reactor

from socialsite.lib import nodes
from socialsite.lib.asgi.server import SOCKET_FRAME_BYTES, SiteServer, configure
from socialsite.lib.realtime import hub
from socialsite.lib.tasks import Worker

KEEP_NODE_SECONDS = 30
STOP_SECONDS = 4.0
"""From the signal to the end, whatever still runs."""
PLAIN_HTTP = (
    "over plain http these are off: Secure and __Host- cookies, HSTS, the redirect to https"
)
DAPHNE = "daphne reads whole bodies before the site can refuse them: put a proxy with a body limit in front"
log = structlog.get_logger("serve")


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket, or refuse with one line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise CommandError(f"PORT: cannot listen on {host}:{port} ({reason}).") from None


def hold_data_dir() -> IO[str] | None:
    """Lock the data folder for this server, None when servers may share; refuse when another has it."""
    if settings.REDIS_URL and not settings.SQLITE:
        return None
    path = Path(settings.DATA_DIR) / "serve.lock"
    file = path.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CommandError(
            f"DATA_DIR: another server runs on {settings.DATA_DIR}; several need PostgreSQL and Redis."
        ) from None
    return file


def start_line(host: str, port: int, server: str, *, with_worker: bool) -> str:
    """Return what the start says: where, how, and what is off."""
    form = "SQLite" if settings.SQLITE else "PostgreSQL"
    tasks = "tasks in this process" if with_worker else "tasks elsewhere"
    parts = [
        f"{settings.SITE_NAME}: {settings.FRONTEND_URL} (listening on {host}:{port}, {form}, {tasks})"
    ]
    if not settings.HTTPS:
        parts.append(PLAIN_HTTP)
    if server == "daphne":
        parts.append(DAPHNE)
    return "; ".join(parts) + "."


class Background:
    """What runs beside the server: the lease of the node number, and the task worker unless it runs elsewhere."""

    def __init__(self, worker: Worker | None) -> None:
        self.worker = worker
        self.pool = ThreadPoolExecutor(1, "worker")
        self.tasks: list[asyncio.Task[None]] = []
        self.stop_by = 0.0

    def start(self) -> None:
        """Begin, on the running loop."""
        self.tasks.append(asyncio.create_task(self._keep_node()))
        if self.worker:
            self.tasks.append(asyncio.create_task(self._work(self.worker)))

    def stop(self) -> None:
        """Ask the worker to end after its current task; a signal handler may call this."""
        self.stop_by = self.stop_by or time.monotonic() + STOP_SECONDS
        if self.worker:
            self.worker.stop()

    def wait_stopped(self) -> bool:
        """Wait for the current task as long as the stop may take; False when it takes longer."""
        if not self.worker:
            return True
        return self.worker.wait_stopped(max(self.stop_by - time.monotonic(), 0.1))

    async def _work(self, worker: Worker) -> None:
        # By sync_to_async, so that what a task sends to sockets runs on this loop at once.
        run = sync_to_async(worker.run, thread_sensitive=False, executor=self.pool)
        while worker.running:
            try:
                await run()
            except Exception:
                log.exception("worker_failed")
                await asyncio.sleep(1)

    async def _keep_node(self) -> None:
        keep = sync_to_async(keep_node, thread_sensitive=False)
        while True:
            await asyncio.sleep(KEEP_NODE_SECONDS)
            try:
                await keep()
            except Exception:
                log.exception("node_lease_failed")


def keep_node() -> None:
    """Prolong the lease of the node number on a thread that keeps no connection."""
    try:
        nodes.keep_lease()
    finally:
        connections.close_all()


def run_uvicorn(listener: socket.socket, background: Background, say: Callable[[], None]) -> None:
    """Serve until a signal."""
    config = configure(get_default_application())

    async def main() -> None:
        background.start()
        await SiteServer(config, on_ready=say, on_exit=background.stop).serve([listener])
        background.stop()

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(main())


def run_daphne(listener: socket.socket, background: Background, say: Callable[[], None]) -> None:
    """Serve until a signal, by daphne."""

    def begin() -> None:
        background.start()
        say()

    # Not `callWhenRunning`, which comes before the loop runs. (Twisted's stubs know its own event types alone.)
    reactor.callLater(0, begin)  # type: ignore[arg-type]
    reactor.addSystemEventTrigger("before", "shutdown", background.stop)  # type: ignore[arg-type]
    # daphne tells nobody that it stops.
    reactor.addSystemEventTrigger("before", "shutdown", hub.stop)  # type: ignore[arg-type]
    DaphneServer(
        get_default_application(),
        endpoints=[f"fd:fileno={listener.fileno()}"],
        websocket_max_message_size=SOCKET_FRAME_BYTES,
        websocket_max_frame_size=SOCKET_FRAME_BYTES,
        application_close_timeout=3,
        server_name="",
    ).run()


SERVERS = {"uvicorn": run_uvicorn, "daphne": run_daphne}


def serve(
    listener: socket.socket, server: str, worker: Worker | None, say: Callable[[], None]
) -> None:
    """Run the site until a signal; return when all that was begun is done, or end the process when that takes too long."""
    nodes.claim()
    connections.close_all()
    background = Background(worker)
    try:
        SERVERS[server](listener, background, say)
    finally:
        done = background.wait_stopped()
        nodes.release()
    if not done:
        # The task is put back when its lease runs out; waiting for it would outlast the patience of who stops us.
        log.warning("task_left", reason="it took longer than the stop may take")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
