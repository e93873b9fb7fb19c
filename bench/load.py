"""Load: wrk if it is installed, else the generator of this package; both rotate through the same requests."""

import json
import resource
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.pages import Request
from bench.processes import LOAD_CORE, Server, pinned

HERE = Path(__file__).parent
WARM_SECONDS = 5
"""What a server does once after its start, the jobs that are due among it, is no part of a request."""


@dataclass(frozen=True)
class Sample:
    """One page of one contender in one round; times in ms, CPU in µs a request."""

    requests_a_second: float
    p50: float
    p99: float
    cpu: float
    generator_share: float
    """The part of its core the load generator used; near 1 it is the generator that was measured"""

    def short(self) -> dict[str, float]:
        return {name: round(value, 2) for name, value in asdict(self).items()}


def median(samples: list[Sample], field: str) -> float:
    return statistics.median(getattr(sample, field) for sample in samples)


class Generator:
    """Loads one server at a time."""

    def __init__(self, connections: int, seconds: int, *, own: bool) -> None:
        self.connections, self.seconds, self.own = connections, seconds, own

    @property
    def name(self) -> str:
        return "bench/generator.py" if self.own else "wrk"

    def measure(self, server: Server, requests: list[Request], data_dir: Path) -> Sample:
        """Warm up, then load and read the server's CPU before and after."""
        file = data_dir / "requests.txt"
        file.write_text("".join(f"{r.path}\t{r.header}\t{r.value}\n" for r in requests))
        self._run(server.port, file, WARM_SECONDS)
        server_before, own_before = server.cpu_seconds(), children_cpu()
        found = self._run(server.port, file, self.seconds)
        server_cpu, own_cpu = server.cpu_seconds() - server_before, children_cpu() - own_before
        if found["errors"]:
            raise SystemExit(f"{server.contender.name}: {found['errors']} errors")
        return Sample(
            requests_a_second=found["requests"] / found["seconds"],
            p50=found["p50_us"] / 1000,
            p99=found["p99_us"] / 1000,
            cpu=server_cpu / found["requests"] * 1e6,
            generator_share=own_cpu / found["seconds"],
        )

    def _run(self, port: int, requests: Path, seconds: int) -> dict[str, float]:
        with pinned(LOAD_CORE):
            done = subprocess.run(
                self._command(port, requests, seconds),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
            )
        found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
        return found

    def _command(self, port: int, requests: Path, seconds: int) -> list[str]:
        if self.own:
            numbers = [str(port), str(self.connections), str(seconds)]
            return [sys.executable, str(HERE / "generator.py"), *numbers, str(requests)]
        load = ["-t1", f"-c{self.connections}", f"-d{seconds}s", "--timeout", "20s"]
        url = f"http://127.0.0.1:{port}/"
        return ["wrk", *load, "-s", str(HERE / "rotate.lua"), url, "--", str(requests)]


def children_cpu() -> float:
    """Return the CPU of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
