from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from socialsite.lib import limits
from socialsite.lib.errors import RateLimited
from socialsite.lib.limits import POLICIES, Policy, forget, peek, purge, refund, take
from socialsite.lib.models import LimitWindow
from socialsite.lib.tests.services import REDIS_URL, need_redis

pytestmark = pytest.mark.django_db
numbers = count()
MakePolicy = Callable[..., Policy]


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    # The start is the beginning of a minute: where a fixed window would end and let everyone through again.
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as traveller:
        yield traveller


@contextmanager
def policies(**defaults: Any) -> Iterator[MakePolicy]:
    made: list[Policy] = []

    def make(limit: int = 10, window_s: int = 60) -> Policy:
        made.append(Policy(f"test_{next(numbers)}", limit, window_s, **defaults))
        return made[-1]

    yield make
    limits.clear()
    for policy in made:
        del POLICIES[policy.name]


@pytest.fixture
def make() -> Iterator[MakePolicy]:
    with override_settings(RATE_LIMIT_SCALE=1.0, REDIS_URL=""), policies() as make_shared:
        yield make_shared


@pytest.fixture(params=["database", "redis", "memory"])
def make_in(request: pytest.FixtureRequest) -> Iterator[MakePolicy]:
    """Make policies, in turn for each store."""
    redis, memory = request.param == "redis", request.param == "memory"
    if redis:
        need_redis()
    with (
        override_settings(RATE_LIMIT_SCALE=1.0, REDIS_URL=REDIS_URL if redis else ""),
        policies(store="local" if memory else "shared") as make_there,
    ):
        yield make_there


def allowed(policy: Policy, actor: str = "user:1", calls: int = 50, **more: Any) -> int:
    passed = 0
    for _ in range(calls):
        with suppress(RateLimited):
            take(policy, actor, **more)
            passed += 1
    return passed


def refusal(policy: Policy, actor: str = "user:1", cost: int = 1) -> RateLimited:
    with pytest.raises(RateLimited) as caught:
        take(policy, actor, cost)
    return caught.value


def test_y93_fresh_window_allows_exactly_the_limit(make_in: MakePolicy) -> None:
    policy = make_in(limit=10)
    assert allowed(policy, "user:1") == 10
    assert allowed(policy, "user:2") == 10


def test_y93_limit_holds_across_the_window_edge(make_in: MakePolicy, clock: Traveller) -> None:
    policy = make_in(limit=10, window_s=60)
    clock.shift(59.5)
    assert allowed(policy) == 10
    for _ in range(118):
        clock.shift(0.5)
        assert allowed(policy, calls=1) == 0
    clock.shift(1)
    assert allowed(policy) == 10


def test_y93_window_slides_call_by_call(make_in: MakePolicy, clock: Traveller) -> None:
    policy = make_in(limit=3, window_s=60)
    for pause in (0, 10, 10):
        clock.shift(pause)
        take(policy, "user:1")
    assert allowed(policy) == 0
    for pause in (40, 10, 10):
        clock.shift(pause)
        assert allowed(policy) == 1


def test_m67_answer_tells_limit_rest_and_reset(make_in: MakePolicy, clock: Traveller) -> None:
    policy = make_in(limit=10, window_s=60)
    assert peek(policy, "user:1") == limits.Usage(limit=10, remaining=10, reset_s=0)
    assert take(policy, "user:1") == limits.Usage(limit=10, remaining=9, reset_s=60)
    clock.shift(20)
    assert take(policy, "user:1", cost=4) == limits.Usage(limit=10, remaining=5, reset_s=60)
    clock.shift(45)
    assert peek(policy, "user:1") == limits.Usage(limit=10, remaining=6, reset_s=15)


def test_m67_refusal_is_429_with_usage_and_counts_nothing(make_in: MakePolicy) -> None:
    policy = make_in(limit=10, window_s=60)
    take(policy, "user:1", cost=8)
    error = refusal(policy, cost=3)
    assert (error.status_code, error.code) == (429, "throttled")
    assert error.usage == limits.Usage(limit=10, remaining=2, reset_s=60)
    assert take(policy, "user:1", cost=2).remaining == 0


def test_m67_after_retry_after_the_call_passes(make_in: MakePolicy, clock: Traveller) -> None:
    policy = make_in(limit=3, window_s=60)
    for _ in range(3):
        take(policy, "user:1")
        clock.shift(7.3)
    wait = refusal(policy).retry_after
    assert wait == 39  # 60 - 3 * 7.3 = 38.1
    clock.shift(wait - 1)
    assert refusal(policy).retry_after == 1
    clock.shift(1)
    take(policy, "user:1")


def test_m67_retry_after_waits_for_enough_room(make_in: MakePolicy, clock: Traveller) -> None:
    policy = make_in(limit=10, window_s=60)
    take(policy, "user:1", cost=2)
    clock.shift(10)
    take(policy, "user:1", cost=8)
    assert refusal(policy, cost=2).retry_after == 50
    assert refusal(policy, cost=3).retry_after == 60
    assert refusal(policy, cost=11).retry_after == 60


def test_m67_separate_policies_have_separate_budgets(make_in: MakePolicy) -> None:
    posts, likes = make_in(limit=2), make_in(limit=3)
    assert (allowed(posts), allowed(likes)) == (2, 3)


def test_refund_and_forget_give_back(make_in: MakePolicy) -> None:
    policy = make_in(limit=5)
    take(policy, "user:1", cost=5)
    assert refund(policy, "user:1").remaining == 1
    assert allowed(policy) == 1
    assert refund(policy, "user:1", cost=99).remaining == 5
    assert allowed(policy) == 5
    forget(policy, "user:1")
    assert allowed(policy) == 5


def test_refund_works_above_a_limit_that_was_lowered(make_in: MakePolicy) -> None:
    policy = make_in(limit=8)
    take(policy, "user:1", cost=8)
    with override_settings(RATE_LIMIT_SCALE=0.5):
        assert peek(policy, "user:1").remaining == 0
        assert refund(policy, "user:1", cost=5).remaining == 1


def test_t53_clock_that_was_set_back_locks_nobody_out(
    make_in: MakePolicy, clock: Traveller
) -> None:
    policy = make_in(limit=5, window_s=60)
    assert allowed(policy) == 5
    clock.shift(-30)
    assert allowed(policy) == 0
    clock.shift(-3600)
    assert allowed(policy) == 5


def test_clear_empties_what_no_transaction_rolls_back(make_in: MakePolicy) -> None:
    policy = make_in(limit=1)
    assert allowed(policy, "user:1") == allowed(policy, "user:2") == 1
    limits.clear()
    expected = 0 if LimitWindow.objects.exists() else 1
    assert allowed(policy, "user:1") == allowed(policy, "user:2") == expected


@pytest.mark.parametrize(
    ("scale", "share", "expected"),
    [(1.0, 1.0, 30), (2.0, 1.0, 60), (1.0, 0.25, 7), (0.1, 1.0, 3), (0.001, 0.25, 1), (0.29, 1, 8)],
)
def test_scale_and_share_multiply_the_limit(
    make: MakePolicy, scale: float, share: float, expected: int
) -> None:
    policy = make(limit=30)
    with override_settings(RATE_LIMIT_SCALE=scale):
        assert allowed(policy, calls=70, share=share) == expected


def test_scale_is_not_cut_by_rounding(make: MakePolicy) -> None:
    with override_settings(RATE_LIMIT_SCALE=0.29):
        assert make(limit=100).allowance() == 29


def test_limit_inside_a_transaction_is_refused_as_a_mistake(make: MakePolicy) -> None:
    policy = make()
    with transaction.atomic():
        with pytest.raises(RuntimeError, match="before the transaction"):
            take(policy, "user:1")
        with pytest.raises(RuntimeError, match="before the transaction"):
            refund(policy, "user:1")
        peek(policy, "user:1")
        forget(policy, "user:1")


def test_two_policies_of_one_name_are_a_mistake(make: MakePolicy) -> None:
    policy = make()
    assert POLICIES[policy.name] is policy
    with pytest.raises(LookupError, match=policy.name):
        Policy(policy.name, limit=1, window_s=1)


@pytest.mark.parametrize(("limit", "window_s"), [(0, 60), (5, 0)])
def test_policy_without_limit_or_window_is_a_mistake(limit: int, window_s: int) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Policy("test_empty", limit, window_s)
    assert "test_empty" not in POLICIES


@pytest.mark.parametrize("verb", [take, refund])
def test_cost_below_one_is_a_mistake(make: MakePolicy, verb: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="1 or more"):
        verb(make(), "user:1", 0)


def test_actor_is_not_stored_in_the_clear(make: MakePolicy) -> None:
    take(make(), "mail:ada@example.org")
    take(make(), "mail:" + "long" * 1000)
    take(make(), "mail:\ud800")
    for row in LimitWindow.objects.all():
        assert "mail" not in str(row)
        assert len(row.key) < 100


def test_t10_refused_call_does_not_wait_for_the_writer(make: MakePolicy) -> None:
    policy = make(limit=1)
    take(policy, "user:1")
    with CaptureQueriesContext(connection) as queries:
        refusal(policy)
    assert [query["sql"][:6] for query in queries] == ["SELECT"]


def test_purge_deletes_what_counts_no_more(make: MakePolicy, clock: Traveller) -> None:
    short, long = make(window_s=60), make(window_s=600)
    for actor in ("user:1", "user:2"):
        take(short, actor)
        take(long, actor)
    clock.shift(61)
    take(short, "user:2")
    assert purge() == 1
    assert purge() == 0
    assert LimitWindow.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_t50_durability_of_the_connection_is_as_before(make: MakePolicy) -> None:
    setting = "PRAGMA synchronous" if connection.vendor == "sqlite" else "SHOW synchronous_commit"
    with connection.cursor() as cursor:
        before = cursor.execute(setting).fetchone()
        take(make(), "user:1")
        assert cursor.execute(setting).fetchone() == before
