"""What runs in the background and what is counted, in the console of administrators."""

import json
from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.timezone import now
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from unfold.contrib.filters.admin import (
    BooleanRadioFilter,
    ChoicesDropdownFilter,
    DropdownFilter,
    RangeDateTimeFilter,
)
from unfold.decorators import display

from accounts.models import User
from operations import actions
from socialsite.lib.admin import ADMINS, Act, EvidenceAdmin, Figure, add_act, add_figure, at
from socialsite.lib.admin.cells import NOTHING
from socialsite.lib.models import LimitWindow, NodeSlot, PeriodicJob
from socialsite.lib.tasks import get_backlog
from socialsite.lib.tasks.queue import name_of
from socialsite.lib.tasks.registry import HANDLERS

Task = DBTaskResult[Any, Any]
GRACE = timedelta(minutes=1)
"""How long after its moment a job is not yet late: schedulers look now and then, and it waits for its last run to end"""


def try_again(*, actor: User, thing: Task) -> str:
    actions.revive_tasks(actor=actor, ids=[thing.pk])
    return "The task is tried again."


def start(*, actor: User, thing: PeriodicJob) -> str:
    actions.start_job(actor=actor, job=thing)
    return f"{thing.name} runs within a minute."


def switch_on(*, actor: User, thing: PeriodicJob) -> str:
    actions.switch_job(actor=actor, job=thing, is_enabled=True)
    return f"{thing.name} is on."


def switch_off(*, actor: User, thing: PeriodicJob) -> str:
    actions.switch_job(actor=actor, job=thing, is_enabled=False)
    return f"{thing.name} is off."


add_act(
    DBTaskResult,
    Act(
        name="try-again",
        title="Try again",
        note="The task gets all its attempts again, beginning now.",
        run=try_again,
        roles=ADMINS,
        fits=lambda task: task.status == TaskResultStatus.FAILED,
        icon="replay",
    ),
)
add_act(
    PeriodicJob,
    Act(
        name="start",
        title="Run now",
        note="The job runs once, as soon as a scheduler looks; after that its schedule goes on.",
        run=start,
        roles=ADMINS,
        fits=lambda job: job.enabled,
        icon="play_arrow",
    ),
)
add_act(
    PeriodicJob,
    Act(
        name="switch-on",
        title="Switch on",
        note="The job runs by its schedule again.",
        run=switch_on,
        roles=ADMINS,
        fits=lambda job: not job.enabled,
        icon="toggle_on",
    ),
)
add_act(
    PeriodicJob,
    Act(
        name="switch-off",
        title="Switch off",
        note="The job does not run until it is switched on. Clean-up that is left undone costs space.",
        run=switch_off,
        roles=ADMINS,
        fits=lambda job: job.enabled,
        icon="toggle_off",
    ),
)


class HandlerFilter(DropdownFilter):
    title = "name"
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(HANDLERS)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Task]) -> QuerySet[Task]:
        # The name is the first argument of the one function that the library knows of.
        return queryset.filter(args_kwargs__args__0=self.value()) if self.value() else queryset


@admin.register(DBTaskResult)
class TaskAdmin(EvidenceAdmin):
    seen_by = ADMINS
    icon = "checklist"
    list_display = [
        "name",
        "state",
        "attempts",
        at("enqueued_at"),
        "due",
        at("finished_at"),
        "error",
    ]
    list_filter = [
        ("status", ChoicesDropdownFilter),
        HandlerFilter,
        ("enqueued_at", RangeDateTimeFilter),
    ]
    ordering = ["-enqueued_at"]
    actions = ["revive"]
    fields = [
        "id", "name", "arguments", "state", "attempts", "enqueued_at", "due", "started_at", "finished_at", "error",
        "trace",
    ]  # fmt: skip

    @admin.action(description="Try again")
    def revive(self, request: HttpRequest, queryset: QuerySet[Task]) -> None:
        person: Any = request.user
        revived = actions.revive_tasks(actor=person, ids=queryset.values_list("pk", flat=True))
        messages.success(request, f"{revived} failed tasks are tried again.")

    @display(description="name")
    def name(self, task: Task) -> str:
        return name_of(task)

    @display(
        ordering="status",
        label={"READY": "info", "RUNNING": "warning", "FAILED": "danger", "SUCCESSFUL": "success"},
    )
    def state(self, task: Task) -> str:
        return task.status

    @display(description="attempts")
    def attempts(self, task: Task) -> int:
        return len(task.worker_ids)

    @display(ordering="run_after")
    def due(self, task: Task) -> str:
        is_at_once = task.run_after is None or task.run_after == get_date_max()
        return "at once" if is_at_once else task.run_after.strftime("%Y-%m-%d %H:%M")

    @display(description="error")
    def error(self, task: Task) -> str:
        return task.exception_class_path.rpartition(".")[2]

    @display(description="arguments")
    def arguments(self, task: Task) -> str:
        return json.dumps(task.args_kwargs["args"][1:])

    @display(description="trace")
    def trace(self, task: Task) -> str:
        return format_html('<pre class="overflow-x-auto text-xs">{}</pre>', task.traceback)


@admin.register(PeriodicJob)
class PeriodicJobAdmin(EvidenceAdmin):
    seen_by = ADMINS
    icon = "schedule"
    place = 0
    list_display = [
        "name", "schedule", "enabled", "outcome", at("last_run_at"), at("next_run_at"), "late", "runs",
    ]  # fmt: skip
    list_filter = [("enabled", BooleanRadioFilter), ("last_status", ChoicesDropdownFilter)]
    search_fields = ["name"]
    ordering = ["name"]
    fields = [
        "name", "schedule", "enabled", "outcome", "last_run_at", "next_run_at", "late", "runs", "task_id", "last_error",
    ]  # fmt: skip

    @display(
        description="outcome",
        ordering="last_status",
        label={"waiting": "default", "queued": "info", "done": "success", "failed": "danger"},
    )
    def outcome(self, job: PeriodicJob) -> str:
        return job.last_status

    @display(description="late")
    def late(self, job: PeriodicJob) -> str:
        is_late = job.enabled and job.next_run_at < now() - GRACE
        return timesince(job.next_run_at) if is_late else NOTHING


@admin.register(LimitWindow)
class LimitWindowAdmin(EvidenceAdmin):
    """Counts of calls under each policy; who calls is a digest."""

    seen_by = ADMINS
    icon = "speed"
    list_display = ["policy", "actor", "calls", at("updated_at"), at("expires_at")]
    search_fields = ["key__startswith"]
    search_help_text = "The name of a policy"
    ordering = ["-updated_at"]
    fields = ["policy", "actor", "calls", "updated_at", "expires_at"]

    @display(ordering="key")
    def policy(self, window: LimitWindow) -> str:
        return window.key.partition(":")[0]

    @display(description="digest of the actor")
    def actor(self, window: LimitWindow) -> str:
        return window.key.partition(":")[2]

    @display(description="calls")
    def calls(self, window: LimitWindow) -> int:
        return sum(calls for _moment, calls in json.loads(window.slots))


@admin.register(NodeSlot)
class NodeSlotAdmin(EvidenceAdmin):
    seen_by = ADMINS
    icon = "hub"
    list_display = ["number", "holder", at("leased_until"), "held"]

    @display(boolean=True)
    def held(self, slot: NodeSlot) -> bool:
        return slot.leased_until > now()


def count_dead() -> int:
    return get_backlog().dead


def count_failing() -> int:
    return PeriodicJob.objects.filter(last_status=PeriodicJob.Status.FAILED).count()


def count_late() -> int:
    return PeriodicJob.objects.filter(enabled=True, next_run_at__lt=now() - GRACE).count()


TASKS = "admin:django_tasks_database_dbtaskresult_changelist"
add_figure(
    Figure(
        title="Failed tasks",
        note="used up their attempts",
        icon="error",
        count=count_dead,
        page=TASKS,
        query="?status__exact=FAILED",
        warns=True,
        roles=ADMINS,
    )
)
add_figure(
    Figure(
        title="Failing jobs",
        note="of the schedule, last time",
        icon="schedule",
        count=count_failing,
        page="admin:lib_periodicjob_changelist",
        query="?last_status__exact=failed",
        warns=True,
        roles=ADMINS,
    )
)
add_figure(
    Figure(
        title="Late jobs",
        note="should have run by now",
        icon="running_with_errors",
        count=count_late,
        page="admin:lib_periodicjob_changelist",
        warns=True,
        roles=ADMINS,
    )
)
