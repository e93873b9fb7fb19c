"""Taking actions back: exactly what each changed, and nothing else."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from moderation.actions.content import uncover
from moderation.actions.people import lift_suspension
from moderation.actions.records import lock_people
from moderation.events import SITE, ActionUndone
from moderation.models import COLUMNS, Action
from moderation.permissions import check_moderates
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict


@transaction.atomic
def undo_action(*, actor: User | None, action: Action, note: str = "") -> Action:
    """Take an action back, and only what it changed; without an actor the site does, its time being over. `note` is why, for moderators.

    Raises Forbidden unless the actor's role is higher than the person's, Conflict (already_undone).
    """
    people = lock_people(action.owner_id, actor.pk if actor else SITE)
    if actor is not None:
        check_moderates(people[actor.pk], people.get(action.owner_id))
    action = Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if not action.is_live:
        raise Conflict("already_undone", "This action was undone.")
    action.undone_at, action.undone_by, action.undo_note = timezone.now(), actor, note.strip()
    action.save(update_fields=["undone_at", "undone_by", "undo_note"])
    if action.kind in COLUMNS:
        uncover(action)
    elif action.kind == Action.Kind.SUSPEND:
        lift_suspension(action)
    actor_id = actor.pk if actor else SITE
    emit(ActionUndone(actor_id=actor_id, target_id=action.target_id, action_id=action.pk))
    return action
