"""Counts in the memory of one process: reads, and what is not critical while Redis is away."""

from collections import OrderedDict
from threading import Lock

from socialsite.lib.limits.windows import Rule, Slots, Verdict, charge, now_ms

MAX_ACTORS = 10_000


class MemoryStore:
    """Windows of the actors seen last; who was silent longest is dropped first.

    Dropping gains an attacker nothing: it takes 10 000 other actors to do it, each with a budget of its own.
    """

    def __init__(self, max_actors: int = MAX_ACTORS) -> None:
        self.max_actors = max_actors
        self._windows: OrderedDict[str, Slots] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._windows)

    def charge(self, key: str, rule: Rule, cost: int) -> Verdict:
        """Take, look (0) or give back (negative)."""
        with self._lock:
            before = self._windows.pop(key, [])
            verdict, after = charge(before, rule, now_ms(), cost)
            kept = after if verdict.allowed and cost else before
            if kept:
                self._windows[key] = kept
            if len(self._windows) > self.max_actors:
                self._windows.popitem(last=False)
        return verdict

    def forget(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()
