"""What can run in the background: handlers by name, and the schedule of those that repeat."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from inspect import Signature, signature
from typing import TypeVar

from croniter import croniter

F = TypeVar("F", bound=Callable[..., object])
MAX_ATTEMPTS = 8


class UnknownTaskError(LookupError):
    """Nobody registered a handler of this name."""


@dataclass(frozen=True, kw_only=True)
class Handler:
    """A function that runs in the background.

    An `atomic` one runs in one transaction with its acknowledgement, so its rows are written exactly once; it must not wait for
    anything but the database, since SQLite has one writer. Any other runs at least once and has to be idempotent.
    """

    name: str
    run: Callable[..., object]
    parameters: Signature
    max_attempts: int = MAX_ATTEMPTS
    atomic: bool = False
    priority: int = 0  # -100 to 100; the highest first


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """When a job runs: by a cron line in UTC, or `every` so many seconds."""

    cron: str = ""
    every: int = 0

    def __post_init__(self) -> None:
        if bool(self.cron) == bool(self.every) or self.every < 0:
            raise ValueError("use either a cron line or seconds")
        if self.cron and not croniter.is_valid(self.cron):
            raise ValueError(f"{self.cron!r} is no cron line")

    def __str__(self) -> str:
        return self.cron or f"every {self.every} s"

    def slot_after(self, now: datetime, last: datetime) -> datetime:
        """Return the first slot after `now`; those missed since `last` are not made up for."""
        if self.cron:
            following: datetime = croniter(self.cron, now).get_next(datetime)
            return following
        period = timedelta(seconds=self.every)
        return last + period * ((now - last) // period + 1)


HANDLERS: dict[str, Handler] = {}
SCHEDULES: dict[str, Schedule] = {}


def handler(
    name: str, *, max_attempts: int = MAX_ATTEMPTS, atomic: bool = False, priority: int = 0
) -> Callable[[F], F]:
    """Register a function as the handler of the tasks of this name ("<app>.<verb>_<noun>")."""

    def register(run: F) -> F:
        if name in HANDLERS:
            raise RuntimeError(f"two handlers are named {name}")
        HANDLERS[name] = Handler(
            name=name,
            run=run,
            parameters=signature(run),
            max_attempts=max_attempts,
            atomic=atomic,
            priority=priority,
        )
        return run

    return register


def periodic(
    name: str,
    *,
    cron: str = "",
    every: int = 0,
    max_attempts: int = 3,
    atomic: bool = False,
    priority: int = 0,
) -> Callable[[F], F]:
    """Register a handler without arguments that the schedule enqueues: by `cron` in UTC, or `every` so many seconds.

    Few attempts by default: while one of its tasks is unfinished, a job gets no other.
    """
    SCHEDULES[name] = Schedule(cron=cron, every=every)
    return handler(name, max_attempts=max_attempts, atomic=atomic, priority=priority)


def get_handler(name: str) -> Handler:
    """Return the handler of this name. Raises UnknownTaskError."""
    try:
        return HANDLERS[name]
    except KeyError:
        raise UnknownTaskError(name) from None


def max_attempts_of(name: str) -> int:
    """Return how often a task is tried; one without a handler waits for the release that has it."""
    return HANDLERS[name].max_attempts if name in HANDLERS else MAX_ATTEMPTS
