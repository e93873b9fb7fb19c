"""Which connections a list shows."""

import re
from collections.abc import Callable

from django.db.models import Case, F, Q, When

from accounts.models import Connection, User
from accounts.models.connections import ConnectionQuerySet
from accounts.permissions import showing_profile

STATES: dict[str, Callable[[User], Q]] = {
    "connected": lambda viewer: Q(status=Connection.Status.ACCEPTED),
    "pending_in": lambda viewer: Q(status=Connection.Status.PENDING) & ~Q(requester=viewer),
    "pending_out": lambda viewer: Q(status=Connection.Status.PENDING, requester=viewer),
}


def state_of(connection: Connection, viewer: User) -> str:
    """Return the name in `STATES` of a live connection as one of its two people sees it."""
    if connection.status == Connection.Status.ACCEPTED:
        return "connected"
    return "pending_out" if connection.requester_id == viewer.pk else "pending_in"


def matching(
    rows: ConnectionQuerySet,
    viewer: User,
    *,
    state: str,
    industry: str = "",
    location: str = "",
    role: str = "",
) -> ConnectionQuerySet:
    """Narrow the viewer's connections by state and by the other person; a private profile matches only where it shows itself.

    `location` is a part of it, `role` a part of the headline, whatever their case.
    """
    rows = rows.filter(STATES[state](viewer))
    # By pattern, because SQLite's LIKE folds the case of ASCII alone.
    patterns = {"location__iregex": re.escape(location), "headline__iregex": re.escape(role)}
    asked = {name: text for name, text in {"industry": industry, **patterns}.items() if text}
    if not asked:
        return rows
    rows = rows.annotate(other_id=Case(When(low=viewer, then=F("high")), default=F("low")))
    return rows.filter(showing_profile(User.objects.filter(**asked), viewer).at("other_id"))
