"""Who gets a digest: each slot is claimed once, by a row that only one of several workers can make."""

from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from notifications.digests import PARTS, frequencies_on
from notifications.models import Digest, Notification
from socialsite.lib.tasks import enqueue

BATCH = 500


@transaction.atomic
def claim_digests(*, slot: date, zones: list[str], after_id: int) -> int | None:
    """Claim a slot for the next people after an id, and enqueue the mails; returns the last id looked at, None at the end.

    A person is told or not by what there is now: what comes later waits for the next slot.
    """
    ids = list(_people(slot, zones).filter(pk__gt=after_id).values_list("pk", flat=True)[:BATCH])
    claim = uuid4()
    Digest.objects.bulk_create(
        [Digest(user_id=pk, slot=slot, claim=claim) for pk in ids], ignore_conflicts=True
    )
    # Those that another worker claimed meanwhile are not among them.
    won = Digest.objects.filter(claim=claim)
    for pk in (won if PARTS else _with_something(won)).values_list("pk", flat=True):
        enqueue("notifications.send_digest", digest_id=pk)
    return ids[-1] if len(ids) == BATCH else None


def mark_digest_sent(*, digest: Digest, moment: datetime) -> None:
    """Note that the mail went out, with what there was at a moment."""
    Digest.objects.filter(pk=digest.pk).update(sent_at=moment)


def _people(slot: date, zones: list[str]) -> QuerySet[User]:
    """Return whose digest of a slot is due and not claimed, by id."""
    claimed = Digest.objects.filter(user=OuterRef("pk"), slot=slot)
    return User.objects.filter(
        ~Exists(claimed),
        digest__in=frequencies_on(slot),
        time_zone__in=zones,
        email_verified_at__isnull=False,
        suspended_by__isnull=True,
        deleted_at__isnull=True,
    ).order_by("pk")


def _with_something(digests: QuerySet[Digest]) -> QuerySet[Digest]:
    """Leave out who has nothing unread at all: most people, and cheaper to know here than by a task for each."""
    rows = Notification.objects.filter(recipient=OuterRef("user")).unread()
    return digests.filter(Exists(rows.filter(dismissed_at__isnull=True, in_app=True)))
