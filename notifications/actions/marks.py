"""What people do with what they are told: read it, and take it off their list; one by one, by group, or all."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from notifications.events import (
    GroupDismissed,
    GroupRead,
    NotificationDismissed,
    NotificationRead,
    NotificationsRead,
)
from notifications.models import Notification, NotificationQuerySet
from socialsite.lib.effects import emit


@transaction.atomic
def mark_read(*, actor: User, notification: Notification) -> None:
    """Note that a person read one notification; twice changes nothing."""
    rows = Notification.objects.unread().filter(pk=notification.pk, recipient=actor)
    if _read(rows):
        emit(NotificationRead(actor_id=actor.pk, notification_id=notification.pk))


@transaction.atomic
def mark_all_read(*, actor: User, before: int | None = None) -> None:
    """Note that a person read all they see, or what is no newer than the notification `before`: what came since stays unread."""
    if _read(Notification.objects.visible_to(actor).unread().up_to(before)):
        emit(NotificationsRead(actor_id=actor.pk, up_to_id=before))


@transaction.atomic
def mark_group_read(*, actor: User, group_id: int, up_to: int | None = None) -> None:
    """Note that a person read a group, as far as they see it, or its rows that are no newer than `up_to`."""
    rows = Notification.objects.visible_to(actor).filter(group_id=group_id)
    if _read(rows.unread().up_to(up_to)):
        emit(GroupRead(actor_id=actor.pk, group_id=group_id, up_to_id=up_to))


@transaction.atomic
def dismiss_notification(*, actor: User, notification: Notification) -> None:
    """Take a notification off a person's list."""
    if _dismiss(Notification.objects.filter(pk=notification.pk, recipient=actor)):
        emit(NotificationDismissed(actor_id=actor.pk, notification_id=notification.pk))


@transaction.atomic
def dismiss_group(*, actor: User, group_id: int) -> None:
    """Take a group off a person's list, as far as they see it; what joins it afterwards shows again."""
    if _dismiss(Notification.objects.visible_to(actor).filter(group_id=group_id)):
        emit(GroupDismissed(actor_id=actor.pk, group_id=group_id))


def _read(rows: NotificationQuerySet) -> int:
    return rows.update(read_at=timezone.now(), version=F("version") + 1)


def _dismiss(rows: NotificationQuerySet) -> int:
    there = rows.filter(dismissed_at__isnull=True)
    return there.update(dismissed_at=timezone.now(), version=F("version") + 1)
