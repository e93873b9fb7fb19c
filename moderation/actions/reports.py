"""People report things."""

from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from moderation import kinds
from moderation.actions.records import owner_of
from moderation.events import SITE, Reported
from moderation.evidence import ask_for_copies
from moderation.live import tell_alert
from moderation.models import Case, Reason, Report
from moderation.priority import followers_of, gravest, priority_of, views_of
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Invalid
from socialsite.lib.rows import insert_once


@transaction.atomic
def report_thing(*, actor: User, target_id: int, reason: Reason | str, comment: str = "") -> Report:
    """Say that a thing one sees breaks the rules; moderators look at all reports of a thing together, as one case.

    Raises Invalid (self_target), Conflict (already_reported) while an earlier report of it by the same person is open, NotFound.
    """
    kinds.known(target_id)
    thing = targets.find(target_id, actor)
    if owner_of(thing) == actor.pk:
        raise Invalid("self_target", "You cannot report what is your own.", "target_id")
    add_report(thing=thing, reporter=actor, reason=reason, comment=comment)
    return Report.objects.open().get(reporter=actor, target_id=target_id)


@transaction.atomic
def add_report(
    *, thing: Any, reporter: User | None, reason: Reason | str, comment: str = ""
) -> Case:
    """Put a report on the open case about a thing, which is opened when there is none; without a reporter it is the screening's.

    Raises Conflict (already_reported).
    """
    case = _lock_open_case(thing.pk, reason)
    before = case.priority if case.report_count else -1
    report = insert_once(
        Report, case=case, reporter=reporter, target_id=thing.pk, reason=reason, comment=comment
    )
    if report is None:
        raise Conflict("already_reported", "You have reported this already.")
    case.reason = gravest(case.reason, reason)
    case.priority = priority_of(
        case, views=views_of(thing), followers=followers_of(owner_of(thing))
    )
    Case.objects.filter(pk=case.pk).update(
        reason=case.reason,
        priority=case.priority,
        report_count=F("report_count") + 1,
        version=F("version") + 1,
    )
    ask_for_copies(case, thing)
    emit(
        Reported(
            actor_id=reporter.pk if reporter else SITE,
            target_id=thing.pk,
            case_id=case.pk,
            report_id=report.pk,
            reason=Reason(reason),
        )
    )
    if case.priority > before:
        tell_alert(case)
    return case


def note_change(target_id: int) -> None:
    """Move the version of the open case about a thing whose text has changed: who decides by an earlier reading of it is told, and
    media that came with the change are copied too.

    Needs the caller's transaction, in which nothing is locked afterwards that a decision locks.
    """
    rows = Case.objects.open().filter(target_id=target_id)
    if rows.update(version=F("version") + 1):
        for case in rows:
            ask_for_copies(case, targets.known(target_id).model._default_manager.get(pk=target_id))


def _lock_open_case(target_id: int, reason: Reason | str) -> Case:
    """Return the open case about a thing, locked; a new one when there is none."""
    rows = Case.objects.open().select_for_update(of=("self",)).filter(target_id=target_id)
    found = rows.first() or insert_once(Case, target_id=target_id, reason=reason)
    # Another may have opened one between the two looks.
    return found or rows.get()
