import socket
import time
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.test import override_settings

from socialsite.lib import limits
from socialsite.lib.errors import RateLimited
from socialsite.lib.limits import POLICIES, Policy, forget, limiter, peek, take
from socialsite.lib.limits.stores import StoreAwayError
from socialsite.lib.limits.windows import Rule
from socialsite.lib.models import LimitWindow
from socialsite.lib.tests.services import REDIS_URL, need_redis

pytestmark = pytest.mark.django_db
redis_store = pytest.importorskip("socialsite.lib.limits.redis_store", reason="needs redis")


@pytest.fixture(autouse=True)
def closed_port() -> Iterator[None]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with override_settings(REDIS_URL=f"redis://127.0.0.1:{port}/0", RATE_LIMIT_SCALE=1.0):
        yield
    limiter.MEMORY.clear()


@pytest.fixture
def sign_in() -> Iterator[Policy]:
    yield Policy("test_sign_in", limit=10, window_s=60, critical=True)
    del POLICIES["test_sign_in"]


@pytest.fixture
def like() -> Iterator[Policy]:
    yield Policy("test_like", limit=10, window_s=60)
    del POLICIES["test_like"]


def allowed(policy: Policy) -> int:
    passed = 0
    for _ in range(30):
        try:
            take(policy, "user:1")
        except RateLimited:
            continue
        passed += 1
    return passed


def test_t49_critical_policy_counts_in_the_database_while_redis_is_away(sign_in: Policy) -> None:
    assert allowed(sign_in) == 10
    assert LimitWindow.objects.count() == 1
    forget(sign_in, "user:1")
    assert allowed(sign_in) == 10


def test_t49_other_policies_get_half_in_memory_while_redis_is_away(like: Policy) -> None:
    assert peek(like, "user:1").limit == 5
    assert allowed(like) == 5
    assert not LimitWindow.objects.exists()
    forget(like, "user:1")
    assert allowed(like) == 5


def test_t49_one_call_finds_redis_away_and_the_others_do_not_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = redis_store.RedisStore(settings.REDIS_URL, "limit:")
    script = Mock(side_effect=store._script)
    monkeypatch.setattr(store, "_script", script)
    for _ in range(5):
        with pytest.raises(StoreAwayError):
            store.charge("key", Rule(1, 1000), 1)
    assert script.call_count == 1


def test_t49_redis_that_does_not_answer_costs_one_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = redis_store.RedisStore(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", "limit:")
        started = time.monotonic()
        for _ in range(20):
            with pytest.raises(StoreAwayError):
                store.charge("key", Rule(1, 1000), 1)
        assert time.monotonic() - started < 2 * redis_store.TIMEOUT_S


def test_t49_redis_counts_again_when_it_is_back() -> None:
    need_redis()
    store = redis_store.RedisStore(settings.REDIS_URL, "limit:test_t49:")
    with pytest.raises(StoreAwayError):
        store.charge("key", Rule(1, 60_000), 1)
    store.redis.connection_pool = redis_store.Redis.from_url(REDIS_URL).connection_pool
    store._away_until = 0.0
    assert store.charge("key", Rule(1, 60_000), 1).allowed
    assert not store.charge("key", Rule(1, 60_000), 1).allowed
    store.clear()
    assert store.charge("key", Rule(1, 60_000), 0).used == 0


def test_t49_clear_does_not_need_redis(like: Policy) -> None:
    assert allowed(like) == 5
    limits.clear()
    assert allowed(like) == 5
