"""What moderators do, and the trail of what anybody does."""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import datetime

from django.db import transaction
from django.db.models import Choices
from django.utils import timezone

from accounts.models import User
from moderation.events import SITE, ActionUndone, UserSuspended
from moderation.models import Action, AuditEntry
from moderation.permissions import check_moderates
from socialsite.lib import context
from socialsite.lib.effects import Effect, emit
from socialsite.lib.errors import Conflict, Invalid, NotFound
from socialsite.lib.tasks import enqueue

INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@transaction.atomic
def suspend_user(
    *, actor: User, user: User, note: str, statement: str = "", until: datetime | None = None
) -> Action:
    """Shut a person out until undone: no credential of theirs is accepted and nobody but moderators sees them.

    Nothing else about them is changed, so that undoing is exact. `note` is for moderators, `statement` is mailed to the person.
    Raises Forbidden unless the actor's role is higher, Conflict (already_suspended), Invalid, NotFound.
    """
    actor, user = _lock(actor, user)
    check_moderates(actor, user)
    _refuse_unfit(note, until)
    if user.suspended_by is not None:
        raise Conflict("already_suspended", "This person is suspended.")
    action = Action.objects.create(
        kind=Action.Kind.SUSPEND,
        target_id=user.pk,
        moderator=actor,
        note=note.strip(),
        statement=statement.strip(),
        until=until,
    )
    # By UPDATE: neither the version nor the time of the last edit may move.
    User.objects.filter(pk=user.pk).update(suspended_by=action.pk)
    emit(UserSuspended(actor_id=actor.pk, target_id=user.pk, action_id=action.pk))
    enqueue("moderation.send_statement", action_id=action.pk)
    return action


@transaction.atomic
def undo_action(*, actor: User | None, action: Action) -> Action:
    """Take an action back, and only what it changed; without an actor the site does, its time being over.

    Raises Forbidden unless the actor's role is higher than the person's, Conflict (already_undone).
    """
    people = _locked(action.target_id, actor.pk if actor else SITE)
    if actor is not None:
        check_moderates(people[actor.pk], people.get(action.target_id))
    action = Action.objects.select_for_update().get(pk=action.pk)
    if not action.is_live:
        raise Conflict("already_undone", "This action was undone.")
    action.undone_at, action.undone_by = timezone.now(), actor
    action.save(update_fields=["undone_at", "undone_by"])
    UNDO[Action.Kind(action.kind)](action)
    actor_id = actor.pk if actor else SITE
    emit(ActionUndone(actor_id=actor_id, target_id=action.target_id, action_id=action.pk))
    return action


def write_audit(effect: Effect) -> None:
    """Note an effect in the trail. The first id an effect carries after its actor's is what it was done to."""
    carried = {field.name: getattr(effect, field.name) for field in fields(effect)}
    actor_id = carried.pop("actor_id")
    target = next((name for name in carried if name.endswith("_id")), "")
    target_id = carried.pop(target, None)
    AuditEntry.objects.create(
        actor_id=actor_id or None,
        credential=context.credential.get(),
        verb=verb_of(type(effect)),
        target_id=target_id,
        request_id=context.request_id.get(),
        detail={name: _plain(value) for name, value in carried.items() if _is_impersonal(value)},
    )


def verb_of(effect: type[Effect]) -> str:
    """Return the name of an effect in the trail: `ConnectionRequested` is `connection_requested`."""
    return INNER_CAPITAL.sub("_", effect.__name__).lower()


def _is_impersonal(value: object) -> bool:
    """Tell whether a value may stand in the trail for ever: an id, yes or no, a word of a closed list, but no free text."""
    return isinstance(value, int | Choices)


def _plain(value: object) -> bool | str:
    return value if isinstance(value, bool) else str(value)


def _lift_suspension(action: Action) -> None:
    people = User.objects.filter(pk=action.target_id, suspended_by=action.pk)
    people.update(suspended_by=None)


UNDO: dict[Action.Kind, Callable[[Action], None]] = {Action.Kind.SUSPEND: _lift_suspension}


def _lock(actor: User, user: User) -> tuple[User, User]:
    """Lock both and return them as they are now. Raises NotFound when the person's account was deleted."""
    people = _locked(actor.pk, user.pk)
    if user.pk not in people or people[user.pk].deleted_at is not None:
        raise NotFound
    return people[actor.pk], people[user.pk]


def _locked(*ids: int) -> dict[int, User]:
    """Lock people, the lowest id first, as every action does, so that no two wait for each other."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def _refuse_unfit(note: str, until: datetime | None) -> None:
    if not note.strip():
        raise Invalid("blank", "Say why, for other moderators.", "note")
    if until is not None and until <= timezone.now():
        raise Invalid("invalid", "Choose a time to come.", "until")
