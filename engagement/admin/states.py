"""The state of what people write, in one word, as lists show it."""

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from engagement.models import Comment
from moderation.models import Action, Report

LIVE, HELD, HIDDEN, REMOVED, DELETED = "live", "held", "hidden", "removed", "deleted"
COLOURS = {LIVE: "success", HELD: "warning", HIDDEN: "danger", REMOVED: "danger", DELETED: "default"}  # fmt: skip
"""The states of content, with the colour of their labels"""
STANDINGS = {Comment.Standing.PENDING: "pending", Comment.Standing.TURNED_AWAY: "turned away"}
COLOURS_OF_COMMENTS = COLOURS | {"pending": "info", "turned away": "default"}
OF_COMMENTS = tuple(
    When(hidden_by__isnull=True, standing=standing, then=Value(said))
    for standing, said in STANDINGS.items()
)
"""What `state_now` of comments tells apart besides"""


def state_now(*untouched: When) -> Case:
    """Return the state of a row of content; `untouched` tells states apart of what neither its author nor a moderator took away."""
    holds = Action.objects.filter(pk=OuterRef("hidden_by"), kind=Action.Kind.HOLD)
    return Case(
        When(removed_by__isnull=False, then=Value(REMOVED)),
        When(deleted_at__isnull=False, then=Value(DELETED)),
        *untouched,
        # Before the look at the action, which nearly no row needs.
        When(hidden_by__isnull=True, then=Value(LIVE)),
        When(Exists(holds), then=Value(HELD)),
        default=Value(HIDDEN),
        output_field=CharField(),
    )


CHEAPLY = {
    HELD: Q(hidden_by__isnull=False),
    HIDDEN: Q(hidden_by__isnull=False),
    REMOVED: Q(removed_by__isnull=False),
    DELETED: Q(deleted_at__isnull=False),
    **{said: Q(standing=standing) for standing, said in STANDINGS.items()},
}
"""What a state is never without, in columns alone: it spares nearly every row the look at who may read it"""


def is_reported() -> Exists:
    return Exists(Report.objects.filter(target_id=OuterRef("pk")))


def state_of(thing: Any) -> str:
    """Return what `state_now` put on a row."""
    return str(vars(thing)["state_now"])
