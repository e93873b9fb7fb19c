"""Liking things of any kind, and no longer liking them."""

from typing import Any

from django.db import transaction

from accounts.models import User
from engagement.actions.reach import lock_within_reach
from engagement.events import Liked, Unliked
from engagement.models import LIKE, Reaction
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.rows import insert_once

COUNTER = "like_count"


@transaction.atomic
def like_thing(*, actor: User, target_id: int) -> None:
    """Like a thing; twice changes nothing. Raises NotFound, and what the owner of the thing keeps from others: Forbidden, Conflict."""
    _like(actor, lock_within_reach(actor, target_id, COUNTER))


@transaction.atomic
def unlike_thing(*, actor: User, target_id: int) -> None:
    """Like a thing no longer, whatever its owner allows by now; twice changes nothing. Raises NotFound."""
    _unlike(actor, lock_within_reach(actor, target_id, COUNTER))


@transaction.atomic
def toggle_like(*, actor: User, target_id: int) -> None:
    """Like a thing, or no longer when the actor likes it already. Raises what these two do."""
    thing = lock_within_reach(actor, target_id, COUNTER)
    liked = Reaction.objects.on(target_id).filter(user=actor, name=LIKE).exists()
    act = _unlike if liked else _like
    act(actor, thing)


def _like(actor: User, thing: Any) -> None:
    target = targets.known(thing.pk)
    target.check(thing, actor, "like")
    if insert_once(Reaction, user=actor, target_id=thing.pk, name=LIKE):
        targets.count(thing.pk, COUNTER, +1)
        emit(Liked(actor_id=actor.pk, target_id=thing.pk, owner_id=target.owner_id(thing)))


def _unlike(actor: User, thing: Any) -> None:
    rows = Reaction.objects.on(thing.pk).filter(user=actor, name=LIKE)
    if rows.delete()[0]:
        targets.count(thing.pk, COUNTER, -1)
        owner_id = targets.known(thing.pk).owner_id(thing)
        emit(Unliked(actor_id=actor.pk, target_id=thing.pk, owner_id=owner_id))
