"""What engagement registers with the floors below: what is told and remembered of its deeds, and what must always hold."""

from django.db import models

from analytics.registry import register_types as register_activities
from analytics.types import ActivityType, Deed
from engagement.events import Liked, Mentioned, Shared, TargetEffect
from engagement.models import LIKE, Bookmark, BookmarkFolder, Comment, Reaction, Share
from notifications.actions import notify_user
from notifications.types import NotificationType, register_types
from socialsite.lib import effects, invariants, targets

CONTENT = (
    NotificationType(name="mention", text="{actor} mentions you.", category="content"),
    NotificationType(name="like", text="{actor} likes your {thing}.", category="content"),
    NotificationType(name="share", text="{actor} shared your {thing}.", category="content"),
    NotificationType(
        name="bookmark_reminder",
        text="You wanted to be reminded of a {thing}.",
        category="content",
    ),
)


def on_target(effect: TargetEffect) -> Deed:
    return effect.actor_id, effect.target_id


ACTIVITIES = (
    ActivityType(name="like", made_by={Liked: on_target}, figure="likes"),
    ActivityType(name="share", made_by={Shared: on_target}, figure="shares"),
)
COUNTED = {"like_count": Reaction.objects.filter(name=LIKE).all, "share_count": Share.objects.all}


def register() -> None:
    register_types(CONTENT)
    register_activities(ACTIVITIES)
    effects.listen(Mentioned, tell_of_mention)
    effects.listen(Liked, tell_owner_of("like"))
    effects.listen(Shared, tell_owner_of("share"))
    register_deeds(Comment)
    invariants.register_counter(
        invariants.Counter(BookmarkFolder, "bookmark_count", Bookmark.objects.all, "folder")
    )


def register_deeds(model: type[models.Model]) -> None:
    """Make the counters of deeds that a model has an invariant; the app of each kind that can be liked or shared calls it."""
    columns = {field.name for field in model._meta.get_fields()}
    for name, rows in COUNTED.items():
        if name in columns:
            invariants.register_counter(invariants.Counter(model, name, rows, "target_id"))


def tell_owner_of(type_name: str) -> effects.Handler:
    """Return a handler that tells the owner of a thing what somebody did with it, once for each person."""

    def tell(effect: TargetEffect) -> None:
        notify_user(
            type_name=type_name,
            recipient_id=effect.owner_id,
            actor_id=effect.actor_id,
            target_id=effect.target_id,
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
    )
