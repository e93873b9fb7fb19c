"""Telling the affected person why, and ending what was for a while."""

from contextlib import suppress

from django.utils import timezone

from accounts.models import User
from moderation.actions import undo_action
from moderation.models import Action
from socialsite.lib import mail
from socialsite.lib.errors import Conflict
from socialsite.lib.tasks import handler, periodic


@handler("moderation.send_statement")
def send_statement(action_id: int) -> None:
    """Mail the statement of reasons, unless the action was undone meanwhile."""
    action = Action.objects.live().filter(pk=action_id).first()
    user = action and User.objects.filter(pk=action.target_id, deleted_at__isnull=True).first()
    if action and user:
        facts = {
            "name": user.display_name,
            "statement": action.statement,
            "at": action.created_at,
            "until": action.until,
        }
        mail.send(f"moderation/{action.kind}", user.email, facts, name=user.display_name)


@periodic("moderation.end_run_out", every=60)
def end_run_out() -> None:
    """Take back the actions whose time has passed."""
    for action in Action.objects.run_out(timezone.now()):
        # A moderator may undo it between the two looks.
        with suppress(Conflict):
            undo_action(actor=None, action=action)
