from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socialsite.lib.limits.memory import MemoryStore
from socialsite.lib.limits.windows import SLOTS, Rule, Slots, charge
from socialsite.lib.tests.services import REDIS_URL, need_redis

RULE = Rule(limit=7, window_ms=6_000)
START = 1_772_366_400_000
calls = st.lists(st.tuples(st.integers(0, 3_000), st.integers(1, 3)), max_size=60)
skewed_calls = st.lists(st.tuples(st.integers(-9_000, 9_000), st.integers(-3, 8)), max_size=40)


def used_between(log: list[tuple[int, int]], start: int, end: int) -> int:
    return sum(cost for at, cost in log if start < at <= end)


@given(calls)
def test_y93_no_window_ever_holds_more_than_the_limit(steps: list[tuple[int, int]]) -> None:
    slots: Slots = []
    log: list[tuple[int, int]] = []
    now = START
    for pause, cost in steps:
        now += pause
        verdict, slots = charge(slots, RULE, now, cost)
        if verdict.allowed:
            log.append((now, cost))
        assert used_between(log, now - RULE.window_ms, now) <= RULE.limit
        assert len(slots) <= SLOTS + 1


@given(calls)
def test_y93_no_call_waits_longer_than_a_slot_too_long(steps: list[tuple[int, int]]) -> None:
    slots: Slots = []
    log: list[tuple[int, int]] = []
    now, reach = START, RULE.window_ms + RULE.window_ms // SLOTS
    for pause, cost in steps:
        now += pause
        verdict, slots = charge(slots, RULE, now, cost)
        if verdict.allowed:
            log.append((now, cost))
        else:
            assert used_between(log, now - reach, now) + cost > RULE.limit


@given(calls)
def test_m67_waiting_as_told_is_enough_and_needed(steps: list[tuple[int, int]]) -> None:
    slots: Slots = []
    now = START
    for pause, cost in steps:
        now += pause
        verdict, slots = charge(slots, RULE, now, cost)
        if not verdict.allowed:
            assert not charge(slots, RULE, now + verdict.wait_ms - 1, cost)[0].allowed
            assert charge(slots, RULE, now + verdict.wait_ms, cost)[0].allowed
        assert charge(slots, RULE, now + verdict.reset_ms, 0)[0].used == 0


@given(calls, st.data())
def test_refunds_never_let_too_many_through(steps: list[tuple[int, int]], data: Any) -> None:
    slots: Slots = []
    log: list[tuple[int, int]] = []
    now = START
    for pause, cost in steps:
        now += pause
        recent = [call for call in log if now - call[0] < RULE.window_ms]
        if recent and data.draw(st.booleans()):
            free = data.draw(st.sampled_from(recent))
            log.remove(free)
            _, slots = charge(slots, RULE, now, -free[1])
        verdict, slots = charge(slots, RULE, now, cost)
        if verdict.allowed:
            log.append((now, cost))
        assert used_between(log, now - RULE.window_ms, now) <= RULE.limit


@pytest.fixture(scope="module")
def redis_store() -> Iterator[Any]:
    need_redis()
    stores = pytest.importorskip("socialsite.lib.limits.redis_store")
    store = stores.RedisStore(REDIS_URL, "limit:test_windows:")
    yield store
    store.clear()


@given(skewed_calls)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_t29_redis_and_memory_give_the_same_answers(
    redis_store: Any, steps: list[tuple[int, int]]
) -> None:
    memory = MemoryStore()
    redis_store.forget("key")
    with time_machine.travel(START / 1000, tick=False) as clock:
        for pause, cost in steps:
            clock.shift(pause / 1000)
            expected = memory.charge("key", RULE, cost)
            assert redis_store.charge("key", RULE, cost) == expected


def test_memory_is_bounded_and_drops_who_was_silent_longest() -> None:
    memory = MemoryStore(max_actors=100)
    for number in range(1_000):
        memory.charge(f"user:{number}", RULE, 1)
        memory.charge("busy", RULE, 1)
    assert len(memory) == 100
    assert not memory.charge("busy", RULE, 1).allowed
    assert memory.charge("user:0", RULE, 0).used == 0
    assert memory.charge("user:999", RULE, 0).used == 1


def test_memory_keeps_nothing_about_who_only_looked() -> None:
    memory = MemoryStore()
    memory.charge("user:1", RULE, 0)
    assert len(memory) == 0
