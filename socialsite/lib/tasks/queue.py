"""The queue: rows of django-tasks-db, claimed under a lease, retried with back-off on the same row.

The library stores and orders tasks. What it lacks is here: while a row is RUNNING its `run_after` is the end of its lease, its
`started_at` names the claim (nobody else may acknowledge it), and the length of `worker_ids` is the number of attempts.
"""

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from traceback import format_exception
from typing import Any, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Count, F, Min, Q, QuerySet, When
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult, get_date_max

from socialsite.lib import context, faults
from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import registry, wake

T = TypeVar("T")
Row = DBTaskResult[Any, Any]

# With the pause between two calls of `reap`, the task of a dead worker is back in the queue within a minute.
LEASE = timedelta(seconds=45)
LONGEST_PAUSE_S = 3600
TRACEBACK_CHARS = 10_000

logger = logging.getLogger(__name__)


class LeaseLostError(Exception):
    """The claim on a task has run out, so another worker may have it by now."""


@dataclass(frozen=True)
class Backlog:
    """What waits in the queue; `oldest_s` is how long the first of the due tasks has been due."""

    due: int
    running: int
    dead: int
    oldest_s: float


@task()
def run_handler(name: str, kwargs: dict[str, Any]) -> None:
    """Run a registered handler: the one function that the library knows of."""
    registry.get_handler(name).run(**kwargs)


def enqueue(name: str, /, **kwargs: Any) -> UUID:
    """Store a task in the caller's transaction, wake the workers when it commits, return its id.

    Raises UnknownTaskError for a name nobody registered and TypeError for arguments that the handler does not take or JSON does not
    carry. Arguments are stored in the clear: pass ids, never secrets.
    """
    return _store(name, kwargs, when=None)


def enqueue_at(when: datetime, name: str, /, **kwargs: Any) -> UUID:
    """Store a task that is not run before `when`; otherwise as `enqueue`."""
    return _store(name, kwargs, when=when)


def _store(name: str, kwargs: dict[str, Any], when: datetime | None) -> UUID:
    handler = registry.get_handler(name)
    handler.parameters.bind(**kwargs)
    result = run_handler.using(priority=handler.priority, run_after=when).enqueue(name, kwargs)
    transaction.on_commit(wake.ring_all, robust=True)
    return UUID(result.id)


def run_all(limit: int = 1000) -> int:
    """Run what is due here and now, the tasks these enqueue too, and return how many; the first error is raised."""
    for done in range(limit):
        row = claim_next("run_all")
        if row is None:
            return done
        execute(row)
    return limit


def claim_next(worker_id: str) -> Row | None:
    """Take the first task that is due, for the length of a lease; None when there is none."""
    # Looking first: an idle worker would otherwise take the one write lock of SQLite again and again.
    if not DBTaskResult.objects.ready().exists():
        return None
    with transaction.atomic():
        row = DBTaskResult.objects.ready().get_locked()
        if row is not None:
            _lease(row, worker_id)
    return row


def _lease(row: Row, worker_id: str) -> None:
    now = timezone.now()
    row.status = TaskResultStatus.RUNNING
    row.started_at, row.run_after = now, now + LEASE
    row.worker_ids = [*row.worker_ids, worker_id]
    row.save(update_fields=["status", "started_at", "run_after", "worker_ids"])


def execute(row: Row) -> None:
    """Run a claimed task and acknowledge it. An error puts it back for later, or declares it dead, and is raised."""
    try:
        with _known_to_logs(row):
            _perform(row)
    except Exception as error:
        pause = timedelta(seconds=pause_after(len(row.worker_ids)))
        patiently(partial(_put_back, _held(row), row, error, pause))
        raise


def _perform(row: Row) -> None:
    handler = registry.get_handler(name_of(row))
    with transaction.atomic() if handler.atomic else nullcontext():
        faults.hit("tasks.before_effect")
        faults.hit(f"{handler.name}.before_effect")
        row.task.call(*row.args_kwargs["args"])
        faults.hit("tasks.after_effect")
        faults.hit(f"{handler.name}.after_effect")
        patiently(partial(_acknowledge, row))


@contextmanager
def _known_to_logs(row: Row) -> Iterator[None]:
    request_id = context.request_id.set(str(row.pk))
    credential = context.credential.set(f"task:{name_of(row)}")
    try:
        yield
    finally:
        context.request_id.reset(request_id)
        context.credential.reset(credential)


def pause_after(attempts: int) -> float:
    """Return the seconds to wait before the next attempt: 1, 4, 16 … up to an hour, each by half more or less.

    Eight attempts span about 80 minutes, so mail outlives a short outage of its server.
    """
    jitter = random.uniform(0.5, 1.5)  # noqa: S311 - spreads the load, guards nothing
    return min(4 ** (attempts - 1), LONGEST_PAUSE_S) * jitter


def prolong(row: Row) -> None:
    """Move the end of a running task's lease away."""
    _held(row).update(run_after=timezone.now() + LEASE)


def reap() -> int:
    """Put back the tasks whose worker went silent: their lease has run out. Return how many."""
    expired = DBTaskResult.objects.running().filter(run_after__lte=timezone.now())
    # The condition goes into the UPDATE too: a slow worker may have prolonged its lease since.
    return sum(_put_back(expired & _held(row), row, _silence(row), timedelta()) for row in expired)


def revive(ids: Iterable[UUID]) -> int:
    """Give dead tasks all their attempts again; return how many there were."""
    dead = DBTaskResult.objects.failed().filter(pk__in=ids)
    transaction.on_commit(wake.ring_all, robust=True)
    return dead.update(
        status=TaskResultStatus.READY, run_after=timezone.now(), worker_ids=[], finished_at=None
    )


def get_backlog() -> Backlog:
    """Return what waits in the queue, for health and metrics."""
    now = timezone.now()
    due = Q(status=TaskResultStatus.READY) & (Q(run_after=get_date_max()) | Q(run_after__lte=now))
    since = Case(When(run_after=get_date_max(), then=F("enqueued_at")), default=F("run_after"))
    figures = DBTaskResult.objects.aggregate(
        due=Count("pk", filter=due),
        running=Count("pk", filter=Q(status=TaskResultStatus.RUNNING)),
        dead=Count("pk", filter=Q(status=TaskResultStatus.FAILED)),
        oldest=Min(since, filter=due),
    )
    oldest = figures.pop("oldest")
    return Backlog(**figures, oldest_s=(now - oldest).total_seconds() if oldest else 0.0)


def name_of(row: Row) -> str:
    """Return the name of the handler that a task asks for."""
    name: str = row.args_kwargs["args"][0]
    return name


def patiently(work: Callable[[], T]) -> T:
    """Return what `work` returns; while the database is locked or away, try again for the length of a lease.

    Inside a transaction the first error is raised: the transaction is lost with it.
    """
    deadline = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > deadline:
                raise
            connection.close()
            time.sleep(0.5)


def _held(row: Row) -> QuerySet[Row]:
    return DBTaskResult.objects.running().filter(pk=row.pk, started_at=row.started_at)


def _acknowledge(row: Row) -> None:
    with transaction.atomic():
        held = _held(row).update(
            status=TaskResultStatus.SUCCESSFUL,
            finished_at=timezone.now(),
            exception_class_path="",
            traceback="",
        )
        if not held:
            raise LeaseLostError(str(row.pk))
        _note_on_job(row, PeriodicJob.Status.DONE)


def _put_back(held: QuerySet[Row], row: Row, error: Exception, pause: timedelta) -> bool:
    attempts = len(row.worker_ids)
    dead = attempts >= registry.max_attempts_of(name_of(row))
    now = timezone.now()
    with transaction.atomic():
        changed = held.update(
            status=TaskResultStatus.FAILED if dead else TaskResultStatus.READY,
            run_after=now + pause,
            finished_at=now if dead else None,
            exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
            traceback="".join(format_exception(error))[-TRACEBACK_CHARS:],
        )
        if changed:
            _note_on_job(row, PeriodicJob.Status.FAILED, repr(error))
    if changed:
        level = logging.ERROR if dead else logging.WARNING
        outcome = "is dead" if dead else "will be tried again"
        told = (name_of(row), row.pk, outcome, attempts)
        logger.log(level, "Task %s %s %s after attempt %d", *told, exc_info=error)
    return bool(changed)


def _note_on_job(row: Row, status: PeriodicJob.Status, error: str = "") -> None:
    if name_of(row) in registry.SCHEDULES:
        jobs = PeriodicJob.objects.filter(task_id=row.pk)
        jobs.update(last_status=status, last_error=error[:TRACEBACK_CHARS])


def _silence(row: Row) -> LeaseLostError:
    return LeaseLostError(f"worker {row.worker_ids[-1]} went silent")
