"""Comments: writing, changing and deleting them, and letting them stand below one's own things."""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actions.versions import CheckVersion
from accounts.models import User
from engagement.actions import texts
from engagement.actions.reach import lock_within_reach
from engagement.events import (
    CommentAwaitsLeave,
    CommentDeleted,
    CommentEdited,
    CommentPublished,
    CommentTurnedAway,
)
from engagement.models import Comment
from moderation.actions import note_change
from moderation.permissions import check_moderates
from moderation.screening import HELD, screen_text
from socialsite.lib import targets
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Forbidden, Invalid, NotFound
from socialsite.lib.text.entities import Entities, extract

COUNTER = "comment_count"
EVERYBODY = "public"
"""Whom a comment is meant for: whoever reads what it is on"""
Standing = Comment.Standing


@transaction.atomic
def create_comment(
    *, actor: User, target_id: int, content: str, parent_id: int | None = None
) -> Comment:
    """Write a comment on a thing, or in answer to another comment on it; it may have to wait for the leave of the thing's owner.

    What the screening finds too much like spam is held: only its author and moderators see it until one of them lets it through.
    Raises NotFound, Invalid, what the owner of the thing keeps from others (Forbidden, Conflict), Unprocessable (spam_refused).
    """
    thing = lock_within_reach(actor, target_id, COUNTER)
    target = targets.known(target_id)
    target.check(thing, actor, "comment")
    owner_id = target.owner_id(thing)
    parent = _find_parent(actor, target_id, parent_id)
    entities = extract(content)
    people = texts.find_mentioned(actor=actor, entities=entities)
    comment = Comment.objects.create(
        target_id=target_id,
        target_owner_id=owner_id,
        author=actor,
        parent=parent,
        depth=parent.depth + 1 if parent else 0,
        content=content,
        mentions=texts.mention_answer(people),
        standing=Standing.PENDING if _waits(thing, owner_id, actor) else Standing.SHOWN,
    )
    if comment.is_counted:
        _count(comment, 1)
    texts.set_mentions(target_id=comment.pk, people=people)
    _screen(actor, comment, entities)
    if comment.is_counted:
        _publish(actor.pk, comment)
    elif comment.is_live:
        _ask_leave(comment)
    return comment


@transaction.atomic
def edit_comment(*, actor: User, comment: Comment, content: str, check: CheckVersion) -> Comment:
    """Change the text of one's comment and keep the one it had; only people it names for the first time are told.

    Where comments wait for leave, what was let through waits again. Raises Forbidden, NotFound, Conflict, PreconditionFailed, Invalid, Unprocessable (spam_refused).
    """
    # Its author never changes.
    _check_is_author(actor, comment)
    # People first, as everywhere: the screening may act on the author.
    thing = lock_within_reach(actor, comment.target_id, COUNTER)
    comment = _lock(comment.pk)
    if comment.removed_by is not None:
        raise Conflict("invalid_state", "This comment is gone.")
    check(comment.version)
    if content == comment.content:
        return comment
    entities = extract(content)
    people = texts.find_mentioned(actor=actor, entities=entities)
    texts.keep_version(version_of(comment))
    is_shown = comment.standing == Standing.SHOWN
    waits_again = is_shown and _waits(thing, comment.target_owner_id, actor)
    _change(
        comment,
        content=content,
        standing=Standing.PENDING if waits_again else comment.standing,
        mentions=texts.mention_answer(people),
        version=comment.version + 1,
        edited_at=timezone.now(),
    )
    fresh = texts.set_mentions(target_id=comment.pk, people=people)
    _screen(actor, comment, entities)
    note_change(comment.pk)
    emit(CommentEdited(**_carried(actor.pk, comment)))
    if comment.is_counted:
        _tell_named(comment, fresh)
    elif waits_again and comment.is_live:
        _ask_leave(comment)
    return comment


@transaction.atomic
def delete_comment(*, actor: User, comment: Comment) -> None:
    """Delete a comment, as its author or the owner of what it is on; its replies stay. Raises Forbidden, NotFound."""
    comment = _lock(comment.pk)
    if actor.pk not in {comment.author_id, comment.target_owner_id}:
        raise Forbidden("permission_denied", "Only its author or the owner of the thing may.")
    _change(comment, deleted_at=timezone.now(), deleted_by=actor.pk)
    emit(CommentDeleted(**_carried(actor.pk, comment)))


@transaction.atomic
def approve_comment(*, actor: User, comment: Comment) -> None:
    """Let others see a comment on one's thing; twice changes nothing. Raises Forbidden, NotFound, Conflict (invalid_state)."""
    comment = _lock(comment.pk)
    if _move(actor, comment, Standing.SHOWN) and comment.is_counted:
        _publish(actor.pk, comment)


@transaction.atomic
def hide_comment(*, actor: User, comment: Comment) -> None:
    """Hide a comment on one's thing for all but its author; twice changes nothing. Raises Forbidden, NotFound, Conflict (invalid_state)."""
    comment = _lock(comment.pk)
    if _move(actor, comment, Standing.TURNED_AWAY):
        emit(CommentTurnedAway(**_carried(actor.pk, comment)))


@transaction.atomic
def remove_comment_version(*, actor: User, comment: Comment, number: int) -> None:
    """Take an earlier version out of a comment's history for good, as its author or a moderator of a higher role. Raises Forbidden, NotFound."""
    comment = _lock(comment.pk)
    if comment.author_id != actor.pk:
        check_moderates(actor, comment.author)
    texts.remove_version(
        actor=actor, target_id=comment.pk, owner_id=comment.author_id, number=number
    )


@transaction.atomic
def set_cause(comment_id: int, column: str, cause: int | None) -> None:
    """Hide or remove a comment for moderation, or take that back; `column` is `hidden_by` or `removed_by`. Raises NotFound."""
    _change(_lock(comment_id, is_deleted_too=True), **{column: cause})


@transaction.atomic
def publish_released(comment_id: int) -> None:
    """Tell of a comment that was held and that a moderator has let through now. Raises NotFound when it was purged."""
    comment = _lock(comment_id, is_deleted_too=True)
    if comment.is_counted:
        _publish(comment.author_id, comment)
    elif comment.is_live and comment.standing == Standing.PENDING:
        _ask_leave(comment)


def version_of(comment: Comment) -> texts.Version:
    """Return a comment's text as it stands, for its history."""
    return texts.Version.of(comment, meant_for=EVERYBODY if comment.is_counted else "")


def _lock(pk: int, *, is_deleted_too: bool = False) -> Comment:
    """Lock the thing a comment is on, then the comment, and return it as it is now. Raises NotFound.

    Everything that changes a comment or its counters holds the lock on the thing, so parents need none of their own.
    """
    target_id = Comment.objects.filter(pk=pk).values_list("target_id", flat=True).first()
    if target_id is None:
        raise NotFound
    things = targets.known(target_id).model._default_manager.filter(pk=target_id)
    things.select_for_update(no_key=True).first()
    rows = Comment.objects.select_for_update(no_key=True, of=("self",)).select_related("author")
    comment = rows.filter(pk=pk).first()
    if comment is None or (comment.deleted_at is not None and not is_deleted_too):
        raise NotFound
    return comment


def _find_parent(actor: User, target_id: int, parent_id: int | None) -> Comment | None:
    """Return the comment that is answered.

    Raises NotFound when the actor may not see it, Invalid when it is on another thing, Conflict while others do not see it.
    """
    if parent_id is None:
        return None
    parent = Comment.objects.visible_to(actor).filter(pk=parent_id).first()
    if parent is None:
        raise NotFound
    if parent.target_id != target_id:
        raise Invalid("invalid", "This comment is on another thing.", "parent_id")
    if not parent.is_counted:
        raise Conflict("invalid_state", "Others do not see the comment that you answer.")
    return parent


def _waits(thing: Any, owner_id: int, actor: User) -> bool:
    """Whether what a person writes below a thing waits for its owner's leave."""
    return getattr(thing, "approve_comments", False) and owner_id != actor.pk


def _change(comment: Comment, **columns: Any) -> None:
    """Set columns of a comment, and move the counters that depend on whether it counts. Needs the lock on the thing and on it."""
    was_counted = comment.is_counted
    for name, value in columns.items():
        setattr(comment, name, value)
    Comment.objects.filter(pk=comment.pk).update(**columns)
    if by := comment.is_counted - was_counted:
        _count(comment, by)


def _count(comment: Comment, by: int) -> None:
    targets.count(comment.target_id, COUNTER, by)
    if comment.parent_id is not None:
        Comment.objects.filter(pk=comment.parent_id).update(reply_count=F("reply_count") + by)


def _move(actor: User, comment: Comment, standing: Comment.Standing) -> bool:
    """Let the owner of the thing decide on a comment; returns False when it stands so already."""
    if comment.target_owner_id != actor.pk:
        raise Forbidden("permission_denied", "Only the owner of what it is on may decide this.")
    if comment.standing == standing:
        return False
    if standing not in Comment.TRANSITIONS[Standing(comment.standing)]:
        raise Conflict("invalid_state", "The comment is not in a state for this.")
    _change(comment, standing=standing)
    return True


def _publish(actor_id: int, comment: Comment) -> None:
    """Say that others see a comment now, and tell whom it names; saying so twice tells nobody twice."""
    emit(
        CommentPublished(
            **_carried(actor_id, comment),
            author_id=comment.author_id,
            parent_author_id=comment.parent.author_id if comment.parent else None,
        )
    )
    _tell_named(comment, User.objects.filter(pk__in=[int(row["id"]) for row in comment.mentions]))


def _ask_leave(comment: Comment) -> None:
    """Say that a comment waits for the leave of the thing's owner."""
    carried = _carried(comment.author_id, comment)
    emit(CommentAwaitsLeave(**carried, version=comment.version))


def _tell_named(comment: Comment, people: Any) -> None:
    """Tell people that a comment names them, unless the owner of the thing does not let its author call others, or it is gone."""
    thing_id = comment.target_id
    target = targets.known(thing_id)
    if not people:
        return
    try:
        target.check(target.model._default_manager.get(pk=thing_id), comment.author, "mention")
    except (Forbidden, Conflict):
        return
    texts.tell_mentioned(actor_id=comment.author_id, target_id=comment.pk, people=people)


def _screen(actor: User, comment: Comment, entities: Entities) -> None:
    screening = screen_text(
        actor=actor,
        target_id=comment.pk,
        text=comment.content,
        mentions=len(entities.mentions),
        links=len(entities.links),
    )
    if screening.score >= HELD:
        comment.refresh_from_db(fields=["hidden_by"])


def _check_is_author(actor: User, comment: Comment) -> None:
    if comment.author_id != actor.pk:
        raise Forbidden("permission_denied", "Only its author may do this.")


def _carried(actor_id: int, comment: Comment) -> dict[str, Any]:
    """Return what every effect about a comment carries."""
    return {
        "actor_id": actor_id,
        "comment_id": comment.pk,
        "target_id": comment.target_id,
        "owner_id": comment.target_owner_id,
        "parent_id": comment.parent_id,
    }
