"""The one door to change notifications."""

from notifications.actions.digests import claim_digests, mark_digest_sent
from notifications.actions.marks import (
    dismiss_group,
    dismiss_notification,
    mark_all_read,
    mark_group_read,
    mark_read,
)
from notifications.actions.preferences import change_preferences, unsubscribe
from notifications.actions.senders import (
    accept_sender,
    dismiss_sender,
    mute_target,
    unmute_target,
)
from notifications.actions.telling import mark_emailed, notify_user

__all__ = [
    "accept_sender",
    "change_preferences",
    "claim_digests",
    "dismiss_group",
    "dismiss_notification",
    "dismiss_sender",
    "mark_all_read",
    "mark_digest_sent",
    "mark_emailed",
    "mark_group_read",
    "mark_read",
    "mute_target",
    "notify_user",
    "unmute_target",
    "unsubscribe",
]
