from collections.abc import Iterator

import pytest
import time_machine
from django.test import override_settings
from time_machine import Traveller

from socialsite.lib.limits import Bucket


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    with (
        override_settings(RATE_LIMIT_SCALE=1.0),
        time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller,
    ):
        yield traveller


def burst(bucket: Bucket) -> int:
    return sum(bucket.take() for _ in range(100))


def test_burst_is_the_capacity_and_fills_again(clock: Traveller) -> None:
    bucket = Bucket(capacity=20, per_second=1)
    assert burst(bucket) == 20
    clock.shift(5)
    assert burst(bucket) == 5
    clock.shift(3600)
    assert burst(bucket) == 20


def test_bucket_tells_how_long_to_wait(clock: Traveller) -> None:
    typing = Bucket(capacity=1, per_second=1 / 3)
    assert typing.wait_s() == 0
    assert typing.take()
    assert typing.wait_s() == 3
    clock.shift(2.9)
    assert not typing.take()
    clock.shift(0.1)
    assert typing.take()


def test_scale_multiplies_burst_and_refill(clock: Traveller) -> None:
    bucket = Bucket(capacity=20, per_second=1)
    with override_settings(RATE_LIMIT_SCALE=3):
        assert burst(bucket) == 60
        clock.shift(2)
        assert burst(bucket) == 6


def test_small_scale_leaves_one(clock: Traveller) -> None:
    with override_settings(RATE_LIMIT_SCALE=0.001):
        assert burst(Bucket(capacity=20, per_second=1)) == 1


def test_t53_clock_that_was_set_back_neither_fills_nor_locks(clock: Traveller) -> None:
    bucket = Bucket(capacity=2, per_second=1)
    assert burst(bucket) == 2
    clock.shift(-3600)
    assert burst(bucket) == 0
    clock.shift(1)
    assert burst(bucket) == 1


def test_t30_cost_above_the_room_takes_all_of_it(clock: Traveller) -> None:
    bucket = Bucket(capacity=4, per_second=1)
    assert bucket.take(8)
    assert not bucket.take()
    assert bucket.wait_s(8) == 4
    clock.shift(4)
    assert bucket.take(8)
