"""Handlers with countable effects, and a worker that runs them in a process of its own with a short lease."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.db.models import F

from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import handler, queue, worker

WORKER = "import django; django.setup(); from socialsite.lib.tests import probes; probes.work()"


def register() -> None:
    handler("probe.append")(append)
    handler("probe.create")(create)
    handler("probe.count", atomic=True)(count)
    handler("probe.sleep")(sleep)
    handler("probe.fail", max_attempts=2)(fail)


def append(file: str, line: str) -> None:
    with Path(file).open("a", encoding="utf-8") as effects:
        effects.write(f"{line}\n")


def create(file: str, key: str) -> None:
    """Idempotent by its key."""
    with suppress(FileExistsError), Path(f"{file}.{key}").open("x", encoding="utf-8"):
        append(file, key)


def count(name: str) -> None:
    PeriodicJob.objects.filter(name=name).update(runs=F("runs") + 1)


def sleep(file: str, seconds: float) -> None:
    append(file, "begin")
    time.sleep(seconds)
    append(file, "end")


def fail() -> None:
    raise ZeroDivisionError("probe")


def work() -> None:
    """Run tasks until a signal comes."""
    queue.LEASE = timedelta(seconds=1)
    worker.REAP_EVERY_S = 0.2
    register()
    running = worker.Worker(interval=0.1)
    running.configure_signals()
    running.run()


def start_worker(**environment: str) -> subprocess.Popen[bytes]:
    """Start a worker process on the database of the tests."""
    known = {**os.environ, "DATABASE_URL": database_url(connection.settings_dict), **environment}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=known)


def database_url(known: Mapping[str, object]) -> str:
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    return "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**known).replace(":@", "@")
