"""Notifications, and how each person wants them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.conditions import PreparedCondition
from accounts.models import Anonymous, User, Viewer
from notifications.types import CHANNELS, TYPES, Channel, NotificationType, settable_types
from socialsite.lib import targets
from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

LENGTHS = {"type": 40, "dedup_key": 100}
SHOWN = (
    "id", "type", "target_id", "params", "version", "created_at", "read_at", "actor__id", "actor__username",
    "actor__display_name", "actor__avatar_url", "actor__headline", "actor__is_verified", "actor__private_account",
)  # fmt: skip


def standing(viewer: User) -> Q:
    """Return the condition that a notification's actor and its target are there and visible to the viewer."""
    actor = Q(actor__isnull=True) | User.objects.visible_to(viewer).at("actor")
    return actor & targets.visible_q("target_id", viewer)


_STANDING = PreparedCondition(lambda: Notification, standing)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, viewer: Viewer) -> "NotificationQuerySet":
        """The viewer's list: their own, not dismissed, with nobody and nothing in it that is hidden from them."""
        return self.standing_for(viewer).filter(in_app=True, dismissed_at__isnull=True)

    def standing_for(self, viewer: Viewer) -> "NotificationQuerySet":
        """What the viewer may be told by any channel: its actor and its target are there and visible to them."""
        if isinstance(viewer, Anonymous):
            return self.none()
        return self.filter(_STANDING.for_reader(viewer), recipient=viewer.pk)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at__isnull=True)

    def matching(
        self, *, unread: bool = False, types: list[str] | None = None
    ) -> "NotificationQuerySet":
        rows = self.unread() if unread else self
        return rows if types is None else rows.filter(type__in=types)

    def up_to(self, pk: int | None) -> "NotificationQuerySet":
        """Rows that are no newer than the one with this id."""
        return self if pk is None else self.filter(pk__lte=pk)

    def unmailed(self) -> "NotificationQuerySet":
        """Rows whose mail still makes sense: neither sent nor read, to a person who is there with a proven address.

        A second mail within a day about the same act of the same person is spared: who asks, withdraws and asks again sends one.
        """
        recent = Notification.objects.filter(
            recipient=OuterRef("recipient"),
            type=OuterRef("type"),
            actor=OuterRef("actor"),
            emailed_at__gt=timezone.now() - Notification.MAIL_PAUSE,
        )
        return self.filter(
            ~Exists(recent),
            emailed_at__isnull=True,
            read_at__isnull=True,
            dismissed_at__isnull=True,
            recipient__email_verified_at__isnull=False,
            recipient__suspended_by__isnull=True,
            recipient__deleted_at__isnull=True,
        )

    def for_api(self, viewer: Viewer) -> "NotificationQuerySet":
        """All that an answer needs: the row's own columns, and those of its actor's card."""
        return self.select_related("actor").only(*SHOWN)


class Notification(models.Model):
    """One thing a person is told; a cause is told once, however often it repeats."""

    MAIL_PAUSE = timedelta(days=1)

    id = IdField(Kind.NOTIFICATION)
    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    type = models.CharField(max_length=LENGTHS["type"])
    actor = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    """Who did it; none for what the site says by itself"""
    target_id = models.BigIntegerField(null=True, blank=True)
    """What it is about: the notification is hidden with it"""
    params = models.JSONField(default=dict, blank=True)
    dedup_key = models.CharField(max_length=LENGTHS["dedup_key"])
    in_app = models.BooleanField(default=True)
    """Not set for one that goes out by mail alone"""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    """Deleted by its reader; the row stays a while, so that the same cause does not tell them again."""
    emailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("notification", **LENGTHS),
            models.UniqueConstraint(fields=["recipient", "dedup_key"], name="notification_once"),
            models.CheckConstraint(
                condition=Q(actor__isnull=True) | ~Q(actor=F("recipient")),
                name="notification_not_self",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_list_idx"),
            models.Index(
                fields=["recipient", "-id"],
                condition=Q(read_at__isnull=True, dismissed_at__isnull=True, in_app=True),
                name="notification_unread_idx",
            ),
            # For the mail that is spared, and for following the actor's deletion.
            models.Index(
                fields=["actor", "recipient", "type"],
                condition=Q(actor__isnull=False),
                name="notification_actor_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} to {self.recipient_id}"

    @property
    def target(self) -> dict[str, str] | None:
        if self.target_id is None:
            return None
        return {"id": str(self.target_id), "type": targets.noun_of(self.target_id)}

    @property
    def text(self) -> str:
        """The sentence its reader sees, with the actor's name as it is now."""
        known = TYPES.get(self.type)
        actor = self.actor.display_name if self.actor else ""
        return known.text.format(actor=actor, **self.params) if known else ""


class Preferences(models.Model):
    """How a person wants notifications; without a row all is as each type has it by default."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="notification_preferences"
    )
    channels = models.JSONField(default=dict, blank=True)
    """What the person said: name of a type -> channel -> on or off"""
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
