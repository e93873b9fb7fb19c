"""What must always hold of moderation: each cause on a person or thing is a live action, and each live action holds."""

from collections.abc import Iterator
from itertools import chain

from django.db.models import Count, Exists, F, OuterRef

from accounts.models import User
from moderation.kinds import KINDS
from moderation.models import COLUMNS, KIND_MASK, Action, Case, Report
from socialsite.lib import targets
from socialsite.lib.ids import Kind


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


def wrong_causes() -> Iterator[str]:
    """What is hidden or removed is so by the newest live action on it that does this, and every such action holds."""
    movable = [kind for kind, moderated in KINDS.items() if moderated.set_cause]
    for kind in movable:
        for column in sorted(set(COLUMNS.values())):
            yield from chain(_without_cause(kind, column), _without_hold(kind, column))


def wrong_cases() -> Iterator[str]:
    """A thing has one open case at most, and a closed case no open report."""
    twice = Case.objects.open().values("target_id").annotate(number=Count("pk")).order_by()
    for target_id in twice.filter(number__gt=1).values_list("target_id", flat=True):
        yield f"{target_id} has several open cases"
    waiting = Report.objects.open().filter(case__closed_at__isnull=False)
    for report in waiting.values_list("pk", flat=True):
        yield f"the report {report} is open, its case is closed"


def _without_cause(kind: Kind, column: str) -> Iterator[str]:
    rows = targets.REGISTRY[kind].model._default_manager.filter(**{f"{column}__isnull": False})
    for pk, cause in rows.values_list("pk", column):
        newest = Action.objects.causing(pk, column).values_list("pk", flat=True).first()
        if cause != newest:
            yield f"{pk} has {column} {cause}, the newest live action is {newest}"


def _without_hold(kind: Kind, column: str) -> Iterator[str]:
    doing = [known for known, changed in COLUMNS.items() if changed == column]
    things = targets.REGISTRY[kind].model._default_manager
    bare = things.filter(pk=OuterRef("target_id"), **{f"{column}__isnull": True})
    live = Action.objects.live().filter(kind__in=doing)
    of_kind = live.alias(of=F("target_id").bitand(KIND_MASK)).filter(of=kind)
    for action in of_kind.filter(Exists(bare)).values_list("pk", flat=True):
        yield f"the action {action} is live and does not hold"
