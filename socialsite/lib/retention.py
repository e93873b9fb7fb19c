"""The ground floor's own jobs: what it kept for a while is forgotten in time."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from socialsite.lib import limits
from socialsite.lib.api import idempotency
from socialsite.lib.realtime.retention import forget_events
from socialsite.lib.tasks import periodic


@periodic("lib.purge_idempotency_keys", every=3600)
def purge_idempotency_keys() -> None:
    idempotency.purge()


@periodic("lib.purge_limits", every=1800)
def purge_limits() -> None:
    limits.purge()


@periodic("lib.purge_stream_events", cron="23 4 * * *")
def purge_stream_events() -> None:
    forget_events(before=timezone.now() - timedelta(days=settings.EVENT_RETENTION_DAYS))
