"""Passing things of others, or one's own, on."""

from django.db import transaction

from accounts.models import User
from engagement.actions.reach import lock_within_reach
from engagement.events import Shared, Unshared
from engagement.models import Share
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.rows import insert_once

COUNTER = "share_count"


@transaction.atomic
def share_thing(*, actor: User, target_id: int) -> Share:
    """Pass a thing on; twice changes nothing and returns the first share.

    Raises NotFound, and what the owner of the thing keeps from others: Forbidden, Conflict.
    """
    thing = lock_within_reach(actor, target_id, COUNTER)
    target = targets.known(target_id)
    target.check(thing, actor, "share")
    made = insert_once(Share, user=actor, target_id=target_id)
    if made is None:
        return Share.objects.get(user=actor, target_id=target_id)
    targets.count(target_id, COUNTER, +1)
    emit(Shared(actor_id=actor.pk, target_id=target_id, owner_id=target.owner_id(thing)))
    return made


@transaction.atomic
def unshare_thing(*, actor: User, target_id: int) -> None:
    """Take one's share of a thing back, whatever its owner allows by now; twice changes nothing. Raises NotFound."""
    thing = lock_within_reach(actor, target_id, COUNTER)
    if Share.objects.on(target_id).filter(user=actor).delete()[0]:
        targets.count(target_id, COUNTER, -1)
        owner_id = targets.known(target_id).owner_id(thing)
        emit(Unshared(actor_id=actor.pk, target_id=target_id, owner_id=owner_id))
