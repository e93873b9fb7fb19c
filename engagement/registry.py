"""What engagement registers with the floors below."""

from engagement.events import Mentioned
from notifications.actions import notify_user
from notifications.types import NotificationType, register_types
from socialsite.lib import effects

CONTENT = (NotificationType(name="mention", text="{actor} mentions you.", category="content"),)


def register() -> None:
    register_types(CONTENT)
    effects.listen(Mentioned, tell_of_mention)


def tell_of_mention(effect: Mentioned) -> None:
    notify_user(
        type_name="mention",
        recipient_id=effect.user_id,
        actor_id=effect.actor_id,
        target_id=effect.target_id,
    )
