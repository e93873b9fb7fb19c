"""The limiter: which store counts a policy, what happens while Redis is away, and the answer to the caller."""

from contextlib import suppress
from functools import cache, lru_cache

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from socialsite.lib.errors import RateLimited
from socialsite.lib.limits.database import DatabaseStore, refuse_nesting
from socialsite.lib.limits.memory import MemoryStore
from socialsite.lib.limits.policies import Policy, Usage
from socialsite.lib.limits.stores import Store, StoreAwayError, VolatileStore
from socialsite.lib.limits.windows import Rule, Verdict

DATABASE = DatabaseStore()
MEMORY = MemoryStore()


def take(policy: Policy, actor: str, cost: int = 1, *, share: float = 1.0) -> Usage:
    """Count `cost` units of work against the actor, or raise RateLimited and count nothing.

    `share` is the part of the limit this actor has. Shared policies raise RuntimeError inside an `atomic` block.
    """
    _expect_positive(cost)
    rule, verdict = _charge(policy, actor, cost, share)
    usage = _usage(rule, verdict)
    if not verdict.allowed:
        raise RateLimited(max(1, _seconds(verdict.wait_ms)), usage=usage)
    return usage


def peek(policy: Policy, actor: str, *, share: float = 1.0) -> Usage:
    """Return where the actor stands without counting anything."""
    return _usage(*_charge(policy, actor, 0, share))


def refund(policy: Policy, actor: str, cost: int = 1, *, share: float = 1.0) -> Usage:
    """Give back units that were taken for work that turned out to be free, as a sign-in that succeeded."""
    _expect_positive(cost)
    return _usage(*_charge(policy, actor, -cost, share))


def forget(policy: Policy, actor: str) -> None:
    """Give the actor the whole limit again, wherever it was counted."""
    key = _key(policy, actor)
    for store in _stores():
        with suppress(StoreAwayError):
            store.forget(key)


def clear() -> None:
    """Empty what no transaction rolls back, this process and Redis, so that a test starts clean."""
    MEMORY.clear()
    if settings.REDIS_URL:
        with suppress(StoreAwayError):
            _redis().clear()


def _charge(policy: Policy, actor: str, cost: int, share: float) -> tuple[Rule, Verdict]:
    key, rule = _key(policy, actor), Rule(policy.allowance(share), policy.window_s * 1000)
    if policy.store == "local":
        return rule, MEMORY.charge(key, rule, cost)
    if cost:
        refuse_nesting()
    if not settings.REDIS_URL:
        return rule, DATABASE.charge(key, rule, cost)
    try:
        return rule, _redis().charge(key, rule, cost)
    except StoreAwayError:
        return _charge_without_redis(policy, key, rule, cost)


def _charge_without_redis(policy: Policy, key: str, rule: Rule, cost: int) -> tuple[Rule, Verdict]:
    """Stay exact where guessing is the danger; elsewhere each process allows half, so that the database is spared."""
    if policy.critical:
        return rule, DATABASE.charge(key, rule, cost)
    half = Rule(max(1, rule.limit // 2), rule.window_ms)
    return half, MEMORY.charge(key, half, cost)


def _stores() -> list[Store]:
    stores: list[Store] = [MEMORY, DATABASE]
    return [*stores, _redis()] if settings.REDIS_URL else stores


def _redis() -> VolatileStore:
    # The name of the database keeps two sites, or two runs of the tests, apart in one Redis.
    return _connect(settings.REDIS_URL, f"limit:{connection.settings_dict['NAME']}:")


@cache
def _connect(url: str, prefix: str) -> VolatileStore:
    store: VolatileStore = import_string("socialsite.lib.limits.redis_store.RedisStore")(
        url, prefix
    )
    return store


def _key(policy: Policy, actor: str) -> str:
    """Return a key of bounded length that does not hold the address or mail an actor may be named by."""
    return f"{policy.name}:{_digest(actor, settings.SECRET_KEY)}"


@lru_cache(maxsize=4096)
def _digest(actor: str, secret: str) -> str:
    """Return what stands for an actor in keys; each call of theirs asks for it anew."""
    named = actor.encode(errors="surrogatepass")
    digest = salted_hmac("socialsite.lib.limits", named, secret, algorithm="sha256")
    return digest.hexdigest()[:32]


def _usage(rule: Rule, verdict: Verdict) -> Usage:
    return Usage(rule.limit, max(0, rule.limit - verdict.used), _seconds(verdict.reset_ms))


def _seconds(ms: int) -> int:
    """Round up: who waits this long has waited long enough."""
    return -(-ms // 1000)


def _expect_positive(cost: int) -> None:
    if cost < 1:
        raise ValueError("a cost is 1 or more")
