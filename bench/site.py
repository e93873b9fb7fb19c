"""What needs Django runs in processes of its own: filling the database, and the figures from inside."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contenders import Contender, environment
from bench.processes import SERVER_CORE, pinned

POSTS_ON_POSTGRES = {"posts": 10_000, "feed": 100_000}
"""Of posts only the writing is measured there."""
MANY_POSTS = 1_000_000
"""How many the feed has to be as fast with"""
SEEDS = {"people": "seed", "posts": "posts_seed", "feed": "feed_seed"}


@dataclass(frozen=True)
class Seed:
    """Who calls, and what they read."""

    viewers: list[dict[str, str]]
    pairs: list[tuple[int, str]]
    """(number of the viewer, id of a person or post the viewer may see)"""
    open_pairs: list[tuple[int, str]]
    """The same, only people with more than a page of followers or posts that anyone may list"""


def seed(data_dir: Path, suite: str, number: int) -> Seed:
    """Make the database all contenders read, of so many people or posts."""
    return Seed(**run_inside(f"bench.inside.{SEEDS[suite]}", data_dir, str(number)))


def measure_inside(data_dir: Path, suite: str, postgres: str, *, many: bool) -> dict[str, Any]:
    """Return what is measured without a server: the middleware alone, the statements of a page, the cost of writing."""
    with pinned(SERVER_CORE):
        if suite == "people":
            return run_inside("bench.inside.stack", data_dir)
        # It writes, so it gets a database of its own.
        own = Path(shutil.copytree(data_dir, data_dir / "own"))
        found = run_inside(f"bench.inside.{suite}", own)
        shutil.rmtree(own)
        if postgres:
            number, seeding = str(POSTS_ON_POSTGRES[suite]), f"bench.inside.{SEEDS[suite]}"
            run_inside(seeding, data_dir, number, DATABASE_URL=postgres)
            found["postgres"] = run_inside(f"bench.inside.{suite}", data_dir, DATABASE_URL=postgres)
        if many:
            larger = data_dir / "many"
            larger.mkdir()
            run_inside(f"bench.inside.{SEEDS[suite]}", larger, str(MANY_POSTS))
            found["many"] = run_inside(f"bench.inside.{suite}", larger)
            shutil.rmtree(larger)
        return found


def run_inside(module: str, data_dir: Path, *arguments: str, **more: str) -> dict[str, Any]:
    """Run a module of `bench.inside` in the environment of a contender and return the JSON it prints last."""
    command = [sys.executable, "-m", module, *arguments]
    contender = Contender("inside", "", (), "django")
    log = data_dir / "inside.log"
    with log.open("wb") as errors:
        env = environment(contender, data_dir) | more
        done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=errors, check=False)
    if done.returncode:
        raise SystemExit(log.read_text()[-3000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
