"""The tables of chat."""

from chat.models.members import Membership, MembershipQuerySet, Silence
from chat.models.messages import (
    Message,
    MessageMention,
    MessageQuerySet,
    MessageReaction,
    Pin,
)
from chat.models.rooms import KEPT_AFTER_DELETION, Room, RoomQuerySet

__all__ = [
    "KEPT_AFTER_DELETION",
    "Membership",
    "MembershipQuerySet",
    "Message",
    "MessageMention",
    "MessageQuerySet",
    "MessageReaction",
    "Pin",
    "Room",
    "RoomQuerySet",
    "Silence",
]
