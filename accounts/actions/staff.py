"""What staff do to accounts, short of suspending them."""

from django.db import transaction
from django.db.models import F

from accounts.actions.pairs import refuse_self
from accounts.actions.sessions import end_sessions
from accounts.events import BadgeSet, RoleSet, SessionsEnded
from accounts.models import User
from socialsite.lib.api.access import RANKS
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden


@transaction.atomic
def set_badge(*, actor: User, user: User, is_verified: bool) -> None:
    """Give or take the badge that says a person is who they say; twice changes nothing. Raises Forbidden unless an admin asks."""
    _refuse_unless_admin(actor)
    people = User.objects.filter(pk=user.pk).exclude(is_verified=is_verified)
    if people.update(is_verified=is_verified, version=F("version") + 1):
        emit(BadgeSet(actor_id=actor.pk, target_id=user.pk, is_verified=is_verified))


@transaction.atomic
def set_role(*, actor: User, user: User, role: User.Role) -> None:
    """Change what a person may do on the site; their sign-ins end, so that none outlives its rights (T12).

    Twice changes nothing. Raises Forbidden unless an admin asks, Invalid (self_target): one admin always stays.
    """
    _refuse_unless_admin(actor)
    refuse_self(actor, user)
    if User.objects.filter(pk=user.pk).exclude(role=role).update(role=role):
        end_sessions(actor=user)
        emit(RoleSet(actor_id=actor.pk, target_id=user.pk, role=role))


@transaction.atomic
def end_sessions_of(*, actor: User, user: User) -> int:
    """End every sign-in of a person, as when a stranger holds one; returns how many. Raises Forbidden unless the actor's role is higher."""
    if not actor.is_moderator or RANKS[actor.role] <= RANKS[user.role]:
        raise Forbidden("permission_denied", "Your role does not reach over this person's.")
    ended = end_sessions(actor=user)
    emit(SessionsEnded(actor_id=actor.pk, target_id=user.pk))
    return ended


def _refuse_unless_admin(actor: User) -> None:
    if not actor.is_superuser:
        raise Forbidden("permission_denied", "Only administrators may do this.")
