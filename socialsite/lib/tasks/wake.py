"""The bell that wakes the workers of this process when a task is committed; those elsewhere look once a second."""

from queue import Empty, SimpleQueue

_bells: set["Bell"] = set()


class Bell:
    """What one worker sleeps on. A SimpleQueue, because a signal handler may ring it: an Event could deadlock there."""

    def __init__(self) -> None:
        self._rings: SimpleQueue[None] = SimpleQueue()

    def hang(self) -> None:
        """Hear `ring_all` from now on."""
        _bells.add(self)

    def take_down(self) -> None:
        _bells.discard(self)

    def ring(self) -> None:
        # One waiting ring is enough, however many tasks arrive while the worker is busy.
        if self._rings.empty():
            self._rings.put(None)

    def wait(self, seconds: float) -> None:
        """Sleep until the bell rings; a ring since the last sleep counts."""
        try:
            self._rings.get(timeout=seconds)
        except Empty:
            return


def ring_all() -> None:
    """Wake every worker of this process."""
    for bell in tuple(_bells):
        bell.ring()
