"""Changing what was said and taking it back: by who said it, by moderators of the room, by moderators of the site."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions.versions import CheckVersion
from accounts.models import User
from chat.actions.messages import (
    check_not_silenced,
    check_slow,
    check_text,
    find_named,
    name_people,
)
from chat.events.messages import MessageDeleted, MessageEdited, MessagePurged
from chat.models import Message, MessageMention
from chat.models.messages import KEPT_AFTER_DELETION
from chat.seats import check_writable, find_seat, lock_place, take_seat
from chat.telling import tell_named
from engagement.actions import texts
from engagement.actions.purges import purge_targets
from moderation.actions import note_change
from moderation.models import Report
from moderation.permissions import check_moderates
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden, NotFound
from socialsite.lib.realtime import streams

EVERYBODY = "public"
"""Whom a message is meant for: whoever reads the room"""


def lock_message(pk: int) -> Message:
    """Lock a message and return it as it is now. Needs the lock on its room. Raises NotFound when it is gone."""
    rows = Message.objects.select_for_update(no_key=True, of=("self",)).select_related("sender")
    found = rows.filter(pk=pk).first()
    if found is None or found.deleted_at is not None:
        raise NotFound
    return found


@transaction.atomic
def edit_message(
    *, actor: User, message_id: int, room_id: int, content: str, check: CheckVersion
) -> int | None:
    """Say something else in the place of what one said, and keep the text it had; returns the number of the event, None when nothing
    changed.

    Only members it names for the first time are told. Raises NotFound, Forbidden, Invalid, PreconditionFailed, Conflict (room_archived),
    RateLimited (slow_mode).
    """
    check_text(content)
    place, seat = take_seat(actor, room_id)
    message = lock_message(message_id)
    if message.sender_id != actor.pk or message.message_type != Message.Type.TEXT:
        raise Forbidden("permission_denied", "Only its author may do this.")
    if message.removed_by is not None:
        raise Conflict("invalid_state", "This message is gone.")
    check_writable(place)
    now = timezone.now()
    check_not_silenced(seat, now)
    check(message.version)
    if content == message.content:
        return None
    edited = Message.objects.filter(room=place.id, sender=actor, edited_at__isnull=False)
    check_slow(place, seat, edited.order_by("-edited_at").values_list("edited_at", flat=True), now)
    texts.keep_version(version_of(message))
    named = find_named(actor, place.id, content)
    Message.objects.filter(pk=message.pk).update(
        content=content,
        mentions=texts.mention_answer(named),
        version=message.version + 1,
        edited_at=now,
    )
    MessageMention.objects.filter(message=message).exclude(user__in=named).delete()
    fresh = name_people(message.pk, place.id, message.seq, named)
    note_change(message.pk)
    emit(MessageEdited(actor_id=actor.pk, message_id=message.pk, room_id=place.id))
    if message.is_live and not place.is_direct:
        tell_named(actor.pk, message.pk, place.id, fresh)
    return streams.append(
        place.id, "message_updated", person_id=message.sender_id, subject_id=message.pk
    )


@transaction.atomic
def delete_message(*, actor: User, message_id: int, room_id: int) -> int:
    """Take back what one said, or, as a moderator of the room, what a member said; returns the number of the event.

    Moderators of the site can still look at it for thirty days. Raises NotFound, Forbidden.
    """
    place = lock_place(room_id)
    if place is None or not place.is_live:
        raise NotFound
    message = lock_message(message_id)
    if message.sender_id != actor.pk:
        seat = find_seat(room_id, actor.pk)
        if seat is None or not seat.manages or place.is_direct:
            raise Forbidden("permission_denied", "Only its author or a moderator of the room may.")
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(deleted_at=now, deleted_by=actor.pk)
    emit(MessageDeleted(actor_id=actor.pk, message_id=message.pk, room_id=room_id))
    return _say_gone(message, actor.pk)


@transaction.atomic
def remove_message_version(*, actor: User, message: Message, number: int) -> None:
    """Take the text of an earlier version out of a message's history, as its author, a moderator of the room, or one of the site of a
    higher role. Raises Forbidden, NotFound."""
    if message.sender_id != actor.pk:
        seat = find_seat(message.room_id, actor.pk)
        if seat is None or not seat.manages or message.room.is_direct:
            check_moderates(actor, message.sender)
    texts.remove_version(
        actor=actor, target_id=message.pk, owner_id=message.sender_id, number=number
    )


@transaction.atomic
def set_cause(message_id: int, column: str, cause: int | None) -> None:
    """Hide or remove a message for moderation, or take that back; `column` is `hidden_by` or `removed_by`. Its room hears of it at once.

    Raises NotFound when it was purged.
    """
    room_id = Message.objects.filter(pk=message_id).values_list("room_id", flat=True).first()
    if room_id is None or lock_place(room_id) is None:
        raise NotFound
    message = Message.objects.select_for_update(no_key=True).get(pk=message_id)
    was_live = message.is_live
    setattr(message, column, cause)
    Message.objects.filter(pk=message_id).update(**{column: cause})
    if was_live and not message.is_live:
        _say_gone(message, None)
    elif message.is_live and not was_live:
        streams.append(
            room_id, "message_updated", person_id=message.sender_id, subject_id=message_id
        )


def purge_old_messages() -> int:
    """Forget what was deleted more than thirty days ago and is no evidence; returns how many. Each in a transaction of its own."""
    done = 0
    old = Message.objects.deleted_before(timezone.now() - KEPT_AFTER_DELETION)
    for pk, room_id in list(old.values_list("pk", "room_id")):
        done += _purge(pk, room_id)
    return done


@transaction.atomic
def _purge(pk: int, room_id: int) -> bool:
    lock_place(room_id)
    message = Message.objects.select_for_update().filter(pk=pk).first()
    if message is None or message.deleted_at is None or _is_evidence(message):
        return False
    emit(MessagePurged(actor_id=message.sender_id, message_id=pk, room_id=room_id))
    purge_targets([pk])
    message.delete()
    return True


def _is_evidence(message: Message) -> bool:
    """Whether moderators still need it."""
    if message.hidden_by is not None or message.removed_by is not None:
        return True
    return Report.objects.open().filter(target_id=message.pk).exists()


def version_of(message: Any) -> texts.Version:
    """Return a message's text as it stands, for its history; takes a row of one, too."""
    return texts.Version.of(message, meant_for=EVERYBODY if message.is_live else "")


def _say_gone(message: Message, by: int | None) -> int:
    said = {
        "id": str(message.pk),
        "room_id": str(message.room_id),
        "seq": message.seq,
        "deleted": True,
        "by": str(by) if by else None,
    }
    return streams.append(
        message.room_id,
        "message_deleted",
        person_id=message.sender_id,
        subject_id=message.pk,
        data=said,
    )
