"""Counting who looks at what, without a write in any reading call: views are kept in the process and written in batches.

A process that is killed loses the views of its last seconds; one that ends writes them first.
"""

import atexit
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User, Viewer
from engagement.models import View
from socialsite.lib import limits, targets

COUNTER = "view_count"
WINDOW = timedelta(hours=24)
"""A viewer counts once in each, beginning at midnight UTC"""
BATCH = 500
MANY, TOO_MANY = 5_000, 20_000
"""Unwritten views that are written at once, and more than which are not kept"""
log = structlog.get_logger("views")


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody looked at a thing."""

    target_id: int
    user_id: int | None
    viewer: str
    window: int
    at: datetime

    @property
    def key(self) -> tuple[int, str, int]:
        return self.target_id, self.viewer, self.window


class Buffer:
    """What this process has not written yet: a viewer once for each thing and window, and no more than TOO_MANY in all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: dict[tuple[int, str, int], Look] = {}

    def __len__(self) -> int:
        return len(self._looks)

    def keep(self, looks: Iterable[Look]) -> None:
        with self._lock:
            for look in looks:
                if len(self._looks) < TOO_MANY:
                    self._looks.setdefault(look.key, look)

    def take(self, number: int) -> list[Look]:
        """Return the oldest ones, which are no longer kept."""
        with self._lock:
            keys = list(self._looks)[:number]
            return [self._looks.pop(key) for key in keys]


class Flusher:
    """A thread that writes every few seconds, from the first view on; a forked process starts its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._wake = threading.Event()

    def start(self) -> None:
        """Start the thread unless it runs, or VIEW_FLUSH_SECONDS is 0."""
        if not settings.VIEW_FLUSH_SECONDS or (self._thread and self._thread.is_alive()):
            return
        with self._lock:
            if self._thread is None:
                atexit.register(self.flush)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="views")
                self._thread.start()

    def hurry(self) -> None:
        self._wake.set()

    def flush(self) -> None:
        """Write what there is; what the database does not take now is tried again later."""
        close_old_connections()
        try:
            flush_views()
        except DatabaseError as error:
            log.warning("views_not_written", waiting=len(_buffer), error=str(error))
        finally:
            close_old_connections()

    def _run(self) -> None:
        while True:
            self._wake.wait(settings.VIEW_FLUSH_SECONDS)
            self._wake.clear()
            self.flush()


_buffer = Buffer()
_flusher = Flusher()


def note_view(*, target_id: int, owner_id: int, viewer: Viewer, address: str, program: str) -> None:
    """Keep in mind that somebody looks at a thing whose kind counts that; its owner's own looks do not count.

    Nothing is written here: it is written within seconds, by another thread, and lost if the process is killed before.
    """
    if viewer.pk == owner_id or COUNTER not in targets.known(target_id).counters:
        return
    now = timezone.now()
    window = int(now.timestamp() // WINDOW.total_seconds())
    name = str(viewer.pk) if viewer.pk else _digest(address, program, window)
    _buffer.keep([Look(target_id=target_id, user_id=viewer.pk, viewer=name, window=window, at=now)])
    _flusher.start()
    if len(_buffer) >= MANY:
        _flusher.hurry()


def flush_views() -> int:
    """Write what this process has kept; returns how many views counted. Raises DatabaseError, and keeps what it could not write."""
    counted = 0
    while looks := _buffer.take(BATCH):
        try:
            counted += _write(looks)
        except DatabaseError:
            _buffer.keep(looks)
            raise
    return counted


def drop_views() -> None:
    """Forget what this process has kept, unwritten: a test begins with nothing."""
    _buffer.take(TOO_MANY)


@transaction.atomic
def _write(looks: list[Look]) -> int:
    """Insert the rows that are not there, and count exactly those; in one order, so that two processes do not wait for each other."""
    people = {look.user_id for look in looks if look.user_id}
    there = {None, *User.objects.filter(pk__in=people).values_list("pk", flat=True)}
    rows = [
        View(
            target_id=look.target_id,
            user_id=look.user_id,
            viewer=look.viewer,
            window=look.window,
            viewed_at=look.at,
        )
        for look in sorted(looks, key=lambda look: look.key)
        if look.user_id in there
    ]
    View.objects.bulk_create(rows, ignore_conflicts=True)
    written = View.objects.filter(pk__in=[row.pk for row in rows])
    numbers = Counter(written.values_list("target_id", flat=True))
    for target_id, number in sorted(numbers.items()):
        targets.count(target_id, COUNTER, number)
    return numbers.total()


def _digest(address: str, program: str, window: int) -> str:
    """Return what stands for a caller who is not signed in: nobody can tell who it was, or that it was the same as on another day."""
    value = f"{limits.actor_address(address)}\n{program}"
    salt = f"engagement.views.{window}"
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()[:32]


def purge_views(*, days: int) -> int:
    """Forget who looked at what longer ago than so many days; the counts stay. Returns how many rows went."""
    rows = View.objects.filter(viewed_at__lt=timezone.now() - timedelta(days=days))
    gone = 0
    while ids := list(rows.values_list("pk", flat=True)[:1000]):
        gone += View.objects.filter(pk__in=ids).delete()[0]
    return gone
