"""The queue's own job: finished tasks are kept for a look, not for ever."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from socialsite.lib.tasks.registry import periodic

KEEP_DONE = timedelta(hours=1)
KEEP_DEAD = timedelta(days=30)


@periodic("lib.purge_tasks", every=600, atomic=True)
def purge_tasks() -> None:
    now = timezone.now()
    done = Q(status=TaskResultStatus.SUCCESSFUL, finished_at__lt=now - KEEP_DONE)
    dead = Q(status=TaskResultStatus.FAILED, finished_at__lt=now - KEEP_DEAD)
    DBTaskResult.objects.filter(done | dead).delete()
