"""What moderators read of other people's conversations leaves a trace."""

from typing import Any

from django.db import transaction

from accounts.models import User
from chat.events.messages import MessageOpened
from socialsite.lib.effects import emit


@transaction.atomic
def note_opening(actor: User, message: Any) -> None:
    """Put into the trail that a moderator opened a reported message; takes a message or a row of one."""
    emit(
        MessageOpened(
            actor_id=actor.pk,
            message_id=message.pk,
            room_id=message.room_id,
            owner_id=message.sender_id,
        )
    )
