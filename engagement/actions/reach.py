"""Locking a thing and the two people between whom something happens, so that no block, suspension or deletion is missed."""

from typing import Any

from accounts.actions.pairs import lock_pair
from accounts.models import User
from socialsite.lib import targets


def lock_within_reach(actor: User, target_id: int, counter: str) -> Any:
    """Lock the actor, the owner of a thing and the thing, and return it as it is now. Needs the caller's transaction.

    Raises NotFound when the actor may not see it, its kind does not have the counter, or one of the two people is gone.
    """
    found = targets.find(target_id, actor)
    lock_pair(actor, User(pk=targets.known(target_id).owner_id(found)))
    # Asked again: a block waits for the same two people, and one that was first is seen now.
    return targets.lock(target_id, actor, counter)
