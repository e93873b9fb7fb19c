"""Counts in the database: exact over processes and hosts without another service."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from socialsite.lib.limits.windows import Rule, Slots, Verdict, charge, now_ms
from socialsite.lib.models import LimitWindow

# Creates or locks the row and reads it in one statement. The first statement being a write, SQLite holds its write lock
# from here on in every transaction mode.
_LOCK = """
INSERT INTO lib_limitwindow ("key", slots, updated_at, expires_at) VALUES (%s, '[]', %s, %s)
ON CONFLICT ("key") DO UPDATE SET updated_at = excluded.updated_at RETURNING slots
"""
_READ = 'SELECT slots FROM lib_limitwindow WHERE "key" = %s'
_WRITE = 'UPDATE lib_limitwindow SET slots = %s, expires_at = %s WHERE "key" = %s'


class DatabaseStore:
    """One row for each key, changed under its lock in a short transaction."""

    def charge(self, key: str, rule: Rule, cost: int) -> Verdict:
        """Take, look (0) or give back (negative)."""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [key])
            # A flood of calls that are refused anyway must not queue for the write lock.
            verdict, _ = charge(_parse(cursor.fetchone()), rule, now_ms(), cost)
        if cost == 0 or not verdict.allowed:
            return verdict
        with _brief_transaction() as cursor:
            return _charge_locked(cursor, key, rule, cost)

    def forget(self, key: str) -> None:
        LimitWindow.objects.filter(key=key).delete()


def purge() -> int:
    """Delete the rows that count no more; return how many there were."""
    return LimitWindow.objects.filter(expires_at__lt=_moment(now_ms())).delete()[0]


def refuse_nesting() -> None:
    """Raise RuntimeError inside the caller's `atomic` block, as `atomic(durable=True)` does.

    There a rollback would give the units back, and the locked row would keep the actor's other calls waiting.
    The block that Django's `TestCase` lays around a test does not count.
    """
    blocks = connection.atomic_blocks
    if blocks and not getattr(blocks[-1], "_from_testcase", False):
        raise RuntimeError("limits are taken before the transaction of the action, not inside it")


def _charge_locked(cursor: CursorWrapper, key: str, rule: Rule, cost: int) -> Verdict:
    started = _stored(now_ms())
    cursor.execute(_LOCK, [key, started, started])
    # The clock is read again: the wait for the lock can be longer than the window.
    now = now_ms()
    verdict, slots = charge(_parse(cursor.fetchone()), rule, now, cost)
    if verdict.allowed:
        cursor.execute(_WRITE, [json.dumps(slots), _stored(now + verdict.reset_ms), key])
    return verdict


@contextmanager
def _brief_transaction() -> Iterator[CursorWrapper]:
    """Open a transaction that is atomic but need not survive a power cut: it does not wait for the disk."""
    sqlite = connection.vendor == "sqlite" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        if sqlite:
            cursor.execute("PRAGMA synchronous")
            durability = int(cursor.fetchone()[0])
            cursor.execute("PRAGMA synchronous=NORMAL")
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    cursor.execute("SET LOCAL synchronous_commit TO OFF")
                yield cursor
        finally:
            if sqlite:
                cursor.execute(f"PRAGMA synchronous={durability}")


def _parse(row: tuple[str] | None) -> Slots:
    return [(newest, count) for newest, count in json.loads(row[0])] if row else []


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def _stored(ms: int) -> Any:
    """Return a time as a raw statement must hand it to this database."""
    return connection.ops.adapt_datetimefield_value(_moment(ms))
