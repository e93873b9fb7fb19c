"""The worker: runs tasks one after the other, keeps their leases, puts back lost ones and fires the schedule."""

import logging
import os
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from django.db import Error, close_old_connections, connection
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker as LibraryWorker

from socialsite.lib.tasks import queue, schedule, wake

GRACE_S = 4.0
REAP_EVERY_S = 10.0

logger = logging.getLogger(__name__)


class Worker(LibraryWorker):
    """Run tasks until told to stop; any number may share a database, in one process or many.

    Embedded: `run` in an executor of the server, then `stop` and `wait_stopped`. As a process: `configure_signals`, then `run`.
    """

    def __init__(self, *, interval: float = 1.0) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,  # seconds between two looks at an empty queue
            batch=False,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{os.uname().nodename[:32]}-{os.getpid()}-{secrets.token_hex(4)}",
            excluded_queue_names=[],
        )
        self._bell = wake.Bell()
        self._stopped = threading.Event()
        self._jobs_known = False
        self._database_well = True
        self._next_schedule = self._next_reap = 0.0

    def run(self) -> None:
        """Work until `stop`. A database that is locked, away or not migrated yet is waited for."""
        logger.info("Worker %s starts", self.worker_id)
        self._stopped.clear()
        self._bell.hang()
        try:
            while self.running:
                if not self._take_turn():
                    self._bell.wait(self.interval)
        finally:
            self._bell.take_down()
            connection.close()
            self._stopped.set()
            logger.info("Worker %s stopped", self.worker_id)

    def stop(self) -> None:
        """Ask `run` to return after the current task; a signal handler may call this."""
        self.running = False
        self._bell.ring()

    def wait_stopped(self, timeout: float = GRACE_S) -> bool:
        """Wait in another thread than that of `run` until it has returned; False when the current task takes longer.

        The process may end all the same: the task is put back when its lease runs out.
        """
        return self._stopped.wait(timeout)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Stop at a signal: after the current task, or without it when it takes too long or a second signal comes."""
        if not self.running:
            self.reset_signals()
            sys.exit(1)
        self.stop()
        last_resort = threading.Timer(GRACE_S, os._exit, args=[0])
        last_resort.daemon = True
        last_resort.start()

    def run_task(self, db_task_result: queue.Row) -> None:
        """Run a claimed task and keep its lease; its failure is on its row and in the log."""
        self.running_task = True
        try:
            with lease_kept(db_task_result):
                queue.execute(db_task_result)
        except Exception:
            logger.debug("Task %s failed", db_task_result.pk, exc_info=True)
        finally:
            self.running_task = False

    def _take_turn(self) -> bool:
        """Do what is due for the queue as a whole, then one task; False when there is nothing more to do."""
        try:
            close_old_connections()
            self._keep_up()
            row = queue.claim_next(self.worker_id)
        except Error:
            if self._database_well:
                logger.exception("The queue cannot be read; trying again until it can")
            self._database_well = False
            connection.close()
            return False
        if not self._database_well:
            logger.info("The queue can be read again")
        self._database_well = True
        if row is not None:
            self.run_task(row)
        return row is not None

    def _keep_up(self) -> None:
        now = time.monotonic()
        if not self._jobs_known:
            schedule.sync_jobs()
            self._jobs_known = True
        if now >= self._next_reap:
            queue.reap()
            self._next_reap = now + REAP_EVERY_S
        if now >= self._next_schedule:
            schedule.fire_due()
            self._next_schedule = now + self.interval


@contextmanager
def lease_kept(row: queue.Row) -> Iterator[None]:
    """Prolong the lease of a task from a second thread, three times in its length, as long as the block runs."""
    done = threading.Event()
    threading.Thread(target=_keep_lease, args=(row, done), daemon=True, name="lease").start()
    try:
        yield
    finally:
        done.set()


def _keep_lease(row: queue.Row, done: threading.Event) -> None:
    while not done.wait(queue.LEASE.total_seconds() / 3):
        try:
            queue.prolong(row)
        except Error:
            # An atomic handler holds the write lock of SQLite; then nobody else can take the task either.
            logger.warning("The lease of task %s could not be prolonged", row.pk)
        finally:
            connection.close()
