"""What every action of moderators begins and ends with: who may, on what grounds, and its row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.models import User
from moderation.events import (
    SITE,
    ActionTaken,
    OwnerWarned,
    ThingHeld,
    ThingHidden,
    ThingRemoved,
    UserSuspended,
)
from moderation.kinds import evidence_of
from moderation.models import LENGTHS, Action, Case, Reason
from moderation.permissions import check_moderates
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import Invalid, NotFound
from socialsite.lib.tasks import enqueue

EFFECTS: dict[Action.Kind, type[ActionTaken]] = {
    Action.Kind.SUSPEND: UserSuspended,
    Action.Kind.WARN: OwnerWarned,
    Action.Kind.HOLD: ThingHeld,
    Action.Kind.HIDE: ThingHidden,
    Action.Kind.DELETE: ThingRemoved,
}


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """Why an action is taken, and for how long: `note` is for moderators, `statement` is told to the person."""

    note: str
    reason: Reason | str = Reason.OTHER
    statement: str = ""
    until: datetime | None = None
    case: Case | None = None

    def check(self) -> None:
        """Raise Invalid when there is no note, or the end lies in the past."""
        if not self.note.strip():
            raise Invalid("blank", "Say why, for other moderators.", "note")
        if self.until is not None and self.until <= timezone.now():
            raise Invalid("invalid", "Choose a time to come.", "until")


def owner_of(thing: Any) -> int:
    """Return the id of the person a thing belongs to: a person belongs to themselves."""
    return targets.known(thing.pk).owner_id(thing)


def lock_owner(actor: User, owner_id: int) -> tuple[User, User]:
    """Lock both and return them as they are now, the actor's role being above the owner's.

    Whoever acts on a person or a thing of theirs holds this lock, so that moderators take turns. Raises Forbidden, and NotFound
    when the owner's account was deleted.
    """
    people = lock_people(actor.pk, owner_id)
    if owner_id not in people or people[owner_id].deleted_at is not None:
        raise NotFound
    check_moderates(people[actor.pk], people[owner_id])
    return people[actor.pk], people[owner_id]


def lock_people(*ids: int) -> dict[int, User]:
    """Lock people, the lowest id first, as every action does, so that no two wait for each other."""
    rows = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {row.pk: row for row in rows}


def record(
    kind: Action.Kind, actor: User | None, thing: Any, grounds: Grounds, covers: int | None = None
) -> Action:
    """Store an action with the evidence as it is now."""
    return Action.objects.create(
        kind=kind,
        target_id=thing.pk,
        owner_id=owner_of(thing),
        moderator=actor,
        case=grounds.case,
        reason=grounds.reason,
        evidence=evidence_of(thing).text[: LENGTHS["evidence"]],
        covers=covers,
        note=grounds.note.strip(),
        statement=grounds.statement.strip(),
        until=grounds.until,
    )


def tell(action: Action) -> None:
    """Emit an action's effect; what a moderator did is mailed to the person with its reasons."""
    effect = EFFECTS[Action.Kind(action.kind)]
    actor_id = action.moderator_id or SITE
    emit(effect(actor_id=actor_id, target_id=action.target_id, action_id=action.pk))
    if action.moderator_id:
        enqueue("moderation.send_statement", action_id=action.pk)
