"""Keeping book of who has a socket in this process, in few writes: a thread gathers what the hub says and stores it together.

A person who leaves stays for GRACE_S, so that a reconnect is no news. The process has a lease in the database that the thread
prolongs; when the process is killed, another one, or a job, lets its people go once the lease is over.
"""

import os
import secrets
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from accounts.actions import presence
from accounts.presence import announce

GATHER_S = 0.25
"""What happens within so long is written together"""
GRACE_S = 10.0
"""A person is gone so long after their last socket closed"""
RENEW_S = 20.0
"""How often the lease is prolonged, and those of dead processes are looked for"""
log = structlog.get_logger("presence")


@dataclass(frozen=True, slots=True)
class Leaving:
    """A person without a socket: since when, and from when on it counts, by the monotonic clock."""

    at: datetime
    due: float


class Book:
    """The people at this process's sockets, from the first who comes to the last who goes; then it is over and a new one begins."""

    def __init__(self, *first: int) -> None:
        self.host = _new_name()
        self.is_over = False
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._here: set[int] = set()
        self._arriving = set(first)
        self._untold: set[int] = set()
        """Who is seen otherwise than others have been told"""
        self._leaving: dict[int, Leaving] = {}
        self._renew_at = time.monotonic() + RENEW_S
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
        self._thread.start()

    def open(self, user_id: int) -> bool:
        """Note a person's first socket; False when the book is over."""
        with self._lock:
            self._leaving.pop(user_id, None)
            if user_id not in self._here:
                self._arriving.add(user_id)
            return not self.is_over

    def close(self, user_id: int) -> None:
        """Note that a person's last socket is gone."""
        with self._lock:
            self._leaving[user_id] = Leaving(timezone.now(), time.monotonic() + GRACE_S)

    def stop(self) -> None:
        """End the thread. Whoever is here counts for the grace more: most come back to the process that follows."""
        self._closed.set()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        try:
            while not self.is_over and not self._closed.wait(GATHER_S):
                self._turn()
            if not self.is_over:
                until = timezone.now() + timedelta(seconds=GRACE_S)
                presence.prolong(host=self.host, until=until)
        except DatabaseError:
            log.warning("presence_left_to_its_lease", host=self.host)
        finally:
            connections.close_all()

    def _turn(self) -> None:
        is_round = time.monotonic() >= self._renew_at
        arriving: set[int] = set()
        leaving: dict[int, datetime] = {}
        try:
            close_old_connections()
            if is_round:
                self._renew()
            arriving, leaving = self._due()
            self._store(arriving, leaving)
            if is_round:
                presence.sweep()
            self._end_if_empty()
        except Exception as error:
            # While the database is away this comes every second.
            log.warning("presence_unwritten", exc_info=not isinstance(error, DatabaseError))
            self._give_back(arriving, leaving)
            self._renew_at = 0.0
            self._closed.wait(1)

    def _due(self) -> tuple[set[int], dict[int, datetime]]:
        """Take who has come, and who has been away for the grace."""
        now = time.monotonic()
        with self._lock:
            arriving, self._arriving = self._arriving, set()
            leaving = {pk: left.at for pk, left in self._leaving.items() if left.due <= now}
            for pk in leaving:
                del self._leaving[pk]
            self._here |= arriving
            self._here -= leaving.keys()
        return arriving, leaving

    def _store(self, arriving: Collection[int], leaving: Mapping[int, datetime]) -> None:
        self._untold |= presence.arrive(host=self.host, user_ids=arriving)
        self._untold |= presence.leave(host=self.host, closed=leaving)
        announce(self._untold)
        self._untold = set()

    def _give_back(self, arriving: set[int], leaving: Mapping[int, datetime]) -> None:
        """Let what could not be stored be stored next time; to store it twice does no harm."""
        with self._lock:
            self._here -= arriving
            self._arriving |= arriving
            for pk, at in leaving.items():
                if pk not in self._arriving:
                    self._leaving.setdefault(pk, Leaving(at, 0))

    def _renew(self) -> None:
        """Prolong the lease; when it is over, its people are being let go, so they come anew under another name."""
        if not presence.prolong(host=self.host):
            with self._lock:
                self.host = _new_name()
                self._arriving |= self._here
                self._here = set()
        self._renew_at = time.monotonic() + RENEW_S

    def _end_if_empty(self) -> None:
        with self._lock:
            self.is_over = not (self._here or self._arriving or self._leaving)
        if self.is_over:
            presence.retire(host=self.host)


def _new_name() -> str:
    return f"{os.uname().nodename[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


_lock = threading.Lock()
_book: Book | None = None


def opened(user_id: int) -> None:
    """A person's first socket in this process was let in."""
    global _book  # noqa: PLW0603 - one process, one book
    with _lock:
        if _book is None or not _book.open(user_id):
            _book = Book(user_id)


def closed(user_id: int) -> None:
    """A person's last socket in this process is gone."""
    with _lock:
        if _book is not None:
            _book.close(user_id)


def stopped() -> None:
    """The hub has ended."""
    global _book
    with _lock:
        ended, _book = _book, None
    if ended is not None:
        ended.stop()
