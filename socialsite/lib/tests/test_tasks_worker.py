"""The worker in a thread: wake-up, leases, several at once, a database that is locked or away."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection, connections, transaction
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from socialsite.lib.tasks import Worker, enqueue, handler, queue, registry
from socialsite.lib.tests import probes

pytestmark = pytest.mark.django_db(transaction=True)
sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'")
postgresql_only = pytest.mark.skipif("connection.vendor != 'postgresql'")


@pytest.fixture(autouse=True)
def known_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "HANDLERS", dict(registry.HANDLERS))
    monkeypatch.setattr(registry, "SCHEDULES", {})
    probes.register()


@pytest.fixture
def effects(tmp_path: Path) -> Path:
    return tmp_path / "effects"


@contextmanager
def working(*workers: Worker) -> Iterator[None]:
    threads = [threading.Thread(target=worker.run) for worker in workers]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        assert all(worker.wait_stopped(10) for worker in workers)
        for thread in threads:
            thread.join()


def expect_soon(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def all_done() -> bool:
    return not DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).exists()


def test_t48_commit_wakes_the_worker_at_once(effects: Path) -> None:
    with working(Worker(interval=30)):
        time.sleep(0.3)  # let it fall asleep
        started = time.monotonic()
        with transaction.atomic():
            enqueue("probe.append", file=str(effects), line="hello")
            time.sleep(0.2)
            assert not effects.exists()
        expect_soon(effects.exists)
        assert time.monotonic() - started < 2


def test_t48_worker_elsewhere_finds_the_task_by_looking(effects: Path) -> None:
    enqueue("probe.append", file=str(effects), line="from before")
    with working(Worker(interval=0.05)):
        expect_soon(all_done)


def test_t48_stop_finishes_the_current_task(effects: Path) -> None:
    enqueue("probe.sleep", file=str(effects), seconds=0.5)
    enqueue("probe.append", file=str(effects), line="left for the next worker")
    worker = Worker()
    with working(worker):
        expect_soon(effects.exists)
        worker.stop()
        assert worker.wait_stopped(4)
    assert effects.read_text() == "begin\nend\n"
    assert DBTaskResult.objects.ready().count() == 1


def test_t48_failure_does_not_end_the_worker(effects: Path) -> None:
    enqueue("probe.fail")
    enqueue("probe.append", file=str(effects), line="after it")
    with working(Worker()):
        expect_soon(effects.exists)


def test_t48_four_workers_run_each_task_once(effects: Path) -> None:
    for number in range(60):
        enqueue("probe.append", file=str(effects), line=str(number))
    with working(*(Worker(interval=0.05) for _ in range(4))):
        expect_soon(all_done, 60)
    assert sorted(map(int, effects.read_text().split())) == list(range(60))


def test_t48_long_task_keeps_its_lease(effects: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.9))
    enqueue("probe.sleep", file=str(effects), seconds=2)
    with working(Worker()):
        expect_soon(effects.exists)
        while not all_done():
            assert queue.reap() == 0
            time.sleep(0.05)
    assert effects.read_text() == "begin\nend\n"


@contextmanager
def locked_database() -> Iterator[None]:
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    options = connections.settings["default"]["OPTIONS"]
    monkeypatch.setitem(options, "timeout", 0.05)


@sqlite_only
@pytest.mark.usefixtures("impatient")
def test_t48_worker_outlives_a_locked_database_between_tasks(effects: Path) -> None:
    enqueue("probe.append", file=str(effects), line="hello")
    with working(Worker(interval=0.1)):
        expect_soon(all_done)
        enqueue("probe.append", file=str(effects), line="again")
        with locked_database():
            time.sleep(0.5)
        expect_soon(all_done)


@sqlite_only
@pytest.mark.usefixtures("impatient")
def test_t48_acknowledgement_waits_for_a_locked_database(effects: Path) -> None:
    enqueue("probe.sleep", file=str(effects), seconds=0.3)
    with working(Worker()):
        expect_soon(effects.exists)
        with locked_database():
            time.sleep(1)
        expect_soon(all_done)
    assert effects.read_text() == "begin\nend\n"


@postgresql_only
def test_t48_worker_connects_again_after_a_lost_connection(effects: Path) -> None:
    enqueue("probe.sleep", file=str(effects), seconds=0.5)
    with working(Worker(interval=0.1)):
        expect_soon(effects.exists)
        cut_other_connections()
        expect_soon(all_done)
        enqueue("probe.append", file=str(effects), line="hello")
        expect_soon(all_done)
    assert effects.read_text() == "begin\nend\nhello\n"


def cut_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_t48_worker_waits_for_a_database_without_tables(
    effects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enqueue("probe.append", file=str(effects), line="hello")
    with monkeypatch.context() as broken:
        broken.setattr(DBTaskResult._meta, "db_table", "not_migrated_yet")
        with working(Worker(interval=0.05)):
            time.sleep(0.2)
    with working(Worker()):
        expect_soon(effects.exists)


def test_t48_handler_may_enqueue_and_wake_its_own_worker(effects: Path) -> None:
    handler("probe.more", atomic=True)(
        lambda: enqueue("probe.append", file=str(effects), line="more")
    )
    enqueue("probe.more")
    with working(Worker(interval=30)):
        expect_soon(all_done)
        expect_soon(effects.exists)


def enqueue_and_wait(name: str) -> None:
    try:
        enqueue(name)
        expect_soon(all_done)
    finally:
        connection.close()


async def test_t48_handler_of_an_embedded_worker_reaches_the_loop_of_the_server() -> None:
    seen: list[asyncio.AbstractEventLoop] = []

    async def note_loop() -> None:
        seen.append(asyncio.get_running_loop())

    @handler("probe.publish")
    def publish() -> None:
        async_to_sync(note_loop)()

    worker = Worker(interval=30)
    with ThreadPoolExecutor(1) as pool:
        run = sync_to_async(worker.run, thread_sensitive=False, executor=pool)
        running = asyncio.ensure_future(run())
        await sync_to_async(enqueue_and_wait)("probe.publish")
        worker.stop()
        await asyncio.wait_for(running, 4)
    assert seen == [asyncio.get_running_loop()]
