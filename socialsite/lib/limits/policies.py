"""Policies: what is limited, how much, and where it is counted."""

import math
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

POLICIES: dict[str, "Policy"] = {}
"""Every policy by its name; the documentation is made from it."""


@dataclass(frozen=True)
class Policy:
    """At most `limit` units in any `window_s` seconds for one actor; making one registers it.

    `store="local"` counts in this process alone: for reads, where exactness is not worth a write.
    `critical` policies (sign-in, sign-up) stay exact while Redis is away, at the price of a database write.
    """

    name: str
    limit: int
    window_s: int
    store: Literal["shared", "local"] = "shared"
    critical: bool = False

    def __post_init__(self) -> None:
        if self.name in POLICIES:
            raise LookupError(f"two limit policies are named {self.name!r}")
        if self.limit < 1 or self.window_s < 1:
            raise ValueError(f"limit and window of {self.name!r} must be 1 or more")
        POLICIES[self.name] = self

    def allowance(self, share: float = 1.0) -> int:
        """Return the limit as it holds now for an actor with this share of it, never below 1."""
        # The tiny addend keeps 0.29 * 100 from becoming 28.
        return max(1, math.floor(self.limit * share * settings.RATE_LIMIT_SCALE + 1e-9))


@dataclass(frozen=True)
class Usage:
    """Where an actor stands; `reset_s` is the time until the whole limit is free again if nothing more is taken."""

    limit: int
    remaining: int
    reset_s: int
