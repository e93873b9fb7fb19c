"""Mails about what happened, and the end of old notifications."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from notifications.actions import mark_emailed
from notifications.models import Notification, Preferences
from notifications.types import TYPES
from socialsite.lib import mail
from socialsite.lib.ids import first_id_at
from socialsite.lib.tasks import enqueue_at, handler, periodic

KEEP_DISMISSED, KEEP_READ, KEEP = timedelta(days=30), timedelta(days=90), timedelta(days=365)


@handler("notifications.send_mail")
def send_mail(notification_id: int) -> None:
    """Mail a notification, once: unless its reader has seen it, may no longer see it or wants no such mail; not in quiet hours."""
    rows = Notification.objects.unmailed().select_related("recipient", "actor")
    row = rows.filter(pk=notification_id).first()
    if row is None or not _is_standing(row):
        return
    known, preferences = TYPES[row.type], Preferences.of(row.recipient)
    if not preferences.allows(known, "email"):
        return
    until = None if known.fixed else preferences.quiet_until(timezone.now())
    if until is not None:
        enqueue_at(until, "notifications.send_mail", notification_id=row.pk)
        return
    _send(row)
    mark_emailed(notification=row)


@periodic("notifications.purge", cron="41 3 * * *")
def purge() -> None:
    """Delete what was dismissed a month ago, read and a quarter old, or a year old."""
    now = timezone.now()
    old = Q(pk__lt=first_id_at(now - KEEP))
    read = Q(pk__lt=first_id_at(now - KEEP_READ), read_at__isnull=False)
    Notification.objects.filter(old | read | Q(dismissed_at__lt=now - KEEP_DISMISSED)).delete()


def _is_standing(row: Notification) -> bool:
    return Notification.objects.standing_for(row.recipient).filter(pk=row.pk).exists()


def _send(row: Notification) -> None:
    name = row.recipient.display_name
    known = {"name": name, "text": row.text, "is_fixed": TYPES[row.type].fixed}
    mail.send("notifications/notification", row.recipient.email, known, name=name)
