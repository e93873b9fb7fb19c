"""What a place for counts can do."""

from typing import Protocol

from socialsite.lib.limits.windows import Rule, Verdict


class StoreAwayError(Exception):
    """The store does not answer; the limiter goes on with another."""


class Store(Protocol):
    """Windows by key; each method is atomic towards all other users of the store."""

    def charge(self, key: str, rule: Rule, cost: int) -> Verdict:
        """Take `cost` if it fits, look when it is 0, give back when it is negative."""

    def forget(self, key: str) -> None:
        """Free the whole limit of one key."""


class VolatileStore(Store, Protocol):
    """A store that no transaction rolls back."""

    def clear(self) -> None:
        """Free the limits of all keys."""
