"""What moderators do to people."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from moderation.actions.records import Grounds, lock_owner, owner_of, record, tell
from moderation.models import Action, Case, Reason
from socialsite.lib.errors import Conflict
from socialsite.lib.realtime import signals


@transaction.atomic
def suspend_user(
    *,
    actor: User,
    user: User,
    note: str,
    reason: Reason | str = Reason.OTHER,
    statement: str = "",
    until: datetime | None = None,
    case: Case | None = None,
) -> Action:
    """Shut a person out until undone: no credential of theirs is accepted and nobody but moderators sees them or what they made.

    Nothing else about them is changed, so that undoing is exact. `note` is for moderators, `statement` is mailed to the person.
    Raises Forbidden unless the actor's role is higher, Conflict (already_suspended), Invalid, NotFound.
    """
    actor, user = lock_owner(actor, user.pk)
    grounds = Grounds(note=note, reason=reason, statement=statement, until=until, case=case)
    grounds.check()
    if user.suspended_by is not None:
        raise Conflict("already_suspended", "This person is suspended.")
    action = record(Action.Kind.SUSPEND, actor, user, grounds)
    # By UPDATE: neither the version nor the time of the last edit may move.
    User.objects.filter(pk=user.pk).update(suspended_by=action.pk)
    tell(action)
    signals.order_on_commit("person_closed", user.pk)
    return action


def suspend_owner(*, actor: User, thing: Any, **grounds: Any) -> Action:
    """Suspend the person a thing belongs to; raises what `suspend_user` does."""
    return suspend_user(actor=actor, user=User(pk=owner_of(thing)), **grounds)


@transaction.atomic
def warn_owner(
    *,
    actor: User,
    thing: Any,
    note: str,
    reason: Reason | str = Reason.OTHER,
    statement: str = "",
    case: Case | None = None,
) -> Action:
    """Tell a person that they, or a thing of theirs, broke a rule. Raises Forbidden, Invalid, NotFound."""
    actor, _ = lock_owner(actor, owner_of(thing))
    grounds = Grounds(note=note, reason=reason, statement=statement, case=case)
    grounds.check()
    action = record(Action.Kind.WARN, actor, thing, grounds)
    tell(action)
    return action


def lift_suspension(action: Action) -> None:
    """Let a person in again, unless another action suspended them since."""
    people = User.objects.filter(pk=action.target_id, suspended_by=action.pk)
    people.update(suspended_by=None)
