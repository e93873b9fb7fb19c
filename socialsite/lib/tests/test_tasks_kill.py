"""A worker process killed between a task's effect and its acknowledgement, and before the effect."""

import signal
import time
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from socialsite.lib import faults
from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import enqueue, registry
from socialsite.lib.tests import probes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.live]
POINTS = ["tasks.before_effect", "tasks.after_effect"]


@pytest.fixture(autouse=True)
def known_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "HANDLERS", dict(registry.HANDLERS))
    probes.register()


def kill_worker_at(point: str) -> None:
    assert probes.start_worker(FAULT=f"{point}:1").wait(30) == faults.KILLED
    assert DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING).exists()


def work_until_done() -> None:
    worker = probes.start_worker()
    deadline = time.monotonic() + 30
    unfinished = DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL)
    while unfinished.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5) == 0
    assert not unfinished.exists()


@pytest.mark.parametrize("point", POINTS)
def test_t48_effects_happen_once_where_the_handler_is_idempotent_or_atomic(
    point: str, tmp_path: Path
) -> None:
    job = PeriodicJob.objects.create(name="probe", schedule="", next_run_at=timezone.now())
    enqueue("probe.create", file=str(tmp_path / "effects"), key="one")
    enqueue("probe.count", name="probe")
    kill_worker_at(point)
    kill_worker_at(point)
    work_until_done()
    assert (tmp_path / "effects").read_text() == "one\n"
    job.refresh_from_db()
    assert job.runs == 1


@pytest.mark.parametrize(("point", "times"), [(POINTS[0], 1), (POINTS[1], 2)])
def test_t48_effects_happen_at_least_once_in_any_handler(
    point: str, times: int, tmp_path: Path
) -> None:
    enqueue("probe.append", file=str(tmp_path / "effects"), line="hello")
    kill_worker_at(point)
    work_until_done()
    assert (tmp_path / "effects").read_text() == "hello\n" * times


def test_t48_signal_lets_the_current_task_finish(tmp_path: Path) -> None:
    enqueue("probe.sleep", file=str(tmp_path / "effects"), seconds=1.5)
    worker = probes.start_worker()
    while not (tmp_path / "effects").exists():
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(5) == 0
    assert (tmp_path / "effects").read_text() == "begin\nend\n"
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL
