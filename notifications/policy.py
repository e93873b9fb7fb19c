"""What becomes of acts of people who are not close to their reader: accepted, held in the inbox of requests, or dropped."""

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Connection, Follow, User
from notifications.models import VERDICTS, AcceptedSender, Preferences, Verdict
from notifications.types import NotificationType
from socialsite.lib.ids import time_of

NEW_FOR = timedelta(days=30)
"""How long an account counts as new"""


def verdict_on(known: NotificationType, sender_id: int | None, wanted: Preferences) -> Verdict:
    """Return what becomes of a notification about a sender's act: the strictest that the reader says of a class the sender is in.

    One statement, and none for a reader who accepts everybody, nor for what no policy touches: the safety of the account, and
    answers to what the reader asked for.
    """
    strict = {name: v for name, v in wanted.whole_policy.items() if v != "accept"}
    if sender_id is None or known.fixed or known.is_answer or not strict:
        return "accept"
    tie = _ties(sender_id, wanted.user.pk)
    if tie["is_accepted"]:
        return "accept"
    follows, followed = tie["is_followed_by_reader"], tie["follows_reader"]
    classes = {
        "not_following": not follows,
        "not_followers": not followed,
        "strangers": not (follows or followed or tie["is_connected"]),
        "new_accounts": timezone.now() - time_of(sender_id) < NEW_FOR,
    }
    found = [verdict for name, verdict in strict.items() if classes[name]]
    return max(found, key=VERDICTS.index, default="accept")


def _ties(sender_id: int, reader_id: int) -> dict[str, Any]:
    low, high = sorted((sender_id, reader_id))
    sender = OuterRef("pk")
    return (
        User.objects.filter(pk=sender_id)
        .annotate(
            is_followed_by_reader=Exists(
                Follow.objects.filter(follower=reader_id, followed=sender)
            ),
            follows_reader=Exists(Follow.objects.filter(follower=sender, followed=reader_id)),
            is_connected=Exists(Connection.objects.between(low, high).accepted()),
            is_accepted=Exists(AcceptedSender.objects.filter(user=reader_id, sender=sender)),
        )
        .values("is_followed_by_reader", "follows_reader", "is_connected", "is_accepted")
        .get()
    )
