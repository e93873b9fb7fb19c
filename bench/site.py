"""What needs Django runs in processes of its own: filling the database, and the figures from inside."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contenders import Contender, environment
from bench.processes import SERVER_CORE, pinned


@dataclass(frozen=True)
class Seed:
    """Who calls, and whose pages they read."""

    viewers: list[dict[str, str]]
    pairs: list[tuple[int, str]]
    """(number of the viewer, id of a person the viewer may see)"""
    open_pairs: list[tuple[int, str]]
    """The same, only people with twenty followers that anyone may list"""


def seed(data_dir: Path, people: int) -> Seed:
    """Make the database all contenders read."""
    return Seed(**_run("bench.inside.seed", data_dir, str(people)))


def measure_inside(data_dir: Path) -> dict[str, Any]:
    """Return what is measured without a server: the middleware alone, and the statements of a page."""
    with pinned(SERVER_CORE):
        return _run("bench.inside.stack", data_dir)


def _run(module: str, data_dir: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", module, *arguments]
    contender = Contender("inside", "", (), "django")
    log = data_dir / "inside.log"
    with log.open("wb") as errors:
        env = environment(contender, data_dir)
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=errors, check=False)
    if done.returncode:
        raise SystemExit(log.read_text()[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
