"""What moderators do to things, and what the screening does: hide, remove, hold."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from moderation import kinds
from moderation.actions.records import Grounds, lock_owner, owner_of, record, tell
from moderation.models import COLUMNS, Action, Case, Reason
from socialsite.lib import targets
from socialsite.lib.errors import Conflict, Invalid


@transaction.atomic
def hide_thing(
    *,
    actor: User,
    thing: Any,
    note: str,
    reason: Reason | str = Reason.OTHER,
    statement: str = "",
    until: datetime | None = None,
    case: Case | None = None,
) -> Action:
    """Hide a thing from all but its author and moderators, until undone or `until`.

    Raises Forbidden unless the actor's role is above the owner's, Conflict (already_hidden), Invalid, NotFound.
    """
    grounds = Grounds(note=note, reason=reason, statement=statement, until=until, case=case)
    return _take(Action.Kind.HIDE, actor, thing, grounds)


@transaction.atomic
def remove_thing(
    *,
    actor: User,
    thing: Any,
    note: str,
    reason: Reason | str = Reason.OTHER,
    statement: str = "",
    until: datetime | None = None,
    case: Case | None = None,
) -> Action:
    """Remove a thing from all but moderators, until undone or `until`. Raises as `hide_thing`, Conflict being already_removed."""
    grounds = Grounds(note=note, reason=reason, statement=statement, until=until, case=case)
    return _take(Action.Kind.DELETE, actor, thing, grounds)


@transaction.atomic
def hold_thing(*, thing: Any, note: str, case: Case) -> Action:
    """Hide a thing from all but its author and moderators until a moderator looks at it.

    Needs the author's lock on the thing, which no other hold keeps: it is done in the transaction in which they wrote it.
    """
    grounds = Grounds(note=note, reason=Reason.SPAM, case=case)
    return _cause(Action.Kind.HOLD, None, thing, grounds)


def settle(target_id: int, column: str) -> None:
    """Write on a thing the newest live action that keeps it hidden or removed, or none."""
    set_cause = kinds.known(target_id).set_cause
    if set_cause is None or not _is_there(target_id):
        return
    cause = _newest(target_id, column)
    set_cause(target_id, column, cause)
    # Only now the row is locked: an action that was stored while we waited for it shows here.
    if (since := _newest(target_id, column)) != cause:
        set_cause(target_id, column, since)


def uncover(action: Action) -> None:
    """Take an action that was just undone out of its chain: what it covered comes back, or lies below the one that covers it."""
    column = COLUMNS[Action.Kind(action.kind)]
    settle(action.target_id, column)
    above = Action.objects.causing(action.target_id, column).filter(covers=action.pk)
    above.update(covers=action.covers)


REFUSALS = {
    Action.Kind.HIDE: ("already_hidden", "This is hidden by a moderator."),
    Action.Kind.DELETE: ("already_removed", "This is removed by a moderator."),
}


def _take(kind: Action.Kind, actor: User, thing: Any, grounds: Grounds) -> Action:
    actor, _ = lock_owner(actor, owner_of(thing))
    grounds.check()
    if kinds.known(thing.pk).set_cause is None:
        raise Invalid("invalid_choice", "A person can be warned or suspended.", "action")
    if Action.objects.live().filter(target_id=thing.pk, kind=kind).exists():
        raise Conflict(*REFUSALS[kind])
    return _cause(kind, actor, thing, grounds)


def _cause(kind: Action.Kind, actor: User | None, thing: Any, grounds: Grounds) -> Action:
    column = COLUMNS[kind]
    action = record(kind, actor, thing, grounds, covers=_newest(thing.pk, column))
    settle(thing.pk, column)
    tell(action)
    return action


def _newest(target_id: int, column: str) -> int | None:
    return Action.objects.causing(target_id, column).values_list("pk", flat=True).first()


def _is_there(target_id: int) -> bool:
    """Tell whether the row is still there: what its author deleted is purged one day."""
    return targets.known(target_id).model._default_manager.filter(pk=target_id).exists()
