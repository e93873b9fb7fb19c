"""What engagement registers with the floors below: what is told and remembered of its deeds, and what must always hold."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from django.db import models
from django.db.models import F

from analytics.registry import register_types as register_activities
from analytics.types import ActivityType, Deed
from engagement import live
from engagement.actions.comments import publish_released, set_cause
from engagement.events import (
    CommentAwaitsLeave,
    CommentDeleted,
    CommentEdited,
    CommentEffect,
    CommentPublished,
    Liked,
    Mentioned,
    Reacted,
    Shared,
    TargetEffect,
)
from engagement.models import LIKE, Bookmark, BookmarkFolder, Comment, Reaction, Share
from engagement.pages import find_comment
from engagement.points import register_points
from engagement.searching import (
    COMMENT_SEARCH,
    COMMENTS,
    TAG_SEARCH,
    index_comment,
    index_held,
)
from engagement.serializers.comments import CommentAnswer
from engagement.tallies import COUNTS, ReactionTally
from engagement.trending.tags import register_tags
from moderation import kinds
from moderation.events import ActionUndone, ThingHeld
from moderation.models import Action
from notifications.actions import notify_user
from notifications.filters import Words, register_words
from notifications.types import NotificationType, register_types
from search.searchables import register_kind, register_search
from socialsite.lib import effects, invariants, targets
from socialsite.lib.errors import Conflict, NotFound
from socialsite.lib.ids import Kind, kind_of

CONTENT = (
    NotificationType(name="mention", text="{actor} mentions you.", category="content"),
    NotificationType(
        name="like",
        text="{actor} likes your {thing}.",
        plural="{actors} like your {thing}.",
        category="content",
    ),
    NotificationType(
        name="reaction",
        text="{actor} reacted to your {thing}.",
        plural="{actors} reacted to your {thing}.",
        category="content",
    ),
    NotificationType(
        name="share",
        text="{actor} shared your {thing}.",
        plural="{actors} shared your {thing}.",
        category="content",
    ),
    NotificationType(name="comment", text="{actor} commented on your {thing}.", category="content"),
    NotificationType(name="reply", text="{actor} answered your comment.", category="content"),
    NotificationType(
        name="comment_pending",
        text="{actor} commented on your {thing}: let it through or not.",
        category="content",
    ),
    NotificationType(
        name="bookmark_reminder",
        text="You wanted to be reminded of a {thing}.",
        category="content",
    ),
)


def on_target(effect: TargetEffect) -> Deed:
    return effect.actor_id, effect.target_id


def written(effect: CommentPublished) -> Deed:
    return effect.author_id, effect.comment_id


ACTIVITIES = (
    ActivityType(name="like", made_by={Liked: on_target}, figure="likes"),
    ActivityType(name="reaction", made_by={Reacted: on_target}),
    ActivityType(name="share", made_by={Shared: on_target}, figure="shares"),
    ActivityType(name="comment", made_by={CommentPublished: written}, figure="comments"),
)
COUNTED = {
    "like_count": Reaction.objects.filter(name=LIKE).all,
    "share_count": Share.objects.all,
    "comment_count": Comment.objects.counted,
}


def register() -> None:
    register_types(CONTENT)
    register_words(Kind.COMMENT, Words(text=("content",)))
    register_activities(ACTIVITIES)
    register_points()
    effects.listen(Mentioned, tell_of_mention)
    effects.listen(Liked, tell_owner_of("like"))
    effects.listen(Reacted, tell_owner_of("reaction"))
    effects.listen(Shared, tell_owner_of("share"))
    register_deeds(Comment)
    register_comments()
    register_searching()
    register_tags()
    live.register()
    invariants.register_counter(
        invariants.Counter(BookmarkFolder, "bookmark_count", Bookmark.objects.all, "folder")
    )


def register_searching() -> None:
    """Let comments be found by their words, and hashtags by how they begin."""
    register_kind(Kind.COMMENT, COMMENTS)
    register_search("comments", COMMENT_SEARCH)
    register_search("hashtags", TAG_SEARCH)
    for effect in (CommentPublished, CommentAwaitsLeave, CommentEdited, CommentDeleted):
        effects.listen(effect, index_comment)
    effects.listen(ThingHeld, index_held)


def register_comments() -> None:
    """Make comments things that can be liked, moderated and pointed at."""
    targets.register(
        Kind.COMMENT,
        targets.Target(
            model=Comment,
            visible_to=Comment.objects.visible_to,
            owner_id=lambda comment: comment.author_id,
            noun="comment",
            counters=frozenset({"like_count"}),
            check=check_deed,
            find=find_comment,
            cards=cards_of_comments,
        ),
    )
    kinds.register(Kind.COMMENT, kinds.Moderated(set_cause=set_cause, evidence=evidence))
    effects.listen(CommentPublished, tell_of_comment)
    effects.listen(CommentAwaitsLeave, tell_of_pending)
    effects.listen(ActionUndone, tell_of_released)
    replies = invariants.Counter(Comment, "reply_count", Comment.objects.counted, "parent")
    invariants.register_counter(replies)
    invariants.register_check("engagement.threads", broken_threads)


def check_deed(comment: Comment, actor: Any, deed: targets.Deed) -> None:
    """Raise Conflict for a comment that others do not see."""
    if not comment.is_counted:
        raise Conflict("invalid_state", "Others do not see this comment.")


def cards_of_comments(ids: list[int], viewer: Any) -> dict[int, dict[str, Any]]:
    """Return comments as the lists of other apps show them."""
    rows = list(Comment.objects.visible_to(viewer).for_api(viewer).filter(pk__in=ids))
    CommentAnswer.complete(rows, viewer)
    return {row.pk: CommentAnswer.render(row, {"viewer": viewer}) for row in rows}


def evidence(comment: Comment) -> kinds.Evidence:
    return kinds.Evidence(
        author_id=comment.author_id, text=comment.content, created_at=comment.created_at
    )


def broken_threads() -> Iterator[str]:
    """Every reply is on the same thing as what it answers, and one step deeper."""
    sound = Comment.objects.filter(
        target_id=F("parent__target_id"), depth=F("parent__depth") + 1
    ).values("pk")
    replies = Comment.objects.filter(parent__isnull=False).exclude(pk__in=sound)
    for pk in replies.values_list("pk", flat=True).iterator():
        yield f"comment {pk} does not fit what it answers"


def register_deeds(model: type[models.Model]) -> None:
    """Make the counters of deeds that a model has an invariant; the app of each kind that can be liked or shared calls it."""
    columns = {field.name for field in model._meta.get_fields()}
    for name, rows in COUNTED.items():
        if name in columns:
            invariants.register_counter(invariants.Counter(model, name, rows, "target_id"))
    if COUNTS in columns:
        invariants.register_counter(ReactionTally(model))


def tell_owner_of(type_name: str) -> effects.Handler:
    """Return a handler that tells the owner of a thing what somebody did with it, once for each person."""

    def tell(effect: TargetEffect) -> None:
        notify_user(
            type_name=type_name,
            recipient_id=effect.owner_id,
            actor_id=effect.actor_id,
            target_id=effect.target_id,
            about_ids=places_above(effect.target_id),
            thing=targets.noun_of(effect.target_id),
        )

    tell.__name__ = f"tell_of_{type_name}"
    return tell


def tell_of_mention(effect: Mentioned) -> None:
    notify_user(
        type_name="mention",
        recipient_id=effect.user_id,
        actor_id=effect.actor_id,
        target_id=effect.target_id,
        about_ids=places_above(effect.target_id),
    )


def places_above(target_id: int) -> tuple[int | None, ...]:
    """Return the ids of what a comment is on and answers; who mutes one of them hears nothing of the comment."""
    if kind_of(target_id) is not Kind.COMMENT:
        return ()
    return Comment.objects.filter(pk=target_id).values_list("target_id", "parent_id").first() or ()


def tell_of_comment(effect: CommentPublished) -> None:
    """Tell whose comment was answered, and the owner of the thing: each once, and nobody of what they let through themselves."""
    told = {effect.owner_id: "comment"}
    if effect.parent_author_id is not None:
        told[effect.parent_author_id] = "reply"
    for recipient_id, type_name in told.items():
        # Who let it through has read it, and been told when it was written.
        if recipient_id != effect.actor_id:
            _tell_of(effect, type_name, recipient_id, effect.author_id)


def tell_of_pending(effect: CommentAwaitsLeave) -> None:
    occasion = str(effect.version)
    _tell_of(effect, "comment_pending", effect.owner_id, effect.actor_id, occasion)


def tell_of_released(effect: ActionUndone) -> None:
    """Tell of a held comment once a moderator has let it through."""
    action = Action.objects.get(pk=effect.action_id)
    if action.kind == Action.Kind.HOLD and kind_of(action.target_id) is Kind.COMMENT:
        # What was purged meanwhile has nobody to be told to.
        with suppress(NotFound):
            publish_released(action.target_id)


def _tell_of(
    effect: CommentEffect, type_name: str, recipient_id: int, author_id: int, occasion: str = ""
) -> None:
    notify_user(
        type_name=type_name,
        recipient_id=recipient_id,
        actor_id=author_id,
        target_id=effect.comment_id,
        about_ids=(effect.target_id, effect.parent_id),
        occasion=occasion,
        thing=targets.noun_of(effect.target_id),
    )
