"""How a person wants notifications: by which channels, when, and from whom."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from accounts.models import User, Viewer
from notifications.types import CHANNELS, Channel, NotificationType, settable_types
from socialsite.lib import targets

Verdict = Literal["accept", "hold", "drop"]
"""What becomes of a notification about somebody's act, the mildest first"""
SenderClass = Literal["not_following", "not_followers", "strangers", "new_accounts"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
SENDER_CLASSES: tuple[SenderClass, ...] = get_args(SenderClass)


class Preferences(models.Model):
    """How a person wants notifications; without a row all is as each type has it by default."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="notification_preferences"
    )
    channels = models.JSONField(default=dict, blank=True)
    """What the person said: name of a type -> channel -> on or off"""
    policy = models.JSONField(default=dict, blank=True)
    """What the person said of those who are not close to them: class of senders -> verdict"""
    quiet_start = models.TimeField(null=True, blank=True)
    quiet_end = models.TimeField(null=True, blank=True)
    """Between the two, in the person's time zone, no mail is sent."""
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "preferences"
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_start__isnull=True, quiet_end__isnull=True)
                | Q(quiet_start__isnull=False, quiet_end__isnull=False),
                name="preferences_quiet_hours_both",
            )
        ]

    def __str__(self) -> str:
        return f"preferences of {self.user_id}"

    @classmethod
    def of(cls, user: User) -> "Preferences":
        """Return a person's preferences; unsaved ones when they never set any."""
        return cls.objects.filter(user=user).first() or cls(user=user)

    def allows(self, known: NotificationType, channel: Channel) -> bool:
        """Whether this type of notification may take the channel."""
        default = bool(getattr(known, channel))
        return default if known.fixed else self.channels.get(known.name, {}).get(channel, default)

    @property
    def matrix(self) -> dict[str, dict[str, bool]]:
        """Each type that can be switched, with each channel on or off."""
        return {
            name: {channel: self.allows(known, channel) for channel in CHANNELS}
            for name, known in settable_types().items()
        }

    @property
    def whole_policy(self) -> dict[str, Verdict]:
        """Each class of senders with what becomes of what they do."""
        return {name: self.policy.get(name, "accept") for name in SENDER_CLASSES}

    @property
    def quiet_hours(self) -> dict[str, Any] | None:
        if self.quiet_start is None:
            return None
        return {"start": self.quiet_start, "end": self.quiet_end}

    def quiet_until(self, now: datetime) -> datetime | None:
        """Return when the quiet hours that run now end; None outside of them."""
        start, end = self.quiet_start, self.quiet_end
        if start is None or end is None:
            return None
        local = now.astimezone(ZoneInfo(self.user.time_zone))
        time = local.time()
        is_quiet = start <= time < end if start < end else time >= start or time < end
        if not is_quiet:
            return None
        day = local.date() + timedelta(days=1) if time >= end else local.date()
        until = datetime.combine(day, end, tzinfo=local.tzinfo)
        # When the clocks go back an hour comes twice: the first end may be over.
        return (until if until > now else until.replace(fold=1)).astimezone(UTC)


class AcceptedSender(models.Model):
    """Somebody whose acts a person wants to hear of, whatever their policy says."""

    user = models.ForeignKey(User, models.CASCADE, related_name="accepted_senders")
    sender = models.ForeignKey(User, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "sender"], name="accepted_sender_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} accepts {self.sender_id}"


class MutedTargetQuerySet(models.QuerySet["MutedTarget"]):
    def visible_to(self, viewer: Viewer) -> "MutedTargetQuerySet":
        """The viewer's own, as far as they still see the thing."""
        return self.filter(targets.visible_q("target_id", viewer), user=viewer.pk)

    def for_api(self, viewer: Viewer) -> "MutedTargetQuerySet":
        return self


class MutedTarget(models.Model):
    """A thing that a person does not want to hear of: neither of it, nor of what is said below it."""

    user = models.ForeignKey(User, models.CASCADE, related_name="muted_targets")
    target_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MutedTargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "target_id"], name="muted_target_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} mutes {self.target_id}"

    @property
    def target(self) -> dict[str, str]:
        return {"id": str(self.target_id), "type": targets.noun_of(self.target_id)}
