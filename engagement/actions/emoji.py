"""Putting emoji on things of any kind that takes them, and taking them off."""

from typing import Any

from django.db import transaction

from accounts.models import User
from engagement.actions.reach import lock_within_reach
from engagement.events import Reacted, Unreacted
from engagement.models import Reaction
from engagement.tallies import COUNTS
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict
from socialsite.lib.rows import insert_once
from socialsite.lib.tallies import counted
from socialsite.lib.text.emoji import clean_emoji

MAX_EMOJI = 30
"""Different ones on one thing"""
MAX_OWN = 5
"""Different ones of one person's on one thing, so that no few people can fill it"""


@transaction.atomic
def add_emoji(*, actor: User, target_id: int, emoji: str) -> bool:
    """Put an emoji on a thing; returns whether it was not there before, and twice changes nothing.

    Raises Invalid, NotFound, Conflict, and what the owner of the thing keeps from others: Forbidden.
    """
    emoji = clean_emoji(emoji, "emoji")
    thing = lock_within_reach(actor, target_id, COUNTS)
    target = targets.known(target_id)
    target.check(thing, actor, "react")
    _check_room(thing, emoji, _own(actor, target_id))
    if insert_once(Reaction, user=actor, target_id=target_id, name=emoji) is None:
        return False
    targets.put(target_id, COUNTS, counted(thing.reaction_counts, emoji, +1))
    emit(Reacted(actor_id=actor.pk, target_id=target_id, owner_id=target.owner_id(thing)))
    return True


@transaction.atomic
def remove_emoji(*, actor: User, target_id: int, emoji: str) -> None:
    """Take one's emoji off a thing, whatever its owner allows by now; twice changes nothing. Raises Invalid, NotFound."""
    emoji = clean_emoji(emoji, "emoji")
    thing = lock_within_reach(actor, target_id, COUNTS)
    if Reaction.objects.on(target_id).filter(user=actor, name=emoji).delete()[0]:
        targets.put(target_id, COUNTS, counted(thing.reaction_counts, emoji, -1))
        owner_id = targets.known(target_id).owner_id(thing)
        emit(Unreacted(actor_id=actor.pk, target_id=target_id, owner_id=owner_id))


def _own(actor: User, target_id: int) -> set[str]:
    rows = Reaction.objects.emoji().on(target_id).filter(user=actor)
    return set(rows.values_list("name", flat=True))


def _check_room(thing: Any, emoji: str, own: set[str]) -> None:
    """Raise Conflict when a new emoji would be one too many on a thing, or of the actor's on it. Needs the lock on it."""
    if emoji in own:
        return
    if len(own) >= MAX_OWN:
        raise Conflict("conflict", f"Put at most {MAX_OWN} different emoji on one thing.")
    known = {row["emoji"] for row in thing.reaction_counts}
    if emoji not in known and len(known) >= MAX_EMOJI:
        raise Conflict("conflict", f"It takes at most {MAX_EMOJI} different emoji.")
