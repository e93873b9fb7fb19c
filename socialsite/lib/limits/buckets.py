"""Token buckets for bursts on one socket: they live and die with the connection."""

import math
import time

from django.conf import settings


class Bucket:
    """Room for `capacity` units at once, filled again by `per_second`; for one event loop, so without a lock.

    RATE_LIMIT_SCALE multiplies both.
    """

    __slots__ = ("_at", "_capacity", "_per_second", "_used")

    def __init__(self, capacity: int, per_second: float) -> None:
        self._capacity, self._per_second = capacity, per_second
        self._used, self._at = 0.0, time.time()

    def take(self, cost: float = 1.0) -> bool:
        """Take `cost`, or all there can be when that is less, if it is there; say whether it was."""
        self._refill()
        cost = min(cost, self._room())
        if self._used + cost > self._room() + 1e-9:
            return False
        self._used += cost
        return True

    def wait_s(self, cost: float = 1.0) -> int:
        """Return seconds, rounded up, until `cost` is there; infinite costs do not exist, so at most until the bucket is full."""
        self._refill()
        missing = min(self._used, self._used + cost - self._room())
        return max(0, math.ceil(missing / (self._per_second * settings.RATE_LIMIT_SCALE) - 1e-9))

    def _refill(self) -> None:
        now = time.time()
        # A clock that was set back fills nothing.
        passed = max(0.0, now - self._at)
        self._used = max(0.0, self._used - passed * self._per_second * settings.RATE_LIMIT_SCALE)
        self._at = now

    def _room(self) -> float:
        return max(1.0, self._capacity * settings.RATE_LIMIT_SCALE)
