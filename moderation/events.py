"""What moderators do to people: the effects that moderation's actions emit."""

from dataclasses import dataclass

from accounts.events import PersonEffect

SITE = 0
"""The actor of what the site does by itself"""


@dataclass(frozen=True, kw_only=True)
class ModerationEffect(PersonEffect):
    action_id: int


class UserSuspended(ModerationEffect):
    pass


class ActionUndone(ModerationEffect):
    """A moderator took an action back, or the site did because its time was over."""
