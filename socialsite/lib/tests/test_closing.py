"""What is stored as the last thing of a transaction: the events of people's streams."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from socialsite.lib.api.serializers import Answer
from socialsite.lib.models import Stream, StreamEvent
from socialsite.lib.realtime import signals, streams

NAME = "tried"
FIRST, SECOND = 1001, 1002


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(streams.EVENTS, NAME, streams.EventType(NAME, Answer))


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    monkeypatch.setattr(signals.carrier, "wake", lambda stream, seq: found.append((stream, seq)))
    return found


def stored() -> list[tuple[int, int, Any]]:
    rows = StreamEvent.objects.filter(name=NAME).order_by("stream", "seq")
    return list(rows.values_list("stream", "seq", "subject_id"))


@transaction.atomic
def fail_after_append() -> None:
    streams.append_last(FIRST, NAME, subject_id=2)
    raise ZeroDivisionError


@transaction.atomic
def append_to(*stream_ids: int) -> None:
    Stream.objects.get_or_create(pk=SECOND + 1)
    for stream_id in stream_ids:
        streams.append_last(stream_id, NAME)


@pytest.mark.django_db(transaction=True)
def test_b2_events_of_a_transaction_are_numbered_when_it_ends(
    woken: list[tuple[int, int]],
) -> None:
    with transaction.atomic():
        streams.append_last(SECOND, NAME, subject_id=1)
        streams.append_last(FIRST, NAME, subject_id=2)
        streams.append_last(SECOND, NAME, subject_id=3)
        assert stored() == []
    assert stored() == [(FIRST, 1, 2), (SECOND, 1, 1), (SECOND, 2, 3)]
    assert sorted(woken) == [(FIRST, 1), (SECOND, 1), (SECOND, 2)]


@pytest.mark.django_db
def test_b2_inside_a_tests_transaction_the_tested_one_ends_with_its_savepoint() -> None:
    with transaction.atomic():
        streams.append_last(FIRST, NAME)
        with transaction.atomic():
            streams.append_last(FIRST, NAME)
        assert stored() == []
    assert [seq for _, seq, _ in stored()] == [1, 2]
    with transaction.atomic():
        streams.append_last(FIRST, NAME)
    assert [seq for _, seq, _ in stored()] == [1, 2, 3]


@pytest.mark.django_db(transaction=True)
def test_b2_what_a_transaction_took_back_has_no_number(woken: list[tuple[int, int]]) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_after_append()
    with transaction.atomic():
        streams.append_last(FIRST, NAME, subject_id=1)
        with pytest.raises(ZeroDivisionError):
            fail_after_append()
    assert stored() == [(FIRST, 1, 1)]
    assert woken == [(FIRST, 1)]


@pytest.mark.django_db(transaction=True)
def test_b2_what_cannot_be_stored_takes_the_transaction_back(
    monkeypatch: pytest.MonkeyPatch, woken: list[tuple[int, int]]
) -> None:
    def fail(stream_id: int, number: int = 1) -> int:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(streams, "take_number", fail)
        with pytest.raises(DatabaseError):
            append_to(FIRST)
    assert not Stream.objects.exists()
    assert woken == []
    append_to(FIRST)
    assert len(stored()) == 1


@pytest.mark.django_db(transaction=True)
def test_b2_transactions_that_tell_the_same_people_do_not_wait_for_each_other() -> None:
    rounds, barrier = 25, Barrier(2, timeout=20)

    def tell(pair: tuple[int, int]) -> None:
        try:
            for _ in range(rounds):
                barrier.wait()
                append_to(*pair)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, [(FIRST, SECOND), (SECOND, FIRST)]))
    numbers = list(range(1, 2 * rounds + 1))
    assert [seq for stream, seq, _ in stored() if stream == FIRST] == numbers
    assert [seq for stream, seq, _ in stored() if stream == SECOND] == numbers


@pytest.mark.django_db(transaction=True)
def test_b2_outside_a_transaction_nothing_is_stored() -> None:
    with pytest.raises(RuntimeError):
        streams.append_last(FIRST, NAME)
    with pytest.raises(LookupError), transaction.atomic():
        streams.append_last(FIRST, "unheard_of")
