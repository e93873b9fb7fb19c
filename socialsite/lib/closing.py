"""What a transaction does last, right before it commits: work whose locks would stand in the way of others if they were taken earlier.

Whatever a transaction still locks after a lock that many want, it locks while they wait, and two such transactions can wait for each
other. So such work is kept until everything else is done, and done for the whole transaction at once, in one order.
"""

from abc import ABC, abstractmethod
from typing import Any, Self

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections, transaction


class Work(ABC):
    """Something that is done right before the commit; it is called, without arguments, after it."""

    is_done = False

    @classmethod
    @abstractmethod
    def do(cls, works: list[Self]) -> None:
        """Do all the work of this kind in the transaction that ends, in an order that is the same for every transaction."""

    @abstractmethod
    def __call__(self) -> None: ...


def do_last(work: Work) -> None:
    """Keep work until the caller's transaction ends; it is dropped with a savepoint that is rolled back.

    Raises RuntimeError outside a transaction.
    """
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(work).__name__} needs a transaction to be the last thing of")
    if not isinstance(connection, Closing):
        raise RuntimeError(f"this database backend does nothing last: {connection.vendor}")
    transaction.on_commit(work, robust=True)


class Closing:
    """Mixed into a database backend: does what is kept for the end of a transaction. The stubs know nothing of these hooks."""

    in_atomic_block: bool
    atomic_blocks: list[Any]
    run_on_commit: Any

    def _commit(self) -> Any:
        self._close_transaction()
        return super()._commit()  # type: ignore[misc]

    def _savepoint_commit(self, sid: str) -> Any:
        # Tests lay a transaction around everything: there the one that is tested ends with its savepoint.
        if all(block._from_testcase for block in self.atomic_blocks):
            self._close_transaction()
        return super()._savepoint_commit(sid)  # type: ignore[misc]

    def _close_transaction(self) -> None:
        works = [f for _, f, _ in self.run_on_commit if isinstance(f, Work) and not f.is_done]
        if not works:
            return
        # Django has left the block already, but the transaction goes on.
        was_inside, self.in_atomic_block = self.in_atomic_block, True
        try:
            kinds: list[type[Work]] = list(dict.fromkeys(map(type, works)))
            for kind in kinds:
                kind.do([work for work in works if type(work) is kind])
        except DatabaseError:
            raise
        except Exception as error:
            # For any other Django would not take the transaction back.
            raise DatabaseError("the last work of a transaction failed") from error
        finally:
            self.in_atomic_block = was_inside
        for work in works:
            work.is_done = True
