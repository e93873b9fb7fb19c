"""Telling people why and with what outcome, and ending what was for a while."""

from contextlib import suppress

from django.utils import timezone

from accounts.models import User
from moderation.actions import undo_action
from moderation.evidence import MAX_TRIES, forget_copies, make_copy
from moderation.models import Action, Report
from moderation.screening import forget_harmless
from notifications.actions import notify_user
from socialsite.lib import mail, targets
from socialsite.lib.errors import Conflict
from socialsite.lib.tasks import handler, periodic

OUTCOMES = {
    Report.Outcome.ACTED: "moderators acted on it",
    Report.Outcome.DISMISSED: "moderators saw no breach of the rules",
}


@handler("moderation.send_statement")
def send_statement(action_id: int) -> None:
    """Mail the statement of reasons, unless the action was undone meanwhile."""
    action = Action.objects.live().filter(pk=action_id).first()
    user = action and User.objects.filter(pk=action.owner_id, deleted_at__isnull=True).first()
    if action and user and not user.is_guest:
        facts = {
            "name": user.display_name,
            "noun": targets.noun_of(action.target_id),
            "is_person": action.target_id == user.pk,
            "evidence": action.evidence,
            "reason": action.get_reason_display().lower(),
            "statement": action.statement,
            "at": action.created_at,
            "until": action.until,
        }
        mail.send(f"moderation/{action.kind}", user.email, facts, name=user.display_name)


@handler("moderation.tell_reporters")
def tell_reporters(case_id: int) -> None:
    """Tell everybody who reported a thing what came of it."""
    closed = Report.objects.filter(case=case_id, reporter__isnull=False).exclude(outcome="")
    for report in closed.iterator():
        notify_user(
            type_name="report_closed",
            recipient_id=report.reporter_id or 0,
            target_id=report.pk,
            outcome=OUTCOMES[Report.Outcome(report.outcome)],
        )


@handler("moderation.copy_evidence", max_attempts=MAX_TRIES, priority=-10)
def copy_evidence(copy_id: int) -> None:
    """Copy a medium of something reported; after all that does not wait for servers elsewhere."""
    make_copy(copy_id)


@periodic("moderation.end_run_out", every=60)
def end_run_out() -> None:
    """Take back the actions whose time has passed."""
    for action in Action.objects.run_out(timezone.now()):
        # A moderator may undo it between the two looks.
        with suppress(Conflict):
            undo_action(actor=None, action=action)


@periodic("moderation.forget_harmless", every=86400)
def forget_harmless_screenings() -> None:
    """Forget that old texts were harmless."""
    forget_harmless()


@periodic("moderation.forget_copies", every=86400)
def forget_evidence_copies() -> None:
    """Forget the evidence of what was decided long ago."""
    forget_copies()
