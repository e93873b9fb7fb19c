"""Background work: tasks stored in the transaction of their cause, run at least once, retried, and a schedule.

Handlers are registered in each app's `tasks.py`; actions only call `enqueue` with the name.
"""

from socialsite.lib.tasks import housekeeping
from socialsite.lib.tasks.queue import (
    Backlog,
    enqueue,
    enqueue_at,
    get_backlog,
    revive,
    run_all,
)
from socialsite.lib.tasks.registry import UnknownTaskError, handler, periodic
from socialsite.lib.tasks.schedule import fire_due, run_soon, set_enabled, sync_jobs
from socialsite.lib.tasks.worker import Worker

__all__ = [
    "Backlog",
    "UnknownTaskError",
    "Worker",
    "enqueue",
    "enqueue_at",
    "fire_due",
    "get_backlog",
    "handler",
    "housekeeping",
    "periodic",
    "revive",
    "run_all",
    "run_soon",
    "set_enabled",
    "sync_jobs",
]
