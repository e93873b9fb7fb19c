"""Mails about what happened, one by one and as digests, and the end of old notifications."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from notifications.actions import claim_digests, mark_digest_sent, mark_emailed
from notifications.actions.preferences import DIGEST
from notifications.digests import Content, compose, due_slots
from notifications.models import Digest, Notification, Preferences
from notifications.types import TYPES
from notifications.unsubscribing import headers_for, link_for
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


@periodic("notifications.send_digests", cron="0 * * * *")
def send_digests() -> None:
    """Claim the digests that are due by each person's clock, and enqueue their mails."""
    wanting = User.objects.exclude(digest=User.Digest.OFF).order_by()
    zones = wanting.values_list("time_zone", flat=True).distinct()
    for slot, among in due_slots(timezone.now(), zones).items():
        last: int | None = 0
        while last is not None:
            last = claim_digests(slot=slot, zones=among, after_id=last)


@handler("notifications.send_digest")
def send_digest(digest_id: int) -> None:
    """Mail a digest, unless it is empty, was sent, or its reader wants none any more; not in quiet hours."""
    digest = Digest.objects.to_send().select_related("user").filter(pk=digest_id).first()
    if digest is None:
        return
    until = Preferences.of(digest.user).quiet_until(timezone.now())
    if until is not None:
        enqueue_at(until, "notifications.send_digest", digest_id=digest.pk)
        return
    # The next one begins where this one was composed: what comes in while the mail is on its way is in it.
    moment = timezone.now()
    content = compose(digest.user)
    if not content.is_empty:
        _send_digest(digest.user, content)
        mark_digest_sent(digest=digest, moment=moment)


@periodic("notifications.purge", cron="41 3 * * *")
def purge() -> None:
    """Delete what was dismissed a month ago, read and a quarter old, or a year old."""
    now = timezone.now()
    old = Q(pk__lt=first_id_at(now - KEEP))
    read = Q(pk__lt=first_id_at(now - KEEP_READ), read_at__isnull=False)
    Notification.objects.filter(old | read | Q(dismissed_at__lt=now - KEEP_DISMISSED)).delete()
    Digest.objects.filter(slot__lt=(now - KEEP_READ).date()).delete()


def _is_standing(row: Notification) -> bool:
    return Notification.objects.standing_for(row.recipient).filter(pk=row.pk).exists()


def _send(row: Notification) -> None:
    reader, is_fixed = row.recipient, TYPES[row.type].fixed
    link = "" if is_fixed else link_for(reader, row.type)
    known = {"name": reader.display_name, "text": row.text, "is_fixed": is_fixed, "link": link}
    headers = headers_for(link) if link else {}
    name = reader.display_name
    mail.send("notifications/notification", reader.email, known, name=name, headers=headers)


def _send_digest(reader: User, content: Content) -> None:
    link = link_for(reader, DIGEST)
    known = {"name": reader.display_name, "content": content, "link": link}
    known["frequency"] = reader.digest
    name = reader.display_name
    mail.send("notifications/digest", reader.email, known, name=name, headers=headers_for(link))
