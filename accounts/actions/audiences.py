"""Keeping audiences: who is in, who is out."""

from django.db import transaction
from django.db.models import F

from accounts.actions.pairs import lock_for_contact
from accounts.models import Audience, AudienceMember, User
from socialsite.lib.errors import NotFound
from socialsite.lib.rows import insert_once


@transaction.atomic
def create_audience(
    *, actor: User, name: str = "", purpose: Audience.Purpose = Audience.Purpose.LIST
) -> Audience:
    """Make an empty audience of the actor's."""
    return Audience.objects.create(owner=actor, name=name, purpose=purpose)


@transaction.atomic
def add_to_audience(*, actor: User, audience: Audience, member: User) -> None:
    """Put a person in one's own audience; twice changes nothing. Raises Invalid (self_target), Forbidden (blocked), NotFound."""
    refuse_foreign(actor, audience)
    lock_for_contact(actor, member)
    if insert_once(AudienceMember, audience=audience, member=member):
        Audience.objects.filter(pk=audience.pk).update(member_count=F("member_count") + 1)


@transaction.atomic
def remove_from_audience(*, actor: User, audience: Audience, member: User) -> None:
    """Take a person out of one's own audience; twice changes nothing. Raises NotFound."""
    refuse_foreign(actor, audience)
    take_out(audience, member)


def take_out(audience: Audience, member: User) -> None:
    """Delete a membership and lower the counter, if it is there: the delete decides, whoever else takes the person out."""
    if AudienceMember.objects.filter(audience=audience, member=member).delete()[0]:
        Audience.objects.filter(pk=audience.pk).update(member_count=F("member_count") - 1)


def refuse_foreign(actor: User, audience: Audience) -> None:
    """Raise NotFound unless the audience is the actor's: nobody else knows of it."""
    if audience.owner_id != actor.pk:
        raise NotFound
