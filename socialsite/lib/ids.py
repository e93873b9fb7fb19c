"""Ids: 63-bit integers, ordered by time, that carry the kind of thing they name.

Layout, high to low: 41 bits of milliseconds since 2025-01-01 UTC, 6 bits of node, 10 bits of sequence, 6 bits of kind.
No central sequence is needed: each process owns a node number (`socialsite.lib.nodes`).
"""

import threading
import time
from collections.abc import Callable, Container
from datetime import UTC, datetime
from enum import IntEnum
from functools import partial
from typing import Any

from django.db import models

EPOCH_MS = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
KIND_BITS, SEQUENCE_BITS, NODE_BITS = 6, 10, 6
NODE_SHIFT = KIND_BITS + SEQUENCE_BITS
TIME_SHIFT = NODE_SHIFT + NODE_BITS
MAX_NODE = (1 << NODE_BITS) - 1
MAX_SEQUENCE = (1 << SEQUENCE_BITS) - 1
MAX_ID = (1 << 63) - 1


class Kind(IntEnum):
    """What an id names. Append-only: a number once given is never reused."""

    USER = 1
    SESSION = 2
    REFRESH_TOKEN = 3
    API_TOKEN = 4
    FOLLOW = 5
    FOLLOW_REQUEST = 6
    CONNECTION = 7
    BLOCK = 8
    MUTE = 9
    AUDIENCE = 10
    NOTIFICATION = 11
    ACTIVITY = 12
    MODERATION_ACTION = 13
    AUDIT_ENTRY = 14
    KNOWN_DEVICE = 15
    POST = 16
    COMMENT = 17
    REACTION = 18
    SHARE = 19
    BOOKMARK = 20
    BOOKMARK_FOLDER = 21
    VIEW = 22
    REVISION = 23
    REPORT = 24
    CASE = 25
    SCREENING = 26
    FILTER = 27
    EVIDENCE_COPY = 28
    ROOM = 29
    MEMBERSHIP = 30
    MESSAGE = 31


class Minter:
    """Makes ids for one process; the time never goes back, and a full millisecond borrows from the next."""

    def __init__(self, node: Callable[[], int]) -> None:
        self._node = node
        self._lock = threading.Lock()
        self._last_ms = 0
        self._sequence = 0

    def mint(self, kind: Kind) -> int:
        with self._lock:
            now = int(time.time() * 1000) - EPOCH_MS
            if now > self._last_ms:
                self._last_ms, self._sequence = now, 0
            elif self._sequence < MAX_SEQUENCE:
                self._sequence += 1
            else:
                self._last_ms, self._sequence = self._last_ms + 1, 0
            return compose(self._last_ms, self._node(), self._sequence, kind)


class BackdatedMinter:
    """Makes ids at chosen times, none of them twice and none of `taken`, for data that is loaded with its own dates."""

    def __init__(self, node: Callable[[], int], taken: Container[int] = ()) -> None:
        self._node, self._taken = node, taken
        self._used: dict[int, int] = {}

    def mint(self, kind: Kind, at: datetime) -> int:
        moment = int(at.timestamp() * 1000) - EPOCH_MS
        while (made := self._next(kind, moment)) in self._taken:
            pass
        return made

    def _next(self, kind: Kind, moment: int) -> int:
        while self._used.get(moment, -1) >= MAX_SEQUENCE:
            moment += 1
        self._used[moment] = self._used.get(moment, -1) + 1
        return compose(moment, self._node(), self._used[moment], kind)


def compose(moment_ms: int, node: int, sequence: int, kind: Kind) -> int:
    """Put the four parts together; `moment_ms` counts from 2025-01-01 UTC."""
    return (moment_ms << TIME_SHIFT) | (node << NODE_SHIFT) | (sequence << KIND_BITS) | kind


def kind_of(value: int) -> Kind | None:
    """Return the kind an id carries, or None when no kind has that number."""
    number = value & ((1 << KIND_BITS) - 1)
    return Kind(number) if number in _KINDS and 0 < value <= MAX_ID else None


def time_of(value: int) -> datetime:
    """Return the moment an id was made, in UTC, to the millisecond."""
    return datetime.fromtimestamp(((value >> TIME_SHIFT) + EPOCH_MS) / 1000, tz=UTC)


def first_id_at(moment: datetime) -> int:
    """Return the lowest id that a thing made at this moment can have: makes a range of times one of ids."""
    since_epoch = int(moment.timestamp() * 1000) - EPOCH_MS
    return min(max(since_epoch, 0) << TIME_SHIFT, MAX_ID)


_KINDS = {kind.value for kind in Kind}
_node_number = 0


def set_node(number: int) -> None:
    """Say which node number this process owns, 0 to 63; `socialsite.lib.nodes` claims it at start."""
    global _node_number  # noqa: PLW0603 - one process, one node: that is what the number means
    if not 0 <= number <= MAX_NODE:
        raise ValueError(f"a node number lies between 0 and {MAX_NODE}, not {number}")
    _node_number = number


def _node() -> int:
    return _node_number


_minter = Minter(_node)


def mint(kind: Kind) -> int:
    """Return a new id of a kind."""
    return _minter.mint(kind)


class IdField(models.BigIntegerField):  # type: ignore[type-arg]  # Django has no generic fields at run time
    """Primary key that mints its own value of one kind."""

    def __init__(self, kind: Kind, **options: Any) -> None:
        self.kind = Kind(kind)
        options.update(primary_key=True, editable=False, default=partial(mint, self.kind))
        super().__init__(**options)

    def db_type(self, connection: Any) -> str | None:
        # Of exactly this type SQLite makes the key of the table itself: a row is found in one step and not in two.
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for ours in ("primary_key", "editable", "default"):
            options.pop(ours, None)
        return name, path, [int(self.kind), *args], options
