"""Keeping people out of one's suggestions."""

from django.db import transaction

from accounts.actions.pairs import refuse_self
from accounts.models import User
from network.events import SuggestionDismissed, SuggestionRestored
from network.models import Dismissal
from socialsite.lib.effects import emit
from socialsite.lib.rows import insert_once


@transaction.atomic
def dismiss_suggestion(*, actor: User, target: User) -> None:
    """Keep a person out of one's suggestions, to follow and to connect with. Twice changes nothing. Raises Invalid (self_target)."""
    refuse_self(actor, target)
    if insert_once(Dismissal, user=actor, dismissed=target):
        emit(SuggestionDismissed(actor_id=actor.pk, target_id=target.pk))


@transaction.atomic
def restore_suggestion(*, actor: User, target: User) -> None:
    """Let a person be suggested again. Raises Invalid (self_target)."""
    refuse_self(actor, target)
    if Dismissal.objects.filter(user=actor, dismissed=target).delete()[0]:
        emit(SuggestionRestored(actor_id=actor.pk, target_id=target.pk))
