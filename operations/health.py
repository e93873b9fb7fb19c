"""Whether this process can serve: one probe for each thing it needs, side by side, each with a time limit."""

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction
from django.utils import timezone

from socialsite.lib.models import LimitWindow
from socialsite.lib.tasks import get_backlog

LIMIT_S = 2.0
"""For each probe; they run side by side, so the whole answer takes little longer."""
KEPT_S = 1.0
"""How long one answer serves everybody who asks."""
LEAST_FREE_BYTES = 64 * 1024 * 1024
LATE_TASK_S = 600
"""A task that waits longer than this says that no worker is running."""

log = structlog.get_logger("health")


class NotWellError(Exception):
    """A probe found what must not be; the sentence is shown to everybody."""


@dataclass(frozen=True)
class Finding:
    """What one probe found; `figures` are numbers that anybody may read."""

    is_well: bool
    ms: float
    detail: str = ""
    figures: dict[str, float] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        said = {"detail": self.detail} if self.detail else {}
        return {"status": word_for(self.is_well), "ms": round(self.ms, 1), **self.figures, **said}


@dataclass(frozen=True)
class Report:
    """All findings of one moment."""

    findings: dict[str, Finding]

    @property
    def is_well(self) -> bool:
        return all(finding.is_well for finding in self.findings.values())

    def body(self) -> dict[str, Any]:
        checks = {name: finding.body() for name, finding in self.findings.items()}
        return {"status": word_for(self.is_well), "checks": checks}


Figures = dict[str, float] | None
Probe = Callable[[], Figures]


def word_for(is_well: bool) -> str:
    return "ok" if is_well else "failing"


def answer() -> Figures:
    """Look at nothing: a process that runs this is alive."""
    return None


def write_to_database() -> Figures:
    """Write a row and take it back: proves the lock and the right to write, and costs no flush of the disk."""
    now = timezone.now()
    with transaction.atomic():
        LimitWindow.objects.create(
            key=f"health {secrets.token_hex(8)}",
            updated_at=now,
            expires_at=now + timedelta(minutes=1),
        )
        transaction.set_rollback(True)
    return None


def look_at_disk() -> Figures:
    if shutil.disk_usage(settings.DATA_DIR).free < LEAST_FREE_BYTES:
        raise NotWellError("the disk is nearly full")
    return None


def look_at_tasks() -> Figures:
    backlog = get_backlog()
    if backlog.oldest_s > LATE_TASK_S:
        raise NotWellError(f"a task has waited for {backlog.oldest_s:.0f} s")
    return {"oldest_s": round(backlog.oldest_s, 1)}


def use_cache() -> Figures:
    key, value = f"health:{secrets.token_hex(8)}", secrets.token_hex(8)
    cache.set(key, value, 10)
    if cache.get(key) != value:
        raise NotWellError("the cache does not keep what it is given")
    cache.delete(key)
    return None


def use_channel_layer() -> Figures:
    async_to_sync(_send_to_oneself)()
    return None


async def _send_to_oneself() -> None:
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "health"})
    await layer.receive(channel)


PROBES: dict[str, Probe] = {
    "process": answer,
    "database": write_to_database,
    "disk": look_at_disk,
    "tasks": look_at_tasks,
    "cache": use_cache,
    "channel_layer": use_channel_layer,
}


class Doctor:
    """Runs the probes on threads of its own; one that hangs is not started again until it is back."""

    def __init__(self, probes: dict[str, Probe], limit_s: float = LIMIT_S) -> None:
        self.probes, self.limit_s = probes, limit_s
        self._pool = ThreadPoolExecutor(len(probes), "health")
        self._running: dict[str, Future[Finding]] = {}
        self._lock = threading.Lock()
        self._last: tuple[float, Report] | None = None

    def report(self) -> Report:
        """Return what the probes find now, or found in the last second."""
        with self._lock:
            if self._last is None or time.monotonic() - self._last[0] > KEPT_S:
                report = self._examine()
                self._last = time.monotonic(), report
            return self._last[1]

    def forget(self) -> None:
        """Let the next report look again."""
        self._last = None

    def _examine(self) -> Report:
        until = time.monotonic() + self.limit_s
        for name, probe in self.probes.items():
            if name not in self._running or self._running[name].done():
                self._running[name] = self._pool.submit(examine, name, probe)
        wait = partial(self._wait, until=until)
        return Report({name: wait(self._running[name]) for name in self.probes})

    def _wait(self, running: Future[Finding], until: float) -> Finding:
        try:
            return running.result(max(until - time.monotonic(), 0))
        except TookTooLong:
            return Finding(False, self.limit_s * 1000, f"took longer than {self.limit_s:g} s")


def examine(name: str, probe: Probe) -> Finding:
    """Run one probe on this thread; what goes wrong is told to the log, not to the caller."""
    started, detail, figures = time.perf_counter(), "", None
    try:
        figures = probe()
    except NotWellError as error:
        detail = str(error)
    except Exception:
        log.exception("probe_failed", probe=name)
        detail = "does not answer as it should"
    finally:
        connections.close_all()
    ms = (time.perf_counter() - started) * 1000
    return Finding(not detail, ms, detail, figures or {})


doctor = Doctor(PROBES)
