from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.models import User
from accounts.testing import UserFactory
from notifications.actions import mark_emailed, notify_user
from notifications.models import Notification

THREADS = 8


def tell(recipient: User, actor: User) -> bool:
    try:
        return (
            notify_user(type_name="follow", recipient_id=recipient.pk, actor_id=actor.pk)
            is not None
        )
    finally:
        connection.close()


def claim(row: Notification) -> bool:
    try:
        return mark_emailed(notification=row)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_y83_t45_racing_repeats_store_one_row() -> None:
    recipient, actor = UserFactory.create(), UserFactory.create()
    with ThreadPoolExecutor(THREADS) as pool:
        stored = list(pool.map(lambda _: tell(recipient, actor), range(4 * THREADS)))
    assert sum(stored) == 1
    assert Notification.objects.filter(recipient=recipient).count() == 1


@pytest.mark.django_db(transaction=True)
def test_y13_one_of_racing_workers_notes_the_mail() -> None:
    row = Notification.objects.create(
        recipient=UserFactory.create(), type="follow", dedup_key="follow:1:"
    )
    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(lambda _: claim(row), range(THREADS))) == 1
