"""Whom and what a person wants to hear of: requests of held senders, and muted things."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from notifications.events import SenderAccepted, SenderDismissed, TargetMuted, TargetUnmuted
from notifications.models import AcceptedSender, MutedTarget, Notification
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import NotFound
from socialsite.lib.rows import insert_once


@transaction.atomic
def accept_sender(*, actor: User, sender: User) -> None:
    """Let through what is held of a sender, and all they do from now on. Raises NotFound when nothing is."""
    held = Notification.objects.held_for(actor).filter(actor=sender)
    is_new = insert_once(AcceptedSender, user=actor, sender=sender)
    released = held.update(is_held=False, version=F("version") + 1)
    if is_new and not released:
        raise NotFound
    if is_new or released:
        emit(SenderAccepted(actor_id=actor.pk, sender_id=sender.pk))


@transaction.atomic
def dismiss_sender(*, actor: User, sender: User) -> None:
    """Take what is held of a sender away; what they do next is held anew. Raises NotFound when nothing is."""
    held = Notification.objects.held_for(actor).filter(actor=sender)
    if not held.update(dismissed_at=timezone.now(), version=F("version") + 1):
        raise NotFound
    emit(SenderDismissed(actor_id=actor.pk, sender_id=sender.pk))


@transaction.atomic
def mute_target(*, actor: User, target_id: int) -> None:
    """Hear no more of a thing, nor of what is said below it; twice changes nothing. Raises NotFound."""
    targets.find(target_id, actor)
    if insert_once(MutedTarget, user=actor, target_id=target_id):
        emit(TargetMuted(actor_id=actor.pk, target_id=target_id))


@transaction.atomic
def unmute_target(*, actor: User, target_id: int) -> None:
    """Hear of a thing again; twice changes nothing. Raises NotFound."""
    targets.find(target_id, actor)
    if MutedTarget.objects.filter(user=actor, target_id=target_id).delete()[0]:
        emit(TargetUnmuted(actor_id=actor.pk, target_id=target_id))
