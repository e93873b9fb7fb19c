"""Telling everybody something, at once."""

from django.db import transaction

from accounts.models import User
from moderation.events import Announced, AnnouncementKind
from moderation.live import SYSTEM
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden, Invalid
from socialsite.lib.realtime.updates import tell_update

LONGEST = 500


@transaction.atomic
def announce(*, actor: User, text: str, kind: AnnouncementKind | str) -> None:
    """Tell all who are connected now, on every device; nothing is kept but that it was done.

    Raises Forbidden unless the actor is an administrator, Invalid for no text, one of more than 500 characters, or another kind.
    """
    if not actor.is_superuser:
        raise Forbidden("permission_denied", "Only administrators may do this.")
    said = text.strip()
    if not said:
        raise Invalid("blank", "Say something.", "text")
    if len(said) > LONGEST:
        raise Invalid("max_length", f"Say it in at most {LONGEST} characters.", "text")
    if kind not in AnnouncementKind.values:
        raise Invalid(
            "invalid_choice", f"Use one of: {', '.join(AnnouncementKind.values)}.", "kind"
        )
    emit(Announced(actor_id=actor.pk, kind=AnnouncementKind(kind)))
    tell_update(SYSTEM, str(kind), text=said)
