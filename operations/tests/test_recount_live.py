import random
import threading
from typing import Any

import pytest
from django.db import connections
from django.db.models import F

from accounts.actions.follows import follow_user, unfollow_user
from accounts.models import User
from accounts.testing import UserFactory
from socialsite.lib import invariants

THREADS, ROUNDS = 2, 5


def follow_and_unfollow(people: list[User], stopped: threading.Event, seed: int) -> None:
    draw = random.Random(seed)
    while not stopped.is_set():
        actor, target = draw.sample(people, 2)
        draw.choice((follow_user, unfollow_user))(actor=actor, target=target)
    connections.close_all()


def drift(person: User) -> None:
    User.objects.filter(pk=person.pk).update(follower_count=F("follower_count") + 5)


@pytest.mark.django_db(transaction=True)
def test_m44_recount_is_exact_while_people_follow_and_unfollow() -> None:
    people: list[Any] = UserFactory.create_batch(4)
    stopped = threading.Event()
    threads = [
        threading.Thread(target=follow_and_unfollow, args=(people, stopped, seed))
        for seed in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for _ in range(ROUNDS):
        drift(people[0])
        for counter in invariants.COUNTERS:
            list(counter.mend())
    stopped.set()
    for thread in threads:
        thread.join()
    assert list(invariants.violations()) == []
