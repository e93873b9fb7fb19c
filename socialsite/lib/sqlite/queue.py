"""The line in which the writers of one process wait for one database."""

import threading
from collections import deque

_queues: dict[str, "WriterQueue"] = {}
_queues_guard = threading.Lock()


class WriterQueue:
    """A lock that goes to the one who has waited longest; the one who gives it back never takes it again before them."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Lock] = deque()

    def acquire(self, timeout_s: float) -> bool:
        """Wait for the turn, at most `timeout_s` seconds; return whether it came."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=timeout_s):
            return True
        with self._guard:
            if turn in self._waiting:
                self._waiting.remove(turn)
                return False
        return True  # The turn came between the time-out and the guard.

    def release(self) -> None:
        """Pass the turn on."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False


def queue_of(database: str) -> WriterQueue:
    """Return the one queue of a database, named by its file."""
    with _queues_guard:
        return _queues.setdefault(database, WriterQueue())
