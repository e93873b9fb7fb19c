"""Making rooms, changing, archiving and deleting them, and forgetting deleted ones."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.versions import CheckVersion
from accounts.models import User
from chat.actions.members import admit, lock_people
from chat.actions.seating import Announcements, seat_people, set_archived, unseat
from chat.events.rooms import RoomCreated, RoomDeleted, RoomEdited, RoomPurged
from chat.models import KEPT_AFTER_DELETION, Membership, Message, Room
from chat.names import fold_name, slug_of
from chat.permissions import check_manages, lock_room, own_seat, refuse_direct, refuse_guest
from engagement.actions.purges import purge_targets
from moderation.models import Report
from moderation.permissions import check_moderates
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Invalid, NotFound
from socialsite.lib.models import Stream
from socialsite.lib.rows import insert_once

NAMED = (Room.Kind.PUBLIC, Room.Kind.PRIVATE)
"""Kinds that have a name always; a group may do without"""
PURGED_AT_ONCE = 1000
"""How many messages of a deleted room are forgotten in one statement"""


@transaction.atomic
def create_room(
    *,
    actor: User,
    kind: str = Room.Kind.PUBLIC,
    name: str = "",
    people: Iterable[User] = (),
    **columns: Any,
) -> Room:
    """Make a room with the actor as its owner. `columns` are `description, guests_allowed, slow_mode_s`.

    `people` are asked in as `add_members` does. Raises Conflict (room_name_taken, room_full), Invalid, Forbidden, NotFound.
    """
    refuse_guest(actor)
    people = list(people)
    _check_name(kind, name)
    if people:
        lock_people([actor, *people])
    room = insert_once(
        Room,
        kind=kind,
        name=name,
        folded=fold_name(name),
        slug=slug_of(name) if kind == Room.Kind.PUBLIC else "",
        created_by=actor,
        **columns,
    )
    if room is None:
        raise _name_taken()
    said = Announcements(room)
    seat_people(room, [actor], said)
    emit(RoomCreated(actor_id=actor.pk, room_id=room.pk, kind=kind))
    admit(actor, room, people, said)
    said.publish()
    return room


@transaction.atomic
def edit_room(*, actor: User, room: Room, changes: dict[str, Any], check: CheckVersion) -> Room:
    """Change what is sent of a room: `name, description, guests_allowed, slow_mode_s` as a moderator of it, `archived` as its owner.

    Guests leave a room that lets them in no more. Raises Forbidden, Conflict (room_name_taken, room_archived), Invalid,
    PreconditionFailed, NotFound.
    """
    room = lock_room(room, actor)
    refuse_direct(room)
    seat = own_seat(room, actor)
    check_manages(seat)
    check(room.version)
    columns = dict(changes)
    archived = columns.pop("archived", None)
    if archived is not None:
        check_manages(seat, Membership.Role.OWNER)
    _check_state(room, columns, archived)
    if "name" in columns:
        _check_name(room.kind, columns["name"])
        columns |= _named(room, columns["name"])
    said = Announcements(room)
    _keep(actor, room, columns, said)
    if archived is not None:
        set_archived(room, actor.pk, said, archived=archived)
    said.publish()
    return room


@transaction.atomic
def close_room(*, actor: User, room: Room, closed: bool) -> None:
    """Archive a room as a moderator of the site, or open it again. Raises Forbidden, NotFound, Conflict for a conversation of two."""
    check_moderates(actor)
    room = lock_room(room, actor)
    refuse_direct(room)
    said = Announcements(room)
    set_archived(room, actor.pk, said, archived=closed)
    said.publish()


@transaction.atomic
def delete_room(*, actor: User, room: Room) -> None:
    """Delete a room, as its owner: it is gone for all but moderators of the site, and its name is free. Raises Forbidden, Conflict."""
    room = lock_room(room, actor)
    refuse_direct(room)
    check_manages(own_seat(room, actor), Membership.Role.OWNER)
    room.deleted_at, room.deleted_by, room.slug = timezone.now(), actor.pk, ""
    room.save(update_fields=["deleted_at", "deleted_by", "slug"])
    emit(RoomDeleted(actor_id=actor.pk, room_id=room.pk))
    said = Announcements(room)
    said.updated("deleted")
    said.publish()


def direct_room(actor: User, other: User) -> Room:
    """Return the conversation of two people, made when they have none. Needs the caller's transaction; two at once make one.

    Whether the actor may write to the other is the caller's to ask. Raises Invalid when the two are one, Forbidden for guests.
    """
    if actor.pk == other.pk:
        raise Invalid("self_target", "You cannot do this to yourself.")
    low, high = sorted((actor.pk, other.pk))
    pair = {"kind": Room.Kind.DIRECT, "low_id": low, "high_id": high}
    found = Room.objects.filter(**pair).first()
    if found is not None:
        return found
    for person in (actor, other):
        refuse_guest(person)
    made = insert_once(Room, **pair, created_by=actor, member_count=2)
    if made is None:
        return Room.objects.get(**pair)
    seats = [Membership(room=made, user_id=pk, joined_at=made.created_at) for pk in (low, high)]
    Membership.objects.bulk_create(seats)
    emit(RoomCreated(actor_id=actor.pk, room_id=made.pk, kind=made.kind))
    return made


@transaction.atomic
def set_cause(room_id: int, column: str, cause: int | None) -> None:
    """Hide or remove a room for moderation, or take that back; `column` is `hidden_by` or `removed_by`. Its members hear of it.

    Raises NotFound when it was purged.
    """
    room = Room.objects.select_for_update(no_key=True).filter(pk=room_id).first()
    if room is None:
        raise NotFound
    was_live = room.is_live
    setattr(room, column, cause)
    Room.objects.filter(pk=room_id).update(**{column: cause})
    if room.is_live != was_live:
        said = Announcements(room)
        said.updated("shown" if room.is_live else column.removesuffix("_by"))
        said.publish()


def purge_old_rooms() -> int:
    """Forget rooms that were deleted long ago and are no evidence; returns how many. Each in a transaction of its own."""
    done = 0
    old = Room.objects.deleted_before(timezone.now() - KEPT_AFTER_DELETION)
    for pk in list(old.values_list("pk", flat=True)):
        done += _purge(pk)
    return done


@transaction.atomic
def _purge(pk: int) -> bool:
    room = Room.objects.select_for_update().filter(pk=pk).first()
    if room is None or room.deleted_at is None or _is_evidence(room):
        return False
    emit(RoomPurged(actor_id=room.deleted_by or room.created_by_id, room_id=pk))
    messages = Message.objects.filter(room=pk)
    purge_targets([pk])
    while ids := list(messages.values_list("pk", flat=True)[:PURGED_AT_ONCE]):
        purge_targets(ids)
        Message.objects.filter(pk__in=ids).delete()
    Stream.objects.filter(pk=pk).delete()
    room.delete()
    return True


def _is_evidence(room: Room) -> bool:
    """Whether moderators still need it: hidden, removed, or it or something said in it reported and not yet decided."""
    if room.hidden_by is not None or room.removed_by is not None:
        return True
    reports, said = Report.objects.open(), Message.objects.filter(room=room)
    return (
        reports.filter(target_id=room.pk).exists()
        or reports.filter(target_id__in=said.values("pk")).exists()
    )


def _check_name(kind: str, name: str) -> None:
    if kind in NAMED and not name:
        raise Invalid("required", "Give the room a name.", "name")


def _name_taken() -> Conflict:
    return Conflict("room_name_taken", "A public room has this name.", "name")


def _named(room: Room, name: str) -> dict[str, Any]:
    """Return the columns that follow from a name. Raises Conflict when it is another room's."""
    slug = slug_of(name) if room.kind == Room.Kind.PUBLIC else ""
    if slug and slug != room.slug and Room.objects.filter(slug=slug).exists():
        raise _name_taken()
    return {"folded": fold_name(name), "slug": slug}


def _check_state(room: Room, columns: dict[str, Any], archived: bool | None) -> None:
    """Raise Conflict when an archived room is changed, other than by taking it back."""
    is_archived = room.archived_at is not None if archived is None else archived
    if columns and is_archived and room.archived_at is not None:
        raise Conflict("room_archived", "This room is archived.")


def _keep(actor: User, room: Room, columns: dict[str, Any], said: Announcements) -> None:
    changed = {name: value for name, value in columns.items() if getattr(room, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(room, name, value)
    room.version += 1
    with _named_once():
        Room.objects.filter(pk=room.pk).update(**changed, version=room.version)
    emit(RoomEdited(actor_id=actor.pk, room_id=room.pk))
    said.updated("edited")
    if changed.get("guests_allowed") is False:
        _see_guests_out(actor, room, said)


@contextmanager
def _named_once() -> Iterator[None]:
    """Let the constraint decide when two rooms take a name at once."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise _name_taken() from error


def _see_guests_out(actor: User, room: Room, said: Announcements) -> None:
    guests = Membership.objects.joined().filter(room=room, user__is_guest=True)
    for seat in guests.order_by("pk"):
        unseat(room, seat)
        said.changed(seat, "removed", actor.pk)
        said.lost(seat.user_id, "removed")
