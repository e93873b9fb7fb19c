"""Runs the load generator against servers that have been started, and reads what it found."""

import contextlib
import json
import secrets
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contenders import environment
from bench.processes import LOAD_CORE, SERVER_CORE, Server, family, pinned
from bench.sockets import tools
from bench.sockets.targets import Target, Wire

PACED_DELIVERIES = 5000
WARM_SECONDS = 1
RUN_SECONDS = 900
PER_ADDRESS = 200
Found = dict[str, Any]
"""What load.c prints; times in ms, CPU in µs a delivery, `lost` a share"""


@dataclass(frozen=True)
class Load:
    """How much of it: the members of the room, how many of them send (0: all, in turn), and the phases."""

    members: int
    senders: int = 0
    phases: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


def phases(seconds: float) -> tuple[str, ...]:
    return f"warm:{WARM_SECONDS}", f"paced:{seconds}", f"full:{seconds}"


@contextlib.contextmanager
def running(target: Target, data_dir: Path, more: dict[str, str]) -> Iterator[list[Server]]:
    """Start a target, in as many processes as it has."""
    with contextlib.ExitStack() as stack:
        env, core = environment(target, data_dir) | more, SERVER_CORE if target.is_pinned else None
        yield [
            stack.enter_context(Server(target, env, data_dir / f"server-{number}.log", core))
            for number in range(target.processes)
        ]


def run(
    servers: Sequence[Server], wire: Wire, load: Load, people: Sequence[tuple[str, str]] = ()
) -> Found:
    """Load the servers, by (token, room) for each connection of the site; a refusal stops the run."""
    with tempfile.NamedTemporaryFile("w", suffix=".people") as file:
        file.write("".join(f"{token}\t{room}\n" for token, room in people))
        file.flush()
        command = arguments(servers, wire, load, file.name if people else "")
        with pinned(LOAD_CORE if servers[0].core is not None else None):
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
            )
    name = servers[0].contender.name
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}{servers[0].log.read_text()[-3000:]}")
    found: Found = json.loads(done.stdout)
    if found["complaint"]:
        raise SystemExit(f"{name}: {found['complaint']}")
    if found["closed"]:
        print(f"    {found['closed']} sockets were closed, code {found['close_code']}")
    found["phases"] = {phase["mode"]: phase for phase in found["phases"]}
    return found


def arguments(servers: Sequence[Server], wire: Wire, load: Load, people: str) -> list[str]:
    """Return the command of the generator; `$K` in a message is new for each run."""
    pids = [str(pid) for server in servers for pid in family(server.process.pid)]
    pairs = [
        ("--port", ",".join(str(server.port) for server in servers)),
        ("--pids", ",".join(pids)),
        ("--members", str(load.members)),
        ("--senders", str(load.senders)),
        ("--rate", str(PACED_DELIVERIES)),
        ("--addresses", str(-(-load.members // PER_ADDRESS))),
        ("--path", wire.path),
        ("--message", wire.message.replace("$K", secrets.token_hex(4))),
        ("--marker", wire.marker),
        *(("--header", header) for header in (*wire.headers, *load.headers)),
        *(("--step", step) for step in wire.steps),
        *(("--phase", phase) for phase in load.phases),
        *([("--people", people)] if people else []),
    ]
    program = tools.compiled(tools.LOAD)
    if not program:
        raise SystemExit("the load generator needs a C compiler (cc)")
    return [str(program), *(part for pair in pairs for part in pair), *wire.flags]
