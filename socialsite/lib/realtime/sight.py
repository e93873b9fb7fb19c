"""Who may not see whom, among the people at this process's sockets."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import structlog

Find = Callable[[Collection[int]], Awaitable[Mapping[int, frozenset[int]]]]
NOBODY: frozenset[int] = frozenset()
log = structlog.get_logger("realtime")


class Sight:
    """For each local viewer the people hidden from them, kept until an order says that it changed.

    One task reads, so that an older answer never overwrites a newer one.
    """

    def __init__(self, find: Find) -> None:
        self.find = find
        self.by_viewer: dict[int, frozenset[int]] = {}
        self.viewers_of: dict[int, set[int]] = {}
        self._watched: set[int] = set()
        self._found: set[int] = set()
        """Of those who are watched, whose relations have been read"""
        self._stale: set[int] = set()
        self._waiting: dict[int, list[asyncio.Future[None]]] = {}
        self._task: asyncio.Task[None] | None = None

    def hidden_from(self, person_id: int | None) -> Collection[int]:
        """Return the local viewers who may not see a person."""
        if person_id is None:
            return NOBODY
        return self.viewers_of.get(person_id, NOBODY)

    async def watch(self, viewer_id: int) -> None:
        """Know what this viewer may not see from now on; returns when it is known."""
        if viewer_id in self._found and viewer_id not in self._stale:
            return
        self._watched.add(viewer_id)
        known = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(viewer_id, []).append(known)
        self.refresh([viewer_id])
        await known

    def forget(self, viewer_id: int) -> None:
        """Their last socket is gone."""
        self._watched.discard(viewer_id)
        self._found.discard(viewer_id)
        self._apply(viewer_id, NOBODY)

    def refresh(self, viewer_ids: Iterable[int] | None = None) -> None:
        """Read these viewers' relations anew, or everybody's."""
        asked = self._watched if viewer_ids is None else self._watched.intersection(viewer_ids)
        self._stale |= asked
        if self._stale and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._read())

    def stop(self) -> None:
        if self._task:
            self._task.cancel()

    async def _read(self) -> None:
        while self._stale:
            batch, self._stale = self._stale, set()
            try:
                found = await self.find(batch)
            except Exception:
                log.exception("relations_unread")
                self._stale |= batch
                await asyncio.sleep(0.5)
                continue
            for viewer_id in batch & self._watched:
                self._apply(viewer_id, found.get(viewer_id, NOBODY))
            self._found |= batch & self._watched
            for viewer_id in batch:
                for waiting in self._waiting.pop(viewer_id, []):
                    if not waiting.done():
                        waiting.set_result(None)

    def _apply(self, viewer_id: int, hidden: frozenset[int]) -> None:
        for person_id in self.by_viewer.pop(viewer_id, NOBODY) - hidden:
            viewers = self.viewers_of.get(person_id, set())
            viewers.discard(viewer_id)
            if not viewers:
                self.viewers_of.pop(person_id, None)
        if hidden:
            self.by_viewer[viewer_id] = hidden
            for person_id in hidden:
                self.viewers_of.setdefault(person_id, set()).add(viewer_id)
