"""Tables of notifications."""

from notifications.models.digests import Digest
from notifications.models.notifications import (
    LENGTHS,
    SHOWN,
    Notification,
    NotificationQuerySet,
    standing,
)
from notifications.models.preferences import (
    SENDER_CLASSES,
    VERDICTS,
    AcceptedSender,
    MutedTarget,
    Preferences,
    SenderClass,
    Verdict,
)

__all__ = [
    "LENGTHS",
    "SENDER_CLASSES",
    "SHOWN",
    "VERDICTS",
    "AcceptedSender",
    "Digest",
    "MutedTarget",
    "Notification",
    "NotificationQuerySet",
    "Preferences",
    "SenderClass",
    "Verdict",
    "standing",
]
