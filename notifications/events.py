"""What people do with their notifications: the effects of its actions."""

from dataclasses import dataclass

from socialsite.lib.effects import Effect


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
