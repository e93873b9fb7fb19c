"""What must hold before the site starts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_processes(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> Sequence[CheckMessage]:
    """Refuse several web processes unless they share a database server and Redis.

    Limits, presence and wake-ups of one process would be unknown to the other, and SQLite has one writer.
    """
    if settings.WEB_CONCURRENCY == 1 or (settings.REDIS_URL and not settings.SQLITE):
        return []
    message = "WEB_CONCURRENCY: several web processes need PostgreSQL and Redis."
    return [
        Error(
            message,
            hint="Set DATABASE_URL and REDIS_URL, or WEB_CONCURRENCY=1.",
            id="operations.E001",
        )
    ]
