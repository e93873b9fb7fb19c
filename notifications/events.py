"""What people do with their notifications: the effects of its actions."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect

TOLD, CHANGED = "personal_notification", "notifications_read"
"""The events of people's streams: somebody was told something, and did something with what they were told"""


@dataclass(frozen=True, kw_only=True)
class NotificationRead(Effect):
    notification_id: int


@dataclass(frozen=True, kw_only=True)
class NotificationsRead(Effect):
    """A person read all they had, up to and with `up_to_id` when it is set."""

    up_to_id: int | None


@dataclass(frozen=True, kw_only=True)
class NotificationDismissed(Effect):
    notification_id: int


class PreferencesChanged(Effect):
    pass


@dataclass(frozen=True, kw_only=True)
class GroupRead(Effect):
    """A person read a group, or its rows up to and with `up_to_id` when it is set."""

    group_id: int
    up_to_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class GroupDismissed(Effect):
    group_id: int


@dataclass(frozen=True, kw_only=True)
class SenderAccepted(Effect):
    """A person wants to hear of `sender_id`, whatever their policy says."""

    sender_id: int


@dataclass(frozen=True, kw_only=True)
class SenderDismissed(Effect):
    sender_id: int


@dataclass(frozen=True, kw_only=True)
class TargetMuted(Effect):
    """A person wants to hear no more of a thing; nobody else learns of it."""

    target_id: int


@dataclass(frozen=True, kw_only=True)
class TargetUnmuted(Effect):
    target_id: int


@dataclass(frozen=True, kw_only=True)
class Unsubscribed(Effect):
    """A person ended mails by the link in one of them: the digest, or those of a type."""

    what: str
