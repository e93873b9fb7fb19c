"""`python -m chaos kill-server --rounds 20`: kill the real site under load, and see that it kept what it acknowledged.

Each run has a data folder of its own in the temporary folder, a free port of the loopback address and, with `--database postgres`,
a database of its own on the server that CHAOS_POSTGRES names. The folder of a run that failed is kept.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from operations.tests.live import FOREIGN

ROOT = Path(__file__).parents[1]
POSTGRES = os.environ.get("CHAOS_POSTGRES", "postgres://postgres@127.0.0.1:5432")
COMMANDS = {
    "kill-server": ("chaos.kill_server", 20, "kills"),
    "kill-worker": ("chaos.kill_worker", 20, "kills"),
    "resume": (
        "chaos.resume",
        10_000,
        "messages, with a broken connection for every twenty of them",
    ),
    "sends": ("chaos.sends", 5_000, "messages, of which every fifth answer is lost"),
    "redis": ("chaos.redis", 20, "faults of Redis, under 50 messages a second"),
    "memory": ("chaos.memory", 5_000, "idle sockets, after 20 that never read"),
    "flood": ("chaos.flood", 10, "seconds in which one socket sends 10 000 frames a second"),
    "herd": ("chaos.herd", 2_000, "sockets that are cut at once"),
}
"""Name -> module, how much, of what"""


def main() -> int:
    """Run one command in a process of its own, whose environment names the run's folder and database; return its exit code."""
    options = read_options()
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    module, rounds, _ = COMMANDS[options.command]
    entry = f"import django; django.setup(); from {module} import main; main({options.rounds or rounds}, {options.seed})"
    with database(options.database, folder) as url:
        env = {k: v for k, v in os.environ.items() if k not in FOREIGN} | {"DATA_DIR": str(folder)}
        env |= {"DJANGO_SETTINGS_MODULE": "socialsite.settings", "DATABASE_URL": url}
        env |= {"RATE_LIMIT_SCALE": "1000000", "LOG_LEVEL": "WARNING"}
        env |= {"SECRET_KEY": secrets.token_hex(32)}
        code = subprocess.call([sys.executable, "-c", entry], env=env, cwd=ROOT)
    if code:
        print(f"The run failed; its folder is {folder}.")
    else:
        shutil.rmtree(folder)
    return code


def read_options() -> argparse.Namespace:
    """Return what the command line asks for."""
    sizes = "; ".join(f"{name}: {number} {what}" for name, (_, number, what) in COMMANDS.items())
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--rounds", type=int, default=0, help=sizes)
    parser.add_argument("--seed", type=int, default=1, help="of what the clients do and when")
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    return parser.parse_args()


@contextmanager
def database(form: str, folder: Path) -> Iterator[str]:
    """Make the run's database and yield its URL."""
    if form == "sqlite":
        yield f"sqlite:///{folder}/site.sqlite3"
        return
    name = f"social_chaos_{os.getpid()}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{POSTGRES}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


if __name__ == "__main__":
    sys.exit(main())
