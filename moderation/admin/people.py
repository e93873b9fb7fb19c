"""How a moderator shuts a person out and lets them back in, and what was done to a person."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from unfold.enums import ActionVariant

from accounts.admin.names import name_in
from accounts.models import User
from moderation import actions
from moderation.admin.forms import GroundsForm, UndoForm
from moderation.admin.trail import told, trail
from moderation.models import Action, AuditEntry
from socialsite.lib.admin import (
    MODERATORS,
    Act,
    Figure,
    Panel,
    Table,
    add_act,
    add_figure,
    add_panel,
    ago,
    link,
    link_to_id,
)
from socialsite.lib.errors import Conflict

ROWS_SHOWN = 20


def suspend(*, actor: User, thing: User, **said: Any) -> str:
    actions.suspend_user(actor=actor, user=thing, **said)
    return f"{thing} is suspended."


def lift(*, actor: User, thing: User, note: str) -> str:
    cause = Action.objects.live().filter(pk=thing.suspended_by or 0).first()
    if cause is None:
        raise Conflict("already_undone", "The suspension was undone by another just now.")
    actions.undo_action(actor=actor, action=cause, note=note)
    return f"{thing} is back."


add_act(
    User,
    Act(
        name="suspend",
        title="Suspend",
        note="The person is signed out everywhere and vanishes for everyone but moderators. Nothing of theirs is deleted.",
        run=suspend,
        form=GroundsForm,
        fits=lambda user: user.suspended_by is None,
        variant=ActionVariant.DANGER,
    ),
)
add_act(
    User,
    Act(
        name="lift-suspension",
        title="Undo suspension",
        note="Everything is as it was before: profile, edges and settings.",
        run=lift,
        form=UndoForm,
        fits=lambda user: user.suspended_by is not None,
        icon="undo",
        variant=ActionVariant.SUCCESS,
    ),
)


def history_of(user: User) -> Table:
    """Return what was done to a person and to things of theirs."""
    rows = Action.objects.concerning(user).select_related("moderator", "undone_by")
    return Table(
        ["Action", "Target", "Rule", "Reason", "Moderator", "Time", "Until", "Undone"],
        [
            [
                link(row),
                link_to_id(row.target_id, str(user) if row.target_id == user.pk else None),
                row.get_reason_display(),
                row.note,
                link(row.moderator) if row.moderator else "the site",
                ago(row.created_at),
                ago(row.until),
                ago(row.undone_at),
            ]
            for row in rows.order_by("-pk")[:ROWS_SHOWN]
        ],
    )


def trail_of(user: User) -> Table:
    about = AuditEntry.objects.filter(Q(actor_id=user.pk) | Q(target_id=user.pk))
    return Table(
        ["Time", "Actor", "Verb", "Target", "Detail"],
        [
            [
                ago(row.created_at),
                link_to_id(row.actor_id, name_in(row, "actor")),
                row.verb.replace("_", " "),
                link_to_id(row.target_id, name_in(row, "target")),
                told(row),
            ]
            for row in trail(about).order_by("-pk")[:ROWS_SHOWN]
        ],
    )


def count_lately() -> int:
    return Action.objects.filter(created_at__gt=timezone.now() - timedelta(days=7)).count()


add_panel(User, Panel(title="Moderation", table=history_of))
add_panel(User, Panel(title=f"Last {ROWS_SHOWN} entries of the audit trail", table=trail_of))
add_figure(
    Figure(
        title="Moderation",
        note="actions in the last week",
        icon="gavel",
        count=count_lately,
        page="admin:moderation_action_changelist",
        roles=MODERATORS,
    )
)
