"""The writers of one process take turns on SQLite; PostgreSQL locks rows and needs no line."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection, connections, transaction

from socialsite.lib.models import IdempotencyKey
from socialsite.lib.sqlite.queue import WriterQueue, queue_of

GREEDY, TURNS = 8, 20


@contextmanager
def threads_of(work: Callable[[], None], number: int) -> Iterator[None]:
    threads = [threading.Thread(target=work) for _ in range(number)]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


def test_turn_goes_to_the_one_who_waited_longest() -> None:
    queue, order = WriterQueue(), []
    assert queue.acquire(1)

    def wait_for(number: int) -> None:
        assert queue.acquire(5)
        order.append(number)
        queue.release()

    threads = [threading.Thread(target=wait_for, args=(number,)) for number in range(5)]
    for waiting, thread in enumerate(threads, start=1):
        thread.start()
        while len(queue._waiting) < waiting:
            time.sleep(0.001)
    queue.release()
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_turn_that_does_not_come_is_given_up_and_delays_nobody() -> None:
    queue = WriterQueue()
    assert queue.acquire(0)
    assert not queue.acquire(0.01)
    queue.release()
    assert queue.acquire(0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the database")
def test_writer_is_not_starved_by_others_who_never_pause() -> None:
    stopped, written = threading.Event(), 0

    def write() -> None:
        with transaction.atomic():
            IdempotencyKey.objects.filter(pk=0).delete()

    def write_without_pause() -> None:
        nonlocal written
        while not stopped.is_set():
            write()
            written += 1
        connections.close_all()

    waits = []
    with threads_of(write_without_pause, GREEDY):
        for _ in range(TURNS):
            before = written
            write()
            waits.append(written - before)
        stopped.set()
    # One turn of each, and those that pass between reading `written` and standing in line. Without the line it is a thousand.
    assert max(waits) <= 4 * GREEDY, waits


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the database")
def test_turn_is_given_back_by_commit_rollback_failure_and_close() -> None:
    queue = queue_of(str(connection.settings_dict["NAME"]))

    def free() -> bool:
        if taken := queue.acquire(0):
            queue.release()
        return taken

    with transaction.atomic():
        assert not free()
    assert free()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError
    assert free()
    with pytest.raises(OperationalError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT no_such_function()")
    assert free()
    transaction.set_autocommit(False)
    connection.close()
    assert free()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows, not the database")
def test_write_outside_a_transaction_waits_for_the_turn_and_reads_do_not() -> None:
    queue = queue_of(str(connection.settings_dict["NAME"]))
    connection.settings_dict["OPTIONS"]["timeout"], kept = (
        0.05,
        connection.settings_dict["OPTIONS"]["timeout"],
    )
    assert queue.acquire(0)
    try:
        assert IdempotencyKey.objects.count() == 0
        with pytest.raises(OperationalError, match="locked"), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {IdempotencyKey._meta.db_table}")
    finally:
        queue.release()
        connection.settings_dict["OPTIONS"]["timeout"] = kept
