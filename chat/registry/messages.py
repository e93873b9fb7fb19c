"""What messages register with the floors below."""

from typing import Any

from chat import invariants as checks
from chat.actions.edits import set_cause
from chat.actions.opening import note_opening
from chat.commands import messages as commands
from chat.messages import visible_rows
from chat.models import Message
from chat.pushes.messages import EVENTS
from chat.serializers.messages import shown
from chat.telling import TYPES
from moderation import kinds
from notifications.filters import Words, register_words
from notifications.types import register_types
from socialsite.lib import invariants, targets
from socialsite.lib.ids import Kind
from socialsite.lib.realtime.streams import register_event

COMMANDS = commands.COMMANDS


def register() -> None:
    targets.register(
        Kind.MESSAGE,
        targets.Target(
            model=Message,
            visible_to=Message.objects.visible_to,
            owner_id=lambda message: message.sender_id,
            noun="message",
            cards=cards,
        ),
    )
    kinds.register(
        Kind.MESSAGE,
        kinds.Moderated(set_cause=set_cause, evidence=evidence, note_opening=note_opening),
    )
    register_types(TYPES)
    register_words(Kind.MESSAGE, Words(text=("content",), author="sender_id"))
    for event in EVENTS:
        register_event(event)
    invariants.register_check("chat.messages", checks.wrong_messages)
    invariants.register_check("chat.mentions", checks.wrong_mentions)
    invariants.register_check("chat.reactions", checks.wrong_reactions)
    invariants.register_check("chat.marks", checks.wrong_marks)
    invariants.register_check("chat.pins", checks.wrong_pins)


def cards(ids: list[int], viewer: Any) -> dict[int, dict[str, Any]]:
    """Return messages as the lists of other apps show them; what moderators read by a report stands in none."""
    found = {pk: shown(row) for pk, row in visible_rows(ids, viewer, reported=False).items()}
    for card in found.values():
        del card["client_id"]
    return found


def evidence(message: Message) -> kinds.Evidence:
    return kinds.Evidence(
        author_id=message.sender_id, text=message.content, created_at=message.created_at
    )
