"""Moderators act on things and their owners, with a case or without."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.versions import CheckVersion, any_version
from accounts.models import User
from moderation.actions.content import hide_thing, remove_thing
from moderation.actions.people import suspend_owner, warn_owner
from moderation.actions.records import Grounds, lock_people, owner_of
from moderation.actions.undo import undo_action
from moderation.events import CaseDecided
from moderation.models import Action, Case, Reason, Report
from moderation.permissions import check_judges
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Invalid, NotFound
from socialsite.lib.tasks import enqueue

DISMISS = "dismiss"
DEEDS: dict[str, Callable[..., Action]] = {
    Action.Kind.WARN: warn_owner,
    Action.Kind.HIDE: hide_thing,
    Action.Kind.DELETE: remove_thing,
    Action.Kind.SUSPEND: suspend_owner,
}
"""What a moderator can do to a thing or its owner"""


@transaction.atomic
def act_on(*, actor: User, thing: Any, actions: Sequence[str], grounds: Grounds) -> list[Action]:
    """Hide or remove a thing, warn or suspend its owner, or several of these; raises what each one does."""
    if grounds.until is not None and set(actions) == {Action.Kind.WARN}:
        raise Invalid("invalid", "A warning has no end.", "until")
    # One order whatever was sent: a warning first, the owner last.
    return [
        deed(actor=actor, thing=thing, **_given(grounds, kind))
        for kind, deed in DEEDS.items()
        if kind in actions
    ]


@transaction.atomic
def decide_case(
    *, actor: User, case: Case, actions: Sequence[str], grounds: Grounds, check: CheckVersion
) -> Case:
    """Close a case with one or several actions, or with `dismiss` alone; whichever, a hold of the screening ends.

    Its reports are closed with the outcome, and the people who made them are told. Raises Conflict (already_decided) when another
    moderator was first, PreconditionFailed, Forbidden when the thing is the actor's own, and what the actions do.
    """
    _check_actions(actions)
    thing = _find_thing(case)
    lock_people(actor.pk, *([owner_of(thing)] if thing is not None else []))
    check_judges(actor, owner_of(thing) if thing is not None else None)
    _check_open(Case.objects.get(pk=case.pk), check)
    if DISMISS not in actions:
        if thing is None:
            raise NotFound("not_found", "The thing is gone; the case can be dismissed.")
        act_on(actor=actor, thing=thing, actions=actions, grounds=grounds)
    for hold in Action.objects.live().filter(target_id=case.target_id, kind=Action.Kind.HOLD):
        undo_action(actor=actor, action=hold)
    # Last, because the screening takes the lock of the case when it has the thing's.
    case = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    _check_open(case, check)
    _close(case, actor, Report.Outcome.DISMISSED if DISMISS in actions else Report.Outcome.ACTED)
    return case


@transaction.atomic
def release_hold(*, actor: User, hold: Action) -> None:
    """Let through what the screening holds; its case is dismissed with that, unless people reported the thing as well.

    Raises what `undo_action` does.
    """
    case = Case.objects.open().filter(pk=hold.case_id).first()
    if case is None or case.reports.filter(reporter__isnull=False).exists():
        undo_action(actor=actor, action=hold)
        return
    grounds = Grounds(note=default_note(Reason.SPAM))
    decide_case(actor=actor, case=case, actions=[DISMISS], grounds=grounds, check=any_version)


def _given(grounds: Grounds, kind: str) -> dict[str, Any]:
    given = vars(grounds)
    if kind == Action.Kind.WARN:
        return {name: value for name, value in given.items() if name != "until"}
    return given


def _check_actions(actions: Sequence[str]) -> None:
    if len(set(actions)) != len(actions) or (DISMISS in actions and len(actions) > 1):
        raise Invalid("invalid", "Name each action once, and dismiss alone.", "actions")


def _check_open(case: Case, check: CheckVersion) -> None:
    if not case.is_open:
        raise Conflict("already_decided", "Another moderator decided this case.")
    check(case.version)


def _find_thing(case: Case) -> Any:
    """Return what a case is about, in whatever state; None when it was purged."""
    rows = targets.known(case.target_id).model._default_manager
    return rows.filter(pk=case.target_id).first()


def _close(case: Case, actor: User, outcome: Report.Outcome) -> None:
    """Close a case and its reports. Needs the lock on the case."""
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(closed_at=now, closed_by=actor, version=F("version") + 1)
    Report.objects.open().filter(case=case).update(outcome=outcome, closed_at=now)
    emit(CaseDecided(actor_id=actor.pk, target_id=case.target_id, case_id=case.pk, outcome=outcome))
    enqueue("moderation.tell_reporters", case_id=case.pk)


def default_note(reason: Reason | str) -> str:
    """Return the note of a decision for which the moderator wrote none."""
    return f"Reported for {Reason(reason).label.lower()}."
