"""Editing only what one has read: how an action asks whether the version it found under its lock is the one that was meant."""

from collections.abc import Callable

CheckVersion = Callable[[int], None]
"""Raises PreconditionFailed when the caller meant another version."""


def any_version(version: int) -> None:
    """Accept whatever is there, for callers that name no version."""
