import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from accounts.models import User
from accounts.testing import UserFactory
from socialsite.lib.retries import retried

on_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="needs row locks")


def locking(first: User, second: User, met: threading.Barrier) -> Callable[[], Any]:
    """Return a transaction that locks two rows, and meets another between the two at its first try."""
    tries = []

    @transaction.atomic
    def act() -> int:
        tries.append(1)
        User.objects.select_for_update().get(pk=first.pk)
        if len(tries) == 1:
            met.wait(10)
        User.objects.select_for_update().get(pk=second.pk)
        return len(tries)

    return act


@on_postgres
@pytest.mark.django_db(transaction=True)
def test_t50_both_sides_of_a_deadlock_end_well() -> None:
    one, other = UserFactory.create_batch(2)
    met, done = threading.Barrier(2), []

    def run(act: Callable[[], int]) -> None:
        done.append(retried(act))
        connections.close_all()

    sides = (locking(one, other, met), locking(other, one, met))
    threads = [threading.Thread(target=run, args=(act,)) for act in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [1, 2]


@pytest.mark.django_db
def test_other_failures_are_not_tried_again() -> None:
    tries = []

    def fail() -> None:
        tries.append(1)
        raise OperationalError("server closed the connection")

    with pytest.raises(OperationalError):
        retried(fail)
    assert len(tries) == 1
    assert not connection.needs_rollback
