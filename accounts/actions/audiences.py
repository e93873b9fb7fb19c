"""Keeping audiences: who is in, who is out, and what a list's feed shows. An owner's lists change under the lock on that person."""

from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.actions.pairs import lock_for_contact, lock_pair
from accounts.actions.versions import CheckVersion
from accounts.events import (
    ListChanged,
    ListCreated,
    ListDeleted,
    ListMemberAdded,
    ListMemberRemoved,
)
from accounts.models import Audience, AudienceMember, User
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, NotFound
from socialsite.lib.rows import insert_once

MAX_LISTS, MAX_MEMBERS = 100, 1000


@transaction.atomic
def create_audience(
    *, actor: User, name: str = "", purpose: Audience.Purpose = Audience.Purpose.LIST
) -> Audience:
    """Make an empty audience of the actor's."""
    return Audience.objects.create(owner=actor, name=name, purpose=purpose)


@transaction.atomic
def create_list(*, actor: User, **columns: Any) -> Audience:
    """Make an empty list. `columns` are `name, tags, keywords, exclusive, with_shares`. Raises Conflict at MAX_LISTS."""
    lock_pair(actor, actor)
    if Audience.objects.visible_to(actor).lists().count() >= MAX_LISTS:
        raise Conflict("conflict", f"Keep at most {MAX_LISTS} lists.")
    made = Audience.objects.create(owner=actor, **columns)
    emit(ListCreated(actor_id=actor.pk, list_id=made.pk))
    return made


@transaction.atomic
def change_list(
    *, actor: User, list_id: int, changes: dict[str, Any], check: CheckVersion
) -> Audience:
    """Change what is sent of a list of the actor's. Raises NotFound, PreconditionFailed."""
    lock_pair(actor, actor)
    found = own_list(actor, list_id)
    check(found.version)
    if any(getattr(found, name) != value for name, value in changes.items()):
        for name, value in changes.items():
            setattr(found, name, value)
        found.version += 1
        found.save(update_fields=[*changes, "version"])
        emit(ListChanged(actor_id=actor.pk, list_id=found.pk))
    return found


@transaction.atomic
def delete_list(*, actor: User, list_id: int) -> None:
    """Forget a list of the actor's: what was meant for its members is for its author alone from now on. Raises NotFound."""
    lock_pair(actor, actor)
    own_list(actor, list_id).delete()
    emit(ListDeleted(actor_id=actor.pk, list_id=list_id))


def own_list(actor: User, list_id: int) -> Audience:
    """Return a list of the actor's. Raises NotFound."""
    found = Audience.objects.visible_to(actor).lists().filter(pk=list_id).first()
    if found is None:
        raise NotFound
    return found


@transaction.atomic
def add_to_audience(*, actor: User, audience: Audience, member: User) -> None:
    """Put a person in one's own audience; twice changes nothing.

    Raises Invalid (self_target), Forbidden (blocked), NotFound, Conflict at MAX_MEMBERS.
    """
    refuse_foreign(actor, audience)
    lock_for_contact(actor, member)
    # Under the lock: another device may have deleted it since it was read.
    if not Audience.objects.filter(pk=audience.pk).exists():
        raise NotFound
    if not insert_once(AudienceMember, audience=audience, member=member):
        return
    if AudienceMember.objects.filter(audience=audience).count() > MAX_MEMBERS:
        raise Conflict("conflict", f"Put at most {MAX_MEMBERS} people in a list.")
    Audience.objects.filter(pk=audience.pk).update(member_count=F("member_count") + 1)
    emit(ListMemberAdded(actor_id=actor.pk, target_id=member.pk, list_id=audience.pk))


@transaction.atomic
def remove_from_audience(*, actor: User, audience: Audience, member: User) -> None:
    """Take a person out of one's own audience; twice changes nothing. Raises NotFound."""
    refuse_foreign(actor, audience)
    if take_out(audience, member):
        emit(ListMemberRemoved(actor_id=actor.pk, target_id=member.pk, list_id=audience.pk))


def take_out(audience: Audience, member: User) -> bool:
    """Delete a membership and lower the counter, if it is there: the delete decides, whoever else takes the person out."""
    if not AudienceMember.objects.filter(audience=audience, member=member).delete()[0]:
        return False
    Audience.objects.filter(pk=audience.pk).update(member_count=F("member_count") - 1)
    return True


def refuse_foreign(actor: User, audience: Audience) -> None:
    """Raise NotFound unless the audience is the actor's: nobody else knows of it."""
    if audience.owner_id != actor.pk:
        raise NotFound
