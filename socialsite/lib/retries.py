"""Trying again what the database gave up for the sake of another transaction."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

R = TypeVar("R")
ATTEMPTS = 3
GIVEN_UP = {"40001", "40P01"}
"""SQLSTATE of a serialization failure and of a deadlock: the whole transaction was taken back"""


def retried(act: Callable[[], R]) -> R:
    """Run an action that is one transaction, and again, three times in all, when PostgreSQL chose it to end a deadlock.

    Inside a transaction of the caller's nothing can be tried again: it is gone with the rest.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return act()
        except OperationalError as error:
            given_up = getattr(error.__cause__, "sqlstate", None) in GIVEN_UP
            if not given_up or connection.in_atomic_block:
                raise
    return act()
