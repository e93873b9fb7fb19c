"""The database backend: every write of this process, in a transaction or alone, waits in the queue of its database."""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from socialsite.lib.closing import Closing
from socialsite.lib.sqlite.queue import WriterQueue, queue_of

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER")


class Turn:
    """One wait in the queue and the turn that follows it."""

    def __init__(self, queue: WriterQueue, timeout_s: float) -> None:
        self._queue, self._timeout_s = queue, timeout_s

    def __enter__(self) -> None:
        if not self._queue.acquire(self._timeout_s):
            raise OperationalError("database is locked")

    def __exit__(self, *_: object) -> None:
        self._queue.release()


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose writes outside a transaction take a turn."""

    turn: Turn

    def execute(self, query: str, params: Any = None) -> Any:
        with self._turn_for(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self._turn_for(query):
            return super().executemany(query, param_list)

    def _turn_for(self, query: str) -> AbstractContextManager[None]:
        waits = not self.connection.in_transaction and query.startswith(WRITES)
        return self.turn if waits else nullcontext()


class DatabaseWrapper(Closing, base.DatabaseWrapper):
    """Django's connection; its transactions hold the turn from BEGIN to COMMIT, ROLLBACK or the end of the connection.

    The stubs do not know the hooks of a transaction, hence the ignores.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._held: Turn | None = None

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=Cursor)
        cursor.turn = self._turn()
        return cursor

    def _turn(self) -> Turn:
        # The name is read each time: tests give the connection another database.
        name = str(self.settings_dict["NAME"])
        return Turn(queue_of(name), self.settings_dict["OPTIONS"].get("timeout", 5))

    def _start_transaction_under_autocommit(self) -> None:
        turn = self._turn()
        turn.__enter__()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            turn.__exit__()
            raise
        self._held = turn

    def _commit(self) -> Any:
        super()._commit()
        self._give_back()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._give_back()

    def _give_back(self) -> None:
        held, self._held = self._held, None
        if held:
            held.__exit__()
