"""Locking two people in one order, so that no two actions wait for each other and no block is missed."""

from django.db.models import Q

from accounts.models import Block, User
from socialsite.lib.errors import Forbidden, Invalid, NotFound


def refuse_self(actor: User, target: User) -> None:
    """Raise Invalid when the two are one person."""
    if actor.pk == target.pk:
        raise Invalid("self_target", "You cannot do this to yourself.")


def lock_pair(actor: User, target: User) -> tuple[User, User]:
    """Lock both rows, the lower id first, and return them as they are now. Needs the caller's transaction.

    Raises NotFound when one of them is gone or suspended since they were read.
    """
    ids = sorted({actor.pk, target.pk})
    # No key: rows of other tables that name one of the two may be written meanwhile, and their checks do not wait for us.
    people = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    rows = {row.pk: row for row in people}
    if len(rows) != len(ids) or not all(row.is_active for row in rows.values()):
        raise NotFound
    return rows[actor.pk], rows[target.pk]


def refuse_blocked(actor: User, target: User) -> None:
    """Raise NotFound when the target blocks the actor, Forbidden when the actor blocks the target."""
    either = Q(blocker=actor, blocked=target) | Q(blocker=target, blocked=actor)
    blockers = set(Block.objects.filter(either).values_list("blocker_id", flat=True))
    if target.pk in blockers:
        raise NotFound
    if actor.pk in blockers:
        raise Forbidden("blocked", "You block this person. Unblock them first.")


def lock_for_contact(actor: User, target: User) -> tuple[User, User]:
    """Lock both and make sure that they are two, that no block lies between them, and that the target is no guest."""
    refuse_self(actor, target)
    locked = lock_pair(actor, target)
    refuse_blocked(*locked)
    if locked[1].is_guest:
        raise Forbidden("guest", "This person is a guest: there is nothing to follow.")
    return locked
