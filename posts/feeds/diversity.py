"""Many voices: no more than two of any ten consecutive items are by one author, as long as there are others."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from heapq import heappop, heappush
from typing import Generic, TypeVar

T = TypeVar("T")
WINDOW, MOST = 10, 2


def spread(
    items: Iterable[T], author_of: Callable[[T], int], window: int = WINDOW, most: int = MOST
) -> list[T]:
    """Return the same items, the best first, each no earlier than its author's turn allows.

    The items of one author keep their order. When all that are left are by authors who had their turns, the one comes next
    who had the fewest.
    """
    return _Spreading(items, author_of, window, most).all()


class _Spreading(Generic[T]):
    def __init__(
        self, items: Iterable[T], author_of: Callable[[T], int], window: int, most: int
    ) -> None:
        self.window, self.most = window, most
        self.waiting: dict[int, deque[tuple[int, T]]] = {}
        for place, item in enumerate(items):
            self.waiting.setdefault(author_of(item), deque()).append((place, item))
        self.ready: list[tuple[int, int]] = []
        """A heap of the authors whose turn it may be, by the place of their next item"""
        self.shown: Counter[int] = Counter()
        """How often each stands among the last `window - 1`"""
        self.recent: deque[int] = deque()

    def all(self) -> list[T]:
        for author in self.waiting:
            self._queue(author)
        found: list[T] = []
        while self.waiting:
            self._let_go()
            author = heappop(self.ready)[1] if self.ready else self._least_shown()
            found.append(self._take(author))
        return found

    def _take(self, author: int) -> T:
        queue = self.waiting[author]
        _, item = queue.popleft()
        if not queue:
            del self.waiting[author]
        self.recent.append(author)
        self.shown[author] += 1
        if self.shown[author] < self.most:
            self._queue(author)
        return item

    def _let_go(self) -> None:
        """Forget whom the window leaves behind, and let them have their turn again."""
        if len(self.recent) < self.window:
            return
        author = self.recent.popleft()
        self.shown[author] -= 1
        if self.shown[author] == self.most - 1:
            self._queue(author)

    def _queue(self, author: int) -> None:
        if author in self.waiting:
            heappush(self.ready, (self.waiting[author][0][0], author))

    def _least_shown(self) -> int:
        return min(self.waiting, key=lambda who: (self.shown[who], self.waiting[who][0][0]))
