"""What moderation registers with the floors below."""

from accounts.models import User
from moderation import invariants as checks
from moderation import kinds, live
from moderation.actions import write_audit
from moderation.events import ActionTaken
from moderation.kinds import Evidence
from moderation.models import Action, Case, Report
from notifications.actions import notify_user
from notifications.types import NotificationType, register_types
from socialsite.lib import effects, invariants, targets
from socialsite.lib.ids import Kind

TYPES = (
    NotificationType(
        name="moderated",
        # What the account may not miss; the mail with the reasons is moderation's own.
        text="{what} The reasons are in your list of moderation actions.",
        category="site",
        fixed=True,
    ),
    NotificationType(
        name="report_closed", text="Your report was looked at: {outcome}.", category="site"
    ),
)
TOLD = {
    Action.Kind.SUSPEND: "Your account was suspended.",
    Action.Kind.WARN: "You were warned by a moderator.",
    Action.Kind.HOLD: "Something you wrote is held until a moderator looks at it.",
    Action.Kind.HIDE: "Something of yours was hidden by a moderator.",
    Action.Kind.DELETE: "Something of yours was removed by a moderator.",
}


def register() -> None:
    kinds.register(Kind.USER, kinds.Moderated(set_cause=None, evidence=evidence_of_person))
    register_types(TYPES)
    live.register()
    _register_targets()
    effects.listen(effects.Effect, write_audit)
    effects.listen(ActionTaken, tell_affected)
    invariants.register_check("moderation.suspensions", checks.wrong_suspensions)
    invariants.register_check("moderation.causes", checks.wrong_causes)
    invariants.register_check("moderation.cases", checks.wrong_cases)
    invariants.register_counter(
        invariants.Counter(Case, "report_count", Report.objects.all, "case")
    )


def tell_affected(effect: ActionTaken) -> None:
    """Tell the person whom an action concerns; never by whom."""
    action = Action.objects.get(pk=effect.action_id)
    notify_user(
        type_name="moderated",
        recipient_id=action.owner_id,
        target_id=action.pk,
        what=TOLD[Action.Kind(action.kind)],
    )


def evidence_of_person(user: User) -> Evidence:
    return Evidence(
        author_id=user.pk,
        text="\n".join(filter(None, (user.display_name, user.headline, user.bio))),
        media=(user.avatar_url,) if user.avatar_url else (),
        created_at=user.created_at,
    )


def _register_targets() -> None:
    """Make known what notifications point at."""
    targets.register(
        Kind.MODERATION_ACTION,
        targets.Target(
            model=Action,
            visible_to=Action.objects.concerning,
            owner_id=lambda action: action.owner_id,
            noun="moderation_action",
        ),
    )
    targets.register(
        Kind.REPORT,
        targets.Target(
            model=Report,
            visible_to=Report.objects.visible_to,
            owner_id=lambda report: report.reporter_id or 0,
            noun="report",
        ),
    )
