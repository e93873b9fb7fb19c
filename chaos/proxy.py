"""A TCP proxy that loses answers: the call reaches the site and has its effect, and the caller never hears of it."""

import random
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

CHUNK = 65_536


class Proxy(socketserver.ThreadingTCPServer):
    """Forward each connection to a port, and swallow all that comes back on a share of them."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, target: int, share: float, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.share = target, share
        self.port = int(self.server_address[1])
        self.dropped = self.forwarded = 0
        self._dice, self._lock = random.Random(seed), threading.Lock()

    def is_doomed(self) -> bool:
        """Say whether the next answer gets lost, and count."""
        with self._lock:
            doomed = self._dice.random() < self.share
            self.dropped += doomed
            self.forwarded += not doomed
        return doomed


class _Handler(socketserver.BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        doomed = self.server.is_doomed()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server.target)) as site:
            threading.Thread(target=_pump, args=(self.request, site), daemon=True).start()
            _pump(site, None if doomed else self.request)


def _pump(source: Any, target: Any) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK):
            if target is not None:
                target.sendall(chunk)


@contextmanager
def losing_answers(target: int, share: float, seed: int = 1) -> Iterator[Proxy]:
    """Run a proxy before a port until the block ends."""
    with Proxy(target, share, seed) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
