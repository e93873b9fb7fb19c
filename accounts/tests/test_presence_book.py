"""Keeping book of who is there: few writes, several processes, and processes that die."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import attendance
from accounts.actions import presence as acts
from accounts.models import Presence, SocketHost, SocketUser, User
from accounts.presence import presence_of
from accounts.tasks import sweep_presence
from accounts.testing import Cast, UserFactory
from accounts.tests.attending import GRACE_S, arrive, leave
from accounts.tests.racing import race
from socialsite.lib.realtime import signals
from socialsite.lib.testing.history import until
from socialsite.lib.testing.sockets import serving


@pytest.mark.django_db
def test_c5_of_two_processes_the_last_to_let_go_makes_a_person_offline(cast: Cast) -> None:
    assert arrive(cast.alice, host="one") == {cast.alice.pk}
    assert arrive(cast.alice, cast.bob, host="two") == {cast.bob.pk}
    assert leave(cast.alice, host="one") == set()
    assert leave(cast.alice, host="two") == {cast.alice.pk}
    assert leave(cast.alice, host="two") == set()
    assert arrive(cast.alice, host="two") == {cast.alice.pk}


@pytest.mark.django_db
def test_c5_c13_who_was_at_a_killed_process_is_offline_when_its_lease_is_over(
    cast: Cast, news: list[signals.News]
) -> None:
    arrive(cast.alice, host="killed")
    arrive(cast.bob, host="alive")
    lapsed = timezone.now() + acts.LEASE + timedelta(seconds=1)
    with time_machine.travel(lapsed - timedelta(seconds=2)):
        assert acts.prolong(host="alive")
    with time_machine.travel(lapsed):
        assert presence_of([cast.alice.pk], cast.bob)[cast.alice.pk]["status"] == "offline"
        sweep_presence()
    [told] = news
    assert told.data["status"] == "offline"
    assert told.only == (cast.bob.pk,)
    assert not SocketUser.objects.filter(user=cast.alice).exists()
    at = Presence.objects.get(user=cast.alice).last_seen_at
    assert at is not None
    assert at <= timezone.now()
    sweep_presence()
    assert len(news) == 1


@pytest.mark.django_db
def test_c5_a_lease_that_is_over_is_not_taken_up_again(cast: Cast) -> None:
    arrive(cast.alice, host="stalled")
    with time_machine.travel(timezone.now() + 2 * acts.LEASE):
        assert not acts.prolong(host="stalled")
        with pytest.raises(IntegrityError), transaction.atomic():
            arrive(cast.bob, host="stalled")
        sweep_presence()
        assert not SocketUser.objects.exists()


@pytest.mark.django_db
def test_c5_a_thousand_who_come_at_once_are_written_in_a_few_statements(db: None) -> None:
    people = UserFactory.create_batch(600)
    with CaptureQueriesContext(connection) as queries:
        assert len(arrive(*people)) == 600
    assert len(queries) <= 24
    with CaptureQueriesContext(connection) as queries:
        assert len(leave(*people)) == 600
    assert len(queries) <= 24


@pytest.fixture
def book(
    quick: None, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[attendance.Book]:
    monkeypatch.setattr(attendance, "GRACE_S", 0.0)
    made = attendance.Book()
    yield made
    made.stop()


def test_c5_what_could_not_be_written_is_written_when_the_database_is_back(
    cast: Cast, book: attendance.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    there = acts.arrive

    def arrive_later(**columns: Any) -> set[int]:
        tries.append(1)
        if len(tries) == 1:
            raise DatabaseError
        return there(**columns)

    monkeypatch.setattr(acts, "arrive", arrive_later)
    assert book.open(cast.alice.pk)
    assert until(lambda: SocketUser.objects.filter(user=cast.alice).exists())
    assert len(tries) == 2
    book.close(cast.alice.pk)
    assert until(lambda: not SocketHost.objects.exists())
    assert book.is_over


def test_c5_who_came_is_told_of_though_who_left_could_not_be_written(
    cast: Cast, book: attendance.Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, there, failures = set[int](), acts.leave, list[int]()

    def leave_later(**columns: Any) -> set[int]:
        if SocketUser.objects.exists() and not failures:
            failures.append(1)
            raise DatabaseError
        return there(**columns)

    monkeypatch.setattr(acts, "leave", leave_later)
    monkeypatch.setattr(attendance, "announce", told.update)
    book.open(cast.alice.pk)
    assert until(lambda: told == {cast.alice.pk})


def test_c5_a_process_that_was_thought_dead_brings_its_people_anew(
    cast: Cast, book: attendance.Book
) -> None:
    book.open(cast.alice.pk)
    assert until(SocketUser.objects.exists)
    before = book.host
    SocketHost.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    book._renew_at = 0
    assert until(lambda: SocketUser.objects.exclude(host=before).filter(user=cast.alice).exists())
    assert until(lambda: not SocketHost.objects.filter(name=before).exists())
    assert SocketUser.objects.count() == 1


def test_c5_an_empty_book_is_over_and_the_next_person_begins_another(
    cast: Cast, book: attendance.Book
) -> None:
    book.open(cast.alice.pk)
    assert until(SocketUser.objects.exists)
    book.close(cast.alice.pk)
    assert until(lambda: book.is_over)
    assert not book.open(cast.bob.pk)


@pytest.mark.usefixtures("quick")
def test_c13_a_server_that_stops_leaves_its_people_there_for_the_grace(
    transactional_db: None, cast: Cast
) -> None:
    with serving() as site:
        ws = site.connect(cast.client(cast.alice))
        assert until(SocketUser.objects.exists)
    ws.close()
    host = SocketHost.objects.get()
    assert host.leased_until <= timezone.now() + timedelta(seconds=GRACE_S)
    with time_machine.travel(timezone.now() + timedelta(seconds=GRACE_S)):
        sweep_presence()
    assert not SocketUser.objects.exists()


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["leaves first", "comes first"])
def test_c13_t48_two_processes_that_let_go_at_once_say_offline_once(
    transactional_db: None, order: tuple[int, int]
) -> None:
    for _ in range(10):
        ann, said = UserFactory.create(), list[int]()
        hosts = [("one", "two")[number] for number in order]
        for host in hosts:
            arrive(ann, host=host)
        assert race(*([partial(let_go, said, ann, host)] for host in hosts)) == []
        assert said == [ann.pk]


def let_go(said: list[int], person: User, host: str) -> None:
    said.extend(leave(person, host=host))
