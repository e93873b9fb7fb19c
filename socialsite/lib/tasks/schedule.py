"""The schedule: rows of PeriodicJob, each slot claimed by one compare-and-swap UPDATE.

Any number of schedulers may look at the same time; who moves `next_run_at` away from the value they all saw has won the slot, and
enqueues its task in the same transaction.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import registry
from socialsite.lib.tasks.queue import enqueue

UNFINISHED = (TaskResultStatus.READY, TaskResultStatus.RUNNING)


def sync_jobs() -> None:
    """Make the rows of new jobs, and move those whose schedule changed to their next slot."""
    now = timezone.now()
    known = dict(PeriodicJob.objects.values_list("name", "schedule"))
    new = [
        PeriodicJob(name=name, schedule=str(schedule), next_run_at=schedule.slot_after(now, now))
        for name, schedule in registry.SCHEDULES.items()
        if name not in known
    ]
    # Several processes may start at once.
    PeriodicJob.objects.bulk_create(new, ignore_conflicts=True)
    for name, schedule in registry.SCHEDULES.items():
        if known.get(name, str(schedule)) != str(schedule):
            PeriodicJob.objects.filter(name=name).update(
                schedule=str(schedule), next_run_at=schedule.slot_after(now, now)
            )


def fire_due() -> int:
    """Enqueue the task of each job that is due and return how many of the slots this caller won.

    Slots missed while nobody looked fire once; a job whose last task is unfinished waits for it.
    """
    now = timezone.now()
    last_task = DBTaskResult.objects.filter(pk=OuterRef("task_id"), status__in=UNFINISHED)
    due = PeriodicJob.objects.filter(
        ~Exists(last_task), enabled=True, next_run_at__lte=now, name__in=list(registry.SCHEDULES)
    )
    return sum(fire(job, now) for job in due)


def fire(job: PeriodicJob, now: datetime) -> bool:
    """Enqueue the task of the slot that `job` was seen at, unless another scheduler has taken it."""
    following = registry.SCHEDULES[job.name].slot_after(now, job.next_run_at)
    seen = PeriodicJob.objects.filter(pk=job.pk, enabled=True, next_run_at=job.next_run_at)
    with transaction.atomic():
        won = seen.update(
            next_run_at=following,
            last_run_at=now,
            last_status=PeriodicJob.Status.QUEUED,
            last_error="",
            runs=F("runs") + 1,
        )
        if won:
            PeriodicJob.objects.filter(pk=job.pk).update(task_id=enqueue(job.name))
    return bool(won)


def run_soon(names: Iterable[str]) -> int:
    """Make jobs due now, whatever their schedule says; return how many."""
    return PeriodicJob.objects.filter(name__in=names).update(next_run_at=timezone.now())


def set_enabled(names: Iterable[str], *, enabled: bool) -> int:
    """Switch jobs on or off; return how many."""
    return PeriodicJob.objects.filter(name__in=names).update(enabled=enabled)
