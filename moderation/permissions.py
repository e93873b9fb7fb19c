"""Which moderator may act on whom."""

from accounts.models import User
from socialsite.lib.api.access import RANKS
from socialsite.lib.errors import Forbidden


def check_moderates(actor: User, person: User | None = None) -> None:
    """Raise Forbidden unless the actor is a moderator, and of a higher role than the person (so never themselves)."""
    if not actor.is_moderator:
        raise Forbidden("permission_denied", "Only moderators may do this.")
    if person is not None and RANKS[person.role] >= RANKS[actor.role]:
        raise Forbidden("permission_denied", "This person's role is not below yours.")


def check_judges(actor: User, owner_id: int | None) -> None:
    """Raise Forbidden unless the actor is a moderator, and what is judged not their own."""
    check_moderates(actor)
    if owner_id == actor.pk:
        raise Forbidden("permission_denied", "Another moderator decides about what is yours.")
