"""The schedule: each slot fires once, whoever looks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from time_machine import TimeMachineFixture

from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import (
    Worker,
    fire_due,
    periodic,
    registry,
    run_all,
    run_soon,
    set_enabled,
    sync_jobs,
)
from socialsite.lib.tasks.registry import Schedule
from socialsite.lib.tasks.schedule import fire

SCHEDULERS = 12
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ran: list[str] = []


@pytest.fixture(autouse=True)
def only_our_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "HANDLERS", {})
    monkeypatch.setattr(registry, "SCHEDULES", {})
    ran.clear()


@pytest.fixture
def minutely(time_machine: TimeMachineFixture) -> PeriodicJob:
    time_machine.move_to(NOON, tick=False)
    periodic("probe.minutely", every=60)(lambda: ran.append("minutely"))
    sync_jobs()
    return PeriodicJob.objects.get()


def look_at_once(_: object) -> int:
    """One of several schedulers that see the same due job."""
    try:
        return fire_due()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_t48_twelve_schedulers_fire_each_slot_once(
    minutely: PeriodicJob, time_machine: TimeMachineFixture
) -> None:
    with ThreadPoolExecutor(SCHEDULERS) as pool:
        for slot in range(1, 6):
            time_machine.move_to(NOON + timedelta(minutes=slot), tick=False)
            assert sum(pool.map(look_at_once, range(SCHEDULERS))) == 1
            assert run_all() == 1
    minutely.refresh_from_db()
    assert (minutely.runs, len(ran)) == (5, 5)


@pytest.mark.django_db(transaction=True)
def test_t48_slot_seen_by_twelve_before_the_first_takes_it_fires_once(
    minutely: PeriodicJob, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture
) -> None:
    everyone_saw_it = Barrier(SCHEDULERS, timeout=20)
    slot_after = Schedule.slot_after

    def wait_for_all(schedule: Schedule, now: datetime, last: datetime) -> datetime:
        everyone_saw_it.wait()
        return slot_after(schedule, now, last)

    monkeypatch.setattr(Schedule, "slot_after", wait_for_all)
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    with ThreadPoolExecutor(SCHEDULERS) as pool:
        assert sum(pool.map(look_at_once, range(SCHEDULERS))) == 1
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_t48_stale_view_of_a_slot_wins_nothing(
    minutely: PeriodicJob, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    assert fire_due() == 1
    run_all()
    assert not fire(minutely, timezone.now())
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_t48_new_job_waits_for_its_first_slot(minutely: PeriodicJob) -> None:
    assert minutely.next_run_at == NOON + timedelta(minutes=1)
    assert minutely.last_status == PeriodicJob.Status.WAITING
    assert fire_due() == 0


@pytest.mark.django_db
def test_t48_missed_slots_fire_once_and_keep_their_phase(
    minutely: PeriodicJob, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON + timedelta(hours=5, seconds=30), tick=False)
    assert (fire_due(), fire_due()) == (1, 0)
    run_all()
    assert fire_due() == 0
    minutely.refresh_from_db()
    assert minutely.next_run_at == NOON + timedelta(hours=5, minutes=1)


@pytest.mark.django_db
def test_t48_slow_job_is_not_piled_up(
    minutely: PeriodicJob, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    assert fire_due() == 1
    time_machine.move_to(NOON + timedelta(minutes=2), tick=False)
    assert fire_due() == 0
    run_all()
    assert fire_due() == 1


@pytest.mark.django_db
def test_t48_outcome_is_on_the_job(minutely: PeriodicJob, time_machine: TimeMachineFixture) -> None:
    periodic("probe.broken", every=60)(lambda: 1 // 0)
    sync_jobs()
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    assert fire_due() == 2
    for _ in range(2):
        try_all()
    minutely.refresh_from_db()
    broken = PeriodicJob.objects.get(name="probe.broken")
    assert minutely.last_status == PeriodicJob.Status.DONE
    assert broken.last_status == PeriodicJob.Status.FAILED
    assert "ZeroDivisionError" in broken.last_error


def try_all() -> None:
    try:
        run_all()
    except ZeroDivisionError:
        return


@pytest.mark.django_db
def test_t48_changed_schedule_moves_the_job(minutely: PeriodicJob) -> None:
    registry.SCHEDULES["probe.minutely"] = Schedule(cron="30 3 * * *")
    sync_jobs()
    minutely.refresh_from_db()
    assert minutely.schedule == "30 3 * * *"
    assert minutely.next_run_at == datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_t48_restart_keeps_the_slot(
    minutely: PeriodicJob, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON + timedelta(seconds=50), tick=False)
    sync_jobs()
    assert PeriodicJob.objects.get().next_run_at == minutely.next_run_at


@pytest.mark.django_db
def test_t48_disabled_job_rests(minutely: PeriodicJob, time_machine: TimeMachineFixture) -> None:
    set_enabled(["probe.minutely"], enabled=False)
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    assert fire_due() == 0
    set_enabled(["probe.minutely"], enabled=True)
    assert fire_due() == 1


@pytest.mark.django_db
def test_t48_job_can_be_run_soon(minutely: PeriodicJob) -> None:
    assert run_soon([minutely.name]) == 1
    assert (fire_due(), run_all()) == (1, 1)


@pytest.mark.django_db
def test_t48_job_of_an_older_release_rests() -> None:
    PeriodicJob.objects.create(name="gone", schedule="every 1 s", next_run_at=timezone.now())
    assert fire_due() == 0


@pytest.mark.django_db(transaction=True)
def test_t48_worker_makes_the_rows_and_fires() -> None:
    worker = Worker(interval=0.05)
    periodic("probe.stop", every=1)(worker.stop)
    worker.run()
    assert PeriodicJob.objects.get().runs == 1


@pytest.mark.parametrize("cron", ["", "61 * * * *", "soon"])
def test_t48_wrong_schedule_stops_the_start(cron: str) -> None:
    with pytest.raises(ValueError, match="cron"):
        periodic("probe.wrong", cron=cron)
