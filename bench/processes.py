"""Servers as processes of their own: started on core 0, watched, stopped."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from bench.contenders import Program

SERVER_CORE, LOAD_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60


@contextlib.contextmanager
def pinned(core: int | None) -> Iterator[None]:
    """Children started inside run on this core, where the machine lets us choose and has it; None leaves them all cores."""
    if core is None or not hasattr(os, "sched_setaffinity") or core not in os.sched_getaffinity(0):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Server:
    """A contender that runs inside `with`."""

    def __init__(
        self,
        contender: Program,
        environment: dict[str, str],
        log: Path,
        core: int | None = SERVER_CORE,
    ) -> None:
        self.contender, self.environment, self.log, self.core = contender, environment, log, core
        self.port = free_port()

    def __enter__(self) -> "Server":
        # Lines of the access log go to a file, as they do in production.
        with self.log.open("wb") as output, pinned(self.core):
            self.process = subprocess.Popen(
                self.contender.command(self.port),
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", self.port), 1),
            ):
                return
            time.sleep(0.05)
        self.process.kill()
        raise SystemExit(f"{self.contender.name} does not start:\n{self.log.read_text()[-3000:]}")

    def cpu_seconds(self) -> float:
        """Return the CPU that the process and its children have used so far."""
        return sum(cpu_of(pid) for pid in family(self.process.pid))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def family(pid: int) -> list[int]:
    """Return a process and all below it."""
    found = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += family(int(child))
    return found


def cpu_of(pid: int) -> float:
    """Return user and system time of a process, its finished children included, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(ticks) for ticks in fields[11:15]) / TICKS
