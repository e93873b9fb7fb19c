"""Shutting people out, and not hearing of them."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.actions.audiences import take_out
from accounts.actions.connections import erase_connection
from accounts.actions.follows import remove_follow
from accounts.actions.pairs import lock_pair, refuse_self
from accounts.events import Blocked, Muted, Unblocked, Unmuted
from accounts.models import Audience, Block, Connection, FollowRequest, Mute, User
from socialsite.lib.effects import emit
from socialsite.lib.rows import insert_once


@transaction.atomic
def block_user(*, actor: User, target: User) -> None:
    """Shut a person out: follows, requests and the connection between the two end. Twice changes nothing.

    Raises Invalid (self_target), NotFound.
    """
    refuse_self(actor, target)
    actor, target = lock_pair(actor, target)
    if not insert_once(Block, blocker=actor, blocked=target):
        return
    for one, other in ((actor, target), (target, actor)):
        remove_follow(one, other)
        FollowRequest.objects.filter(requester=one, target=other).delete()
        _leave_audiences(one, other)
    for connection in Connection.objects.between(actor.pk, target.pk).live():
        erase_connection(connection)
    emit(Blocked(actor_id=actor.pk, target_id=target.pk))


@transaction.atomic
def unblock_user(*, actor: User, target: User) -> None:
    """Take a block back; what it ended stays ended. Raises Invalid (self_target)."""
    refuse_self(actor, target)
    if Block.objects.filter(blocker=actor, blocked=target).delete()[0]:
        emit(Unblocked(actor_id=actor.pk, target_id=target.pk))


@transaction.atomic
def mute_user(*, actor: User, target: User, duration: timedelta | None = None) -> None:
    """Do not hear of a person, for good or for a while; a later call sets the time anew. Raises Invalid (self_target)."""
    refuse_self(actor, target)
    until = timezone.now() + duration if duration else None
    Mute.objects.update_or_create(muter=actor, muted=target, defaults={"until": until})
    emit(Muted(actor_id=actor.pk, target_id=target.pk))


@transaction.atomic
def unmute_user(*, actor: User, target: User) -> None:
    """Hear of a person again. Raises Invalid (self_target)."""
    refuse_self(actor, target)
    if Mute.objects.filter(muter=actor, muted=target).delete()[0]:
        emit(Unmuted(actor_id=actor.pk, target_id=target.pk))


def _leave_audiences(owner: User, member: User) -> None:
    for audience in Audience.objects.filter(owner=owner, memberships__member=member):
        take_out(audience, member)
