"""Group commit: small writes that come at the same time share one transaction, each in a savepoint of its own.

SQLite has one writer, and a commit waits for the disk: done one by one, that wait is most of what a short write takes. So whoever finds
the turn free does all the writes that wait meanwhile, in their order, and commits once; each caller goes on after that commit, with its
own answer or its own error. On PostgreSQL, which groups commits by itself, each write is a transaction of its own.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, transaction

R = TypeVar("R")
AT_MOST = 64
"""Writes that share a transaction: other writers wait that long"""


def commit_together(act: Callable[[], R]) -> R:
    """Run a write in a transaction, and return when it is committed; what it raises takes back its own rows alone.

    Inside a transaction of the caller's it is a part of that one. Writes of one thread keep their order.
    """
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return act()
    return _groups.run(act)


@dataclass
class _Write(Generic[R]):
    """A write that waits, with what it knows of its call."""

    act: Callable[[], R]
    context: Context = field(default_factory=copy_context)
    answer: Any = None
    error: BaseException | None = None
    is_done: bool = False

    def run(self) -> None:
        """Run it in a savepoint and keep its answer or its error."""
        try:
            with transaction.atomic():
                self.answer = self.context.run(self.act)
        except Exception as error:
            self.error = error


class _Groups:
    """The writes of this process that wait; the thread that has the turn does them all."""

    def __init__(self) -> None:
        self._waiting: deque[_Write[Any]] = deque()
        self._turn = threading.Lock()

    def run(self, act: Callable[[], R]) -> R:
        write = _Write(act)
        self._waiting.append(write)
        while not write.is_done:
            with self._turn:
                if not write.is_done:
                    self._work(write)
        if write.error is not None:
            raise write.error
        answer: R = write.answer
        return answer

    def _work(self, own: _Write[Any]) -> None:
        """Do what waits, oldest first, and commit once; where not even a transaction begins, the caller's own write has failed."""
        taken: list[_Write[Any]] = []
        try:
            self._commit(taken)
        except BaseException as error:
            if not taken:
                self._waiting.remove(own)
                taken.append(own)
            # Nothing of any of them is stored.
            for write in taken:
                write.error = write.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            for write in taken:
                write.is_done = True

    def _commit(self, taken: list[_Write[Any]]) -> None:
        with transaction.atomic(durable=True):
            # Taken when the turn of the database has come: more wait by then.
            while self._waiting and len(taken) < AT_MOST:
                taken.append(self._waiting.popleft())
                taken[-1].run()
            if transaction.get_connection().needs_rollback:
                # Django would take all back without a word: a full disk ends a transaction with its savepoints.
                raise transaction.TransactionManagementError("the transaction was broken")


_groups = _Groups()
