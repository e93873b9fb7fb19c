"""The one door to change notifications: telling people, and what they do with what they are told."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from accounts.actions.versions import CheckVersion
from accounts.models import Mute, User
from notifications.events import (
    NotificationDismissed,
    NotificationRead,
    NotificationsRead,
    PreferencesChanged,
)
from notifications.models import Notification, Preferences
from notifications.types import TYPES
from socialsite.lib.effects import emit
from socialsite.lib.ids import Kind, mint
from socialsite.lib.rows import insert_once
from socialsite.lib.tasks import enqueue


@transaction.atomic
def notify_user(
    *,
    type_name: str,
    recipient_id: int,
    actor_id: int | None = None,
    target_id: int | None = None,
    occasion: str = "",
    **params: str,
) -> Notification | None:
    """Tell a person that `actor_id` did something to `target_id`; handlers of effects call it, in the effect's transaction.

    Nothing is stored, and None returned, when the person did it themselves, mutes the actor or shares a block with them, has
    switched the type off, or was told before, on this `occasion` when one is named. Without actor and target every call tells anew.
    """
    known = TYPES[type_name]
    recipient = _find_listener(recipient_id, actor_id)
    if recipient is None:
        return None
    preferences = Preferences.of(recipient)
    in_app, email = preferences.allows(known, "in_app"), preferences.allows(known, "email")
    if not in_app and not email:
        return None
    cause = (
        f"{actor_id or ''}:{target_id or ''}" if actor_id or target_id else mint(Kind.NOTIFICATION)
    )
    made = insert_once(
        Notification,
        recipient=recipient,
        type=type_name,
        actor_id=actor_id,
        target_id=target_id,
        params=params,
        dedup_key=f"{type_name}:{cause}{occasion and f':{occasion}'}",
        in_app=in_app,
    )
    if made and email and recipient.email_verified_at:
        enqueue("notifications.send_mail", notification_id=made.pk)
    return made


@transaction.atomic
def mark_read(*, actor: User, notification: Notification) -> None:
    """Note that a person read one notification; twice changes nothing."""
    rows = Notification.objects.unread().filter(pk=notification.pk, recipient=actor)
    if rows.update(read_at=timezone.now(), version=F("version") + 1):
        emit(NotificationRead(actor_id=actor.pk, notification_id=notification.pk))


@transaction.atomic
def mark_all_read(*, actor: User, before: int | None = None) -> None:
    """Note that a person read all they see, or what is no newer than the notification `before`: what came since stays unread."""
    rows = Notification.objects.visible_to(actor).unread().up_to(before)
    if rows.update(read_at=timezone.now(), version=F("version") + 1):
        emit(NotificationsRead(actor_id=actor.pk, up_to_id=before))


@transaction.atomic
def dismiss_notification(*, actor: User, notification: Notification) -> None:
    """Take a notification off a person's list."""
    rows = Notification.objects.filter(
        pk=notification.pk, recipient=actor, dismissed_at__isnull=True
    )
    if rows.update(dismissed_at=timezone.now(), version=F("version") + 1):
        emit(NotificationDismissed(actor_id=actor.pk, notification_id=notification.pk))


def mark_emailed(*, notification: Notification) -> bool:
    """Note that the mail went out; returns False when another did before."""
    rows = Notification.objects.filter(pk=notification.pk, emailed_at__isnull=True)
    return bool(rows.update(emailed_at=timezone.now()))


@transaction.atomic
def change_preferences(*, actor: User, changes: dict[str, Any], check: CheckVersion) -> Preferences:
    """Change the channels in `types` that are sent, and the `quiet_hours`; None ends them. Raises PreconditionFailed."""
    insert_once(Preferences, user=actor)
    preferences = Preferences.objects.select_for_update().get(user=actor)
    check(preferences.version)
    if not changes:
        return preferences
    for name, channels in changes.get("types", {}).items():
        preferences.channels[name] = preferences.channels.get(name, {}) | channels
    if "quiet_hours" in changes:
        hours = changes["quiet_hours"] or {"start": None, "end": None}
        preferences.quiet_start, preferences.quiet_end = hours["start"], hours["end"]
    preferences.version += 1
    preferences.save(update_fields=["channels", "quiet_start", "quiet_end", "version"])
    emit(PreferencesChanged(actor_id=actor.pk))
    return preferences


def _find_listener(recipient_id: int, actor_id: int | None) -> User | None:
    """Return the person to tell, unless they would not hear of the actor."""
    if actor_id is None:
        return User.objects.filter(pk=recipient_id, deleted_at__isnull=True).first()
    if actor_id == recipient_id:
        return None
    muted = Mute.objects.in_force().filter(muter=OuterRef("pk"), muted=actor_id)
    # Who the actor could not see, they could not have done anything to.
    seen = User.objects.visible_to(User(pk=actor_id))
    return seen.exclude(Exists(muted)).filter(pk=recipient_id).first()
