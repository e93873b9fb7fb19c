"""What is reported and what moderators do: the effects that moderation's actions emit."""

from dataclasses import dataclass

from django.db.models import TextChoices

from accounts.events import PersonEffect
from moderation.models import Reason, Report
from socialsite.lib.effects import Effect

SITE = 0
"""The actor of what the site does by itself"""


@dataclass(frozen=True, kw_only=True)
class ModerationEffect(PersonEffect):
    """Something moderators did to a person or a thing, `target_id`."""

    action_id: int


class AnnouncementKind(TextChoices):
    """What administrators tell everybody."""

    ANNOUNCEMENT = "announcement"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, kw_only=True)
class Announced(Effect):
    """An administrator told everybody who was connected something."""

    kind: AnnouncementKind


class ActionTaken(ModerationEffect):
    """An action was taken on a person or a thing of theirs."""


class UserSuspended(ActionTaken):
    pass


class OwnerWarned(ActionTaken):
    """A person was told that they or a thing of theirs broke a rule; nothing changed."""


class ThingHeld(ActionTaken):
    """The screening hid a thing until a moderator looks at it."""


class ThingHidden(ActionTaken):
    pass


class ThingRemoved(ActionTaken):
    pass


class ActionUndone(ModerationEffect):
    """A moderator took an action back, or the site did because its time was over."""


@dataclass(frozen=True, kw_only=True)
class Reported(Effect):
    """A person said that a thing breaks the rules, or the screening did."""

    target_id: int
    case_id: int
    report_id: int
    reason: Reason


@dataclass(frozen=True, kw_only=True)
class CaseDecided(Effect):
    """A moderator decided all that was reported about a thing."""

    target_id: int
    case_id: int
    outcome: Report.Outcome


@dataclass(frozen=True, kw_only=True)
class KeywordChanged(Effect):
    """An administrator changed what the screening looks for."""

    keyword: int


class KeywordAdded(KeywordChanged):
    pass


class KeywordEdited(KeywordChanged):
    pass


class KeywordRemoved(KeywordChanged):
    pass
