"""The real server and worker as the commands start, kill and watch them."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from chaos.caller import call
from operations.tests.live import Process, free_port

ROOT = Path(__file__).parents[1]
READY_WITHIN_S = 60
FOLDER = Path(settings.DATA_DIR)
PASSED_ON = ("DATABASE_URL", "RATE_LIMIT_SCALE", "LOG_LEVEL")
TROUBLE = ("unhandled_exception", "Traceback", "worker_failed", "database is locked")


def make_tables() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def start(*arguments: str, **variables: str) -> Process:
    """Start a command of the site on the run's folder and database."""
    passed = {name: os.environ[name] for name in PASSED_ON} | {"PORT": str(free_port())}
    return Process(FOLDER, *arguments, **(passed | variables))


def start_server(*arguments: str, **variables: str) -> tuple[Process, float]:
    """Start a server; return it and the seconds until it said that it is well, without those it waited for a free core."""
    started = time.monotonic()
    server = start("serve", "--host", "127.0.0.1", *arguments, **variables)
    while call(server.port, "GET", "/health").status != 200:
        if server.process.poll() is not None or time.monotonic() > started + READY_WITHIN_S:
            raise SystemExit(f"The server does not start:\n{server.said()[-3000:]}")
        time.sleep(0.02)
    return server, time.monotonic() - started - waited_for_core(server.process.pid)


def waited_for_core(pid: int) -> float:
    """Return the seconds a process was ready to run and did not, because others had the cores; 0 where nobody counts them."""
    known = Path(f"/proc/{pid}/schedstat")
    return int(known.read_text().split()[1]) / 1e9 if known.exists() else 0.0


def kill(process: Process) -> None:
    """End a process as `kill -9` does."""
    process.process.kill()
    process.process.wait()


def resident(process: Process) -> int:
    """Return the bytes that are resident now."""
    status = Path(f"/proc/{process.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) * 1024


def processor_seconds(process: Process) -> float:
    """Return how long a process has had a core so far."""
    fields = Path(f"/proc/{process.process.pid}/stat").read_text(encoding="ascii").split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def troubles(process: Process) -> Counter[str]:
    """Count what a process has said that it should not have to say."""
    said = process.said()
    return Counter({words: said.count(words) for words in TROUBLE if words in said})


def check_invariants() -> str:
    """Run `manage.py check_invariants`; return what is wrong."""
    command = [sys.executable, str(ROOT / "manage.py"), "check_invariants"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


def report(name: str, figures: dict[str, object], wrong: list[str]) -> NoReturn:
    """Print what a run has counted and found, and end with 1 when anything is wrong."""
    print(f"{name}: {connection.vendor}")
    for figure, value in figures.items():
        print(f"  {figure}: {value}")
    print(f"  wrong: {len(wrong)}", *wrong[:20], sep="\n  ")
    raise SystemExit(1 if wrong else 0)
