"""Bookmarks, their folders and reminders. All of a person's bookmarks change under the lock on that person."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.actions.pairs import lock_pair
from accounts.actions.versions import CheckVersion, any_version
from accounts.models import User
from engagement.events import Bookmarked, Unbookmarked
from engagement.models import Bookmark, BookmarkFolder
from notifications.actions import notify_user
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Invalid, NotFound
from socialsite.lib.rows import insert_once

MAX_FOLDERS = 200


def kinds_to_bookmark() -> dict[str, int]:
    """Return the kinds of things that lists can show, by their nouns."""
    return {known.noun: kind for kind, known in targets.REGISTRY.items() if known.cards}


@transaction.atomic
def set_bookmark(
    *, actor: User, target_id: int, changes: dict[str, Any], check: CheckVersion = any_version
) -> Bookmark:
    """Put a thing among the actor's bookmarks, or change the `folder_id`, `note` and `remind_at` that are sent.

    A bookmark that is there can be changed when its thing is gone too. Raises NotFound, Invalid, PreconditionFailed.
    """
    lock_pair(actor, actor)
    row = Bookmark.objects.filter(owner=actor, target_id=target_id).first()
    if row is None:
        return _add(actor, target_id, changes)
    check(row.version)
    return _change(row, actor, changes)


def _add(actor: User, target_id: int, changes: dict[str, Any]) -> Bookmark:
    target = targets.known(target_id)
    if not target.cards:
        raise NotFound
    thing = targets.find(target_id, actor)
    row = Bookmark(owner=actor, target_id=target_id)
    _apply(changes, row, actor)
    row.save(force_insert=True)
    _count(row.folder_id, +1)
    emit(Bookmarked(actor_id=actor.pk, target_id=target_id, owner_id=target.owner_id(thing)))
    return row


def _change(row: Bookmark, actor: User, changes: dict[str, Any]) -> Bookmark:
    before = row.folder_id
    if not _apply(changes, row, actor):
        return row
    row.version += 1
    row.save(update_fields=["folder", "note", "remind_at", "reminded_at", "version"])
    if row.folder_id != before:
        _count(before, -1)
        _count(row.folder_id, +1)
    return row


def _apply(changes: dict[str, Any], row: Bookmark, actor: User) -> bool:
    """Put what was sent on a row; returns whether that changes it."""
    before = row.folder_id, row.note, row.remind_at
    if "folder_id" in changes:
        folder_id = changes["folder_id"]
        row.folder = None if folder_id is None else own_folder(folder_id, actor)
    row.note = changes.get("note", row.note)
    moment = _whole_ms(changes.get("remind_at", row.remind_at))
    if moment != row.remind_at:
        _refuse_past(moment)
        row.remind_at, row.reminded_at = moment, None
    return before != (row.folder_id, row.note, row.remind_at)


def _whole_ms(moment: datetime | None) -> datetime | None:
    """Return a moment as answers say it, so that one that is sent back unchanged is the same."""
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _refuse_past(moment: datetime | None) -> None:
    if moment is not None and moment <= timezone.now():
        raise Invalid("min_value", "Use a time to come.", "remind_at")


def _count(folder_id: int | None, by: int) -> None:
    if folder_id is not None:
        rows = BookmarkFolder.objects.filter(pk=folder_id)
        rows.update(bookmark_count=F("bookmark_count") + by)


@transaction.atomic
def remove_bookmark(*, actor: User, target_id: int) -> None:
    """Take a thing off the actor's bookmarks, also one that is gone; twice changes nothing."""
    lock_pair(actor, actor)
    row = Bookmark.objects.filter(owner=actor, target_id=target_id).first()
    if row is None:
        return
    row.delete()
    _count(row.folder_id, -1)
    emit(Unbookmarked(actor_id=actor.pk, target_id=target_id, owner_id=_owner_of(target_id)))


def _owner_of(target_id: int) -> int:
    """Return whose thing it is, whoever may see it; 0 when it was forgotten."""
    target = targets.known(target_id)
    thing = target.model._default_manager.filter(pk=target_id).first()
    return target.owner_id(thing) if thing else 0


def own_folder(folder_id: int, actor: User) -> BookmarkFolder:
    """Return a folder of the actor's. Raises NotFound."""
    found = BookmarkFolder.objects.visible_to(actor).filter(pk=folder_id).first()
    if found is None:
        raise NotFound(attr="folder_id")
    return found


@transaction.atomic
def create_folder(*, actor: User, name: str) -> BookmarkFolder:
    """Make an empty folder. Raises Conflict when the actor has one of this name, or MAX_FOLDERS."""
    lock_pair(actor, actor)
    if BookmarkFolder.objects.filter(owner=actor).count() >= MAX_FOLDERS:
        raise Conflict("conflict", f"Keep at most {MAX_FOLDERS} folders.")
    made = insert_once(BookmarkFolder, owner=actor, name=name)
    if made is None:
        raise Conflict("conflict", "You have a folder of this name.", "name")
    return made


@transaction.atomic
def rename_folder(
    *, actor: User, folder_id: int, name: str, check: CheckVersion = any_version
) -> None:
    """Give a folder of the actor's another name. Raises NotFound, Conflict, PreconditionFailed."""
    lock_pair(actor, actor)
    found = own_folder(folder_id, actor)
    check(found.version)
    if BookmarkFolder.objects.filter(owner=actor, name=name).exclude(pk=folder_id).exists():
        raise Conflict("conflict", "You have a folder of this name.", "name")
    BookmarkFolder.objects.filter(pk=folder_id).update(name=name, version=F("version") + 1)


@transaction.atomic
def delete_folder(*, actor: User, folder_id: int) -> None:
    """Delete a folder of the actor's; the bookmarks in it stay, in none. Raises NotFound."""
    lock_pair(actor, actor)
    own_folder(folder_id, actor).delete()


def due_bookmarks() -> QuerySet[Bookmark]:
    """Return the bookmarks whose owners are to be reminded now."""
    return Bookmark.objects.filter(remind_at__lte=timezone.now(), reminded_at__isnull=True)


@transaction.atomic
def remind_of_bookmark(*, bookmark: Bookmark) -> bool:
    """Remind its owner of a bookmark; returns False when another did before, or the owner has moved the moment."""
    moment = bookmark.remind_at
    rows = due_bookmarks().filter(pk=bookmark.pk, remind_at=moment)
    if moment is None or not rows.update(reminded_at=timezone.now()):
        return False
    notify_user(
        type_name="bookmark_reminder",
        recipient_id=bookmark.owner_id,
        target_id=bookmark.target_id,
        occasion=str(int(moment.timestamp())),
        thing=targets.noun_of(bookmark.target_id),
    )
    return True
