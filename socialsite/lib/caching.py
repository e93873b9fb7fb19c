"""The cache as a convenience: one that does not answer is an empty one, and what was asked for is made anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from django.core.cache import cache

log = structlog.get_logger("cache")


def store(key: str, value: Any, seconds: int) -> None:
    with watched():
        cache.set(key, value, seconds)


def load(key: str) -> Any:
    """Return what was stored, or None."""
    with watched():
        return cache.get(key)
    return None


@contextmanager
def watched() -> Iterator[None]:
    """Go on without the cache when it fails."""
    try:
        yield
    except Exception as error:
        # Which errors there are depends on the cache of the settings.
        log.warning("cache_away", error=str(error))
