"""The real server or worker as a process of its own, with a data folder of its own."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = ("DATABASE_URL", "REDIS_URL", "NODE_ID", "WEB_CONCURRENCY", "FRONTEND_URL", "DEBUG")


class Process:
    """A command of `manage.py` that runs, and what it has said."""

    def __init__(self, folder: Path, *arguments: str, **variables: str) -> None:
        self.folder = folder
        self.port = int(variables.get("PORT") or free_port())
        self.log = folder / f"{arguments[0]}-{self.port}.log"
        environment = {k: v for k, v in os.environ.items() if k not in FOREIGN}
        environment |= {"DATA_DIR": str(folder), "PORT": str(self.port), **variables}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(ROOT / "manage.py"), *arguments],
                env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip

    def said(self) -> str:
        return self.log.read_text()

    def wait_said(self, words: str, seconds: float = 40) -> None:
        """Wait until it has said something; fail when it ends before."""
        deadline = time.monotonic() + seconds
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def stop(self) -> tuple[int, float]:
        """Send SIGTERM; return exit code and seconds to the end."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(20)
        return code, time.monotonic() - started

    def ask(
        self, method: str, path: str, body: Any = None, host: str = "127.0.0.1"
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Make one call; a dict is sent as JSON, an iterator chunked."""
        connection = http.client.HTTPConnection(host, self.port, timeout=30)
        headers = {"Host": "localhost"}
        if isinstance(body, dict):
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            # A refusal may come before the body is sent.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def memory(self) -> int:
        """Return the bytes that are resident at their highest so far."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@contextmanager
def running(
    folder: Path, *arguments: str, ready: str = "listening", **variables: str
) -> Iterator[Process]:
    """Run a command until the block ends."""
    process = Process(folder, *arguments, **variables)
    try:
        process.wait_said(ready)
        yield process
    finally:
        if process.process.poll() is None:
            process.process.kill()
        process.process.wait()


def refused(folder: Path, *arguments: str, **variables: str) -> str:
    """Run a command that must not start; return what it says."""
    process = Process(folder, *arguments, **variables)
    assert process.process.wait(40) != 0
    return process.said()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
