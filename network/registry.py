"""What network adds to the account of a person."""

from typing import Any

from django.db.models import Count

from accounts.models import Connection, User
from accounts.sections import ACCOUNT_SECTIONS
from network.filters import STATES
from notifications.models import Notification

PROFILE_FIELDS = (
    "first_name", "last_name", "headline", "industry", "location", "bio", "avatar_url",
)  # fmt: skip
"""What makes a professional profile complete, each field with the same weight."""


def register() -> None:
    ACCOUNT_SECTIONS["network"] = figures_of
    ACCOUNT_SECTIONS["profile"] = completion_of


def figures_of(user: User) -> dict[str, int]:
    """Return how many connections and open requests a person has, and how many unread notifications."""
    rows = Connection.objects.visible_to(user).order_by()
    pending = {
        state: Count("pk", filter=STATES[state](user)) for state in ("pending_in", "pending_out")
    }
    unread = Notification.objects.visible_to(user).unread().count()
    return {"connections": user.connection_count, **rows.aggregate(**pending), "unread": unread}


def completion_of(user: User) -> dict[str, Any]:
    """Return how far a person's professional profile is filled in, in percent, and what is missing."""
    missing = [name for name in PROFILE_FIELDS if not getattr(user, name)]
    filled = len(PROFILE_FIELDS) - len(missing)
    return {"completion": 100 * filled // len(PROFILE_FIELDS), "missing": missing}
