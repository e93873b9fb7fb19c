"""What operators do to the work in the background, audited like everything else."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from accounts.models import User
from operations.events import JobStarted, JobSwitched, TasksRevived
from socialsite.lib import tasks
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden
from socialsite.lib.models import PeriodicJob


@transaction.atomic
def revive_tasks(*, actor: User, ids: Iterable[UUID]) -> int:
    """Give dead tasks all their attempts again; returns how many were dead. Raises Forbidden unless an admin asks."""
    _refuse_unless_admin(actor)
    revived = tasks.revive(ids)
    if revived:
        emit(TasksRevived(actor_id=actor.pk, number=revived))
    return revived


@transaction.atomic
def start_job(*, actor: User, job: PeriodicJob) -> None:
    """Make a job due now, whatever its schedule says. Raises Forbidden unless an admin asks."""
    _refuse_unless_admin(actor)
    if tasks.run_soon([job.name]):
        emit(JobStarted(actor_id=actor.pk, job=job.pk))


@transaction.atomic
def switch_job(*, actor: User, job: PeriodicJob, is_enabled: bool) -> None:
    """Switch a job on or off; twice changes nothing. Raises Forbidden unless an admin asks."""
    _refuse_unless_admin(actor)
    if PeriodicJob.objects.filter(pk=job.pk).exclude(enabled=is_enabled).exists():
        tasks.set_enabled([job.name], enabled=is_enabled)
        emit(JobSwitched(actor_id=actor.pk, job=job.pk, is_enabled=is_enabled))


def _refuse_unless_admin(actor: User) -> None:
    if not actor.is_superuser:
        raise Forbidden("permission_denied", "Only administrators may do this.")
