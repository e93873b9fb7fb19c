"""Counts in Redis; imported only when REDIS_URL is set, as the embedded form installs no client."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as ConnectionLost
from redis.exceptions import RedisError
from redis.retry import Retry

from socialsite.lib.limits.stores import StoreAwayError
from socialsite.lib.limits.windows import SLOTS, Rule, Verdict, now_ms

AWAY_S = 2.0
"""How long calls do without Redis after a failure: one call waits for the time-out, not all of them."""
TIMEOUT_S = 0.5

log = structlog.get_logger("limits")


class RedisStore:
    """Windows as JSON under `prefix`, changed by one Lua script; raises `StoreAwayError` while Redis does not answer."""

    def __init__(self, url: str, prefix: str) -> None:
        # One new attempt heals a pooled connection that a restart of Redis has cut.
        retry = Retry(NoBackoff(), 1, supported_errors=(ConnectionLost,))
        self.redis = Redis.from_url(
            url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=retry
        )
        self.prefix = prefix
        self._away_until = 0.0
        self._script = self.redis.register_script(
            Path(__file__).with_name("redis_window.lua").read_text()
        )

    def charge(self, key: str, rule: Rule, cost: int) -> Verdict:
        """Take, look (0) or give back (negative)."""
        arguments = [rule.limit, rule.window_ms, cost, now_ms(), SLOTS]
        with self._watched():
            answer = cast("list[int]", self._script(keys=[self.prefix + key], args=arguments))
        allowed, used, wait_ms, reset_ms = answer
        return Verdict(bool(allowed), used, wait_ms, reset_ms)

    def forget(self, key: str) -> None:
        with self._watched():
            self.redis.delete(self.prefix + key)

    def clear(self) -> None:
        with self._watched():
            for key in self.redis.scan_iter(f"{self.prefix}*", count=1000):
                self.redis.delete(key)

    @contextmanager
    def _watched(self) -> Iterator[None]:
        if time.monotonic() < self._away_until:
            raise StoreAwayError
        try:
            yield
        except (RedisError, OSError) as error:
            self._away_until = time.monotonic() + AWAY_S
            log.warning("redis_away", error=str(error))
            raise StoreAwayError from error
