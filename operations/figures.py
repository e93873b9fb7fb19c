"""Figures that are taken when somebody reads the metrics, not while work is done."""

import shutil

from django.conf import settings
from prometheus_client import Gauge

from socialsite.lib.metrics import TASKS_WAITING
from socialsite.lib.tasks import get_backlog

TASKS_RUNNING = Gauge("tasks_running", "Tasks that a worker has claimed.")
TASKS_DEAD = Gauge("tasks_dead", "Tasks that used up all their attempts.")
TASKS_OLDEST = Gauge("tasks_oldest_seconds", "How long the first of the due tasks has been due.")
DISK_FREE = Gauge("data_disk_free_bytes", "Free space where the data folder is.")


def take_figures() -> None:
    """Set the gauges to what is so now."""
    backlog = get_backlog()
    TASKS_WAITING.set(backlog.due)
    TASKS_RUNNING.set(backlog.running)
    TASKS_DEAD.set(backlog.dead)
    TASKS_OLDEST.set(backlog.oldest_s)
    DISK_FREE.set(shutil.disk_usage(settings.DATA_DIR).free)
