"""The queue: storing, running, retrying, leases."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from socialsite.lib import context
from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import (
    UnknownTaskError,
    enqueue,
    enqueue_at,
    get_backlog,
    handler,
    housekeeping,
    queue,
    registry,
    revive,
    run_all,
)
from socialsite.lib.tests import probes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "HANDLERS", dict(registry.HANDLERS))
    probes.register()


@pytest.fixture
def effects(tmp_path: Path) -> Path:
    return tmp_path / "effects"


@pytest.fixture
def job() -> PeriodicJob:
    return PeriodicJob.objects.create(name="probe", schedule="", next_run_at=timezone.now())


def only_row() -> queue.Row:
    return DBTaskResult.objects.get()


def claim() -> queue.Row:
    row = queue.claim_next("a worker")
    assert row is not None
    return row


def fail_once() -> None:
    DBTaskResult.objects.update(run_after=timezone.now())
    with pytest.raises(ZeroDivisionError):
        run_all()


def expire_lease() -> None:
    DBTaskResult.objects.update(run_after=timezone.now() - timedelta(seconds=1))


def test_t48_task_runs_with_its_arguments_and_is_acknowledged(effects: Path) -> None:
    enqueue("probe.append", file=str(effects), line="hello")
    assert run_all() == 1
    assert effects.read_text() == "hello\n"
    assert only_row().status == TaskResultStatus.SUCCESSFUL


def test_t48_large_ids_survive_storage(effects: Path) -> None:
    enqueue("probe.append", file=str(effects), line=2**63 - 1)
    run_all()
    assert effects.read_text() == f"{2**63 - 1}\n"


def test_t48_unknown_name_is_an_error_at_once() -> None:
    with pytest.raises(UnknownTaskError):
        enqueue("probe.nothing")
    assert not DBTaskResult.objects.exists()


@pytest.mark.parametrize("kwargs", [{"wrong": 1}, {"name": {1, 2}}, {"name": datetime.now(UTC)}])
def test_t48_arguments_that_cannot_run_are_an_error_at_once(kwargs: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        enqueue("probe.count", **kwargs)
    assert not DBTaskResult.objects.exists()


def test_t48_name_is_registered_once() -> None:
    with pytest.raises(RuntimeError):
        handler("probe.append")(probes.append)


def test_t48_rolled_back_cause_leaves_no_task(effects: Path) -> None:
    with transaction.atomic():
        enqueue("probe.append", file=str(effects), line="never")
        transaction.set_rollback(True)
    assert run_all() == 0
    assert not DBTaskResult.objects.exists()


def test_t48_deferred_task_waits_for_its_time(effects: Path) -> None:
    enqueue_at(timezone.now() + timedelta(hours=1), "probe.append", file=str(effects), line="later")
    assert run_all() == 0
    DBTaskResult.objects.update(run_after=timezone.now())
    assert run_all() == 1


def test_t48_higher_priority_runs_first(effects: Path) -> None:
    handler("probe.urgent", priority=10)(probes.append)
    enqueue("probe.append", file=str(effects), line="second")
    enqueue("probe.urgent", file=str(effects), line="first")
    run_all()
    assert effects.read_text() == "first\nsecond\n"


def test_t48_tasks_enqueued_by_tasks_are_drained_up_to_the_limit() -> None:
    handler("probe.chain")(lambda: enqueue("probe.chain"))
    enqueue("probe.chain")
    assert run_all(limit=5) == 5
    assert DBTaskResult.objects.ready().count() == 1


def test_t48_handler_is_known_to_logs_and_audit() -> None:
    seen = []
    handler("probe.look")(lambda: seen.append((context.request_id.get(), context.credential.get())))
    task_id = enqueue("probe.look")
    before = context.credential.get()
    run_all()
    assert seen == [(str(task_id), "task:probe.look")]
    assert context.credential.get() == before


def test_t48_failure_waits_on_the_same_row() -> None:
    task_id = enqueue("probe.fail")
    fail_once()
    row = only_row()
    assert (row.pk, row.status, len(row.worker_ids)) == (task_id, TaskResultStatus.READY, 1)
    assert 0 < (row.run_after - timezone.now()).total_seconds() <= 1.5
    assert "probe" in row.traceback
    assert run_all() == 0


def test_t48_pauses_grow_to_an_hour_with_jitter() -> None:
    for attempt, seconds in enumerate([1, 4, 16, 64, 256, 1024, 3600, 3600], start=1):
        pauses = {queue.pause_after(attempt) for _ in range(20)}
        assert seconds * 0.5 <= min(pauses) < max(pauses) <= seconds * 1.5


def test_t48_last_attempt_leaves_a_dead_task_that_can_be_revived() -> None:
    task_id = enqueue("probe.fail")
    fail_once()
    fail_once()
    assert only_row().status == TaskResultStatus.FAILED
    assert get_backlog().dead == 1
    assert revive([task_id]) == 1
    fail_once()
    assert only_row().status == TaskResultStatus.READY


def test_t48_task_without_handler_waits_for_the_release_that_has_it() -> None:
    enqueue("probe.count", name="probe")
    del registry.HANDLERS["probe.count"]
    with pytest.raises(UnknownTaskError):
        run_all()
    assert only_row().status == TaskResultStatus.READY


def test_t48_atomic_handler_that_fails_leaves_no_rows(job: PeriodicJob) -> None:
    def count_and_fail() -> None:
        probes.count("probe")
        probes.fail()

    handler("probe.half", atomic=True)(count_and_fail)
    enqueue("probe.half")
    with pytest.raises(ZeroDivisionError):
        run_all()
    job.refresh_from_db()
    assert job.runs == 0


def test_t48_atomic_handler_without_its_claim_leaves_no_rows(job: PeriodicJob) -> None:
    enqueue("probe.count", name="probe")
    slow = claim()
    expire_lease()
    queue.reap()
    fresh = claim()
    with pytest.raises(queue.LeaseLostError):
        queue.execute(slow)
    queue.execute(fresh)
    job.refresh_from_db()
    assert job.runs == 1
    assert only_row().status == TaskResultStatus.SUCCESSFUL


def test_t48_reaper_puts_back_what_a_dead_worker_held(effects: Path) -> None:
    enqueue("probe.append", file=str(effects), line="again")
    claim()
    assert (queue.reap(), run_all()) == (0, 0)
    expire_lease()
    assert (queue.reap(), run_all()) == (1, 1)
    assert only_row().worker_ids == ["a worker", "run_all"]


def test_t48_task_that_kills_its_workers_dies_too() -> None:
    enqueue("probe.fail")
    for _ in range(2):
        claim()
        expire_lease()
        queue.reap()
    assert only_row().status == TaskResultStatus.FAILED
    assert "went silent" in only_row().traceback


def test_t48_prolonged_lease_is_not_reaped() -> None:
    enqueue("probe.fail")
    row = claim()
    expire_lease()
    queue.prolong(row)
    assert queue.reap() == 0


def test_t48_lease_prolonged_while_the_reaper_looks_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def prolong_meanwhile(row: queue.Row) -> queue.LeaseLostError:
        queue.prolong(row)
        return queue.LeaseLostError()

    monkeypatch.setattr(queue, "_silence", prolong_meanwhile)
    enqueue("probe.fail")
    claim()
    expire_lease()
    assert queue.reap() == 0
    assert only_row().status == TaskResultStatus.RUNNING


def test_t48_backlog_tells_what_waits_and_how_long() -> None:
    enqueue("probe.fail")
    enqueue_at(timezone.now() + timedelta(hours=1), "probe.fail")
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(seconds=90))
    backlog = get_backlog()
    assert (backlog.due, backlog.running, backlog.dead) == (1, 0, 0)
    assert backlog.oldest_s == pytest.approx(90, abs=5)


def test_t48_empty_queue_has_no_age() -> None:
    assert get_backlog() == queue.Backlog(due=0, running=0, dead=0, oldest_s=0.0)


@pytest.mark.parametrize(
    ("status", "age", "kept"),
    [
        (TaskResultStatus.SUCCESSFUL, timedelta(minutes=50), 1),
        (TaskResultStatus.SUCCESSFUL, timedelta(minutes=70), 0),
        (TaskResultStatus.FAILED, timedelta(days=29), 1),
        (TaskResultStatus.FAILED, timedelta(days=31), 0),
    ],
)
def test_t48_finished_tasks_are_purged(status: str, age: timedelta, kept: int) -> None:
    enqueue("probe.fail")
    DBTaskResult.objects.update(status=status, finished_at=timezone.now() - age)
    purge: Callable[[], None] = housekeeping.purge_tasks
    purge()
    assert DBTaskResult.objects.count() == kept
