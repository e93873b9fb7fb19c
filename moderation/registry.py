"""What moderation registers with the floors below."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef

from accounts.models import User
from moderation.actions import write_audit
from moderation.models import Action
from socialsite.lib import effects, invariants


def register() -> None:
    effects.listen(effects.Effect, write_audit)
    invariants.register_check("moderation.suspensions", wrong_suspensions)


def wrong_suspensions() -> Iterator[str]:
    """Who is suspended is so by a live action on them, and every live suspension holds."""
    live = Action.objects.live().filter(kind=Action.Kind.SUSPEND)
    cause = live.filter(pk=OuterRef("suspended_by"), target_id=OuterRef("pk"))
    suspended = User.objects.filter(suspended_by__isnull=False)
    for person in suspended.exclude(Exists(cause)).values_list("pk", flat=True):
        yield f"{person} is suspended without a live action"
    held = User.objects.filter(pk=OuterRef("target_id"), suspended_by=OuterRef("pk"))
    for action in live.exclude(Exists(held)).values_list("pk", flat=True):
        yield f"the suspension {action} is live and does not hold"
