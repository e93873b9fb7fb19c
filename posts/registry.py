"""What posts registers with the floors below."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.events import AccountPrivacyChanged
from accounts.models import User
from analytics.registry import register_types as register_activities
from analytics.types import ActivityType, Deed
from engagement.events import Shared, Unshared
from engagement.models import Tag, Tagging
from engagement.registry import register_deeds
from moderation import kinds
from moderation.events import ActionUndone, UserSuspended
from moderation.models import Action
from notifications.actions import notify_user
from notifications.filters import Words, register_words
from notifications.types import NotificationType, register_types
from posts import live
from posts.actions.publish import tell_of
from posts.actions.shares import publish_share, unpublish_share
from posts.actions.standing import count_tags_of, set_cause
from posts.events import (
    PostDeleted,
    PostEdited,
    PostEffect,
    PostPublished,
    PostPurged,
    PostQuoted,
    PostRestored,
    QuoteWithdrawn,
)
from posts.feeds.kept import forget_after
from posts.models import Post
from posts.permissions import check_deed
from posts.points import register_points
from posts.reads import find_post
from posts.searching import POSTS, SEARCH, forget_post, index_post, index_withdrawn
from posts.serializers.posts import embedded
from posts.trending import register_trends
from search.searchables import register_kind, register_search
from socialsite.lib import effects, invariants, targets
from socialsite.lib.ids import Kind, kind_of

CONTENT = (
    NotificationType(name="quote", text="{actor} quotes your post.", category="content"),
    NotificationType(
        name="quote_withdrawn",
        text="{actor} does not want to be quoted in your post any more.",
        category="content",
    ),
)


def post_of(effect: PostEffect) -> Deed:
    return effect.actor_id, effect.post_id


ACTIVITIES = (ActivityType(name="post", made_by={PostPublished: post_of}, figure="posts"),)


def register() -> None:
    targets.register(
        Kind.POST,
        targets.Target(
            model=Post,
            visible_to=Post.objects.visible_to,
            owner_id=lambda post: post.author_id,
            noun="post",
            counters=frozenset(
                {"like_count", "reaction_counts", "comment_count", "share_count", "view_count"}
            ),
            check=check_deed,
            find=find_post,
            cards=cards,
            counted=live.tell_counts,
        ),
    )
    kinds.register(Kind.POST, kinds.Moderated(set_cause=set_cause, evidence=evidence))
    register_types(CONTENT)
    register_words(Kind.POST, Words(text=("content", "content_warning"), tags="hashtags"))
    register_activities(ACTIVITIES)
    register_points()
    register_searching()
    register_trends()
    live.register()
    effects.listen(effects.Effect, forget_after)
    effects.listen(AccountPrivacyChanged, count_tags_of)
    effects.listen(AccountPrivacyChanged, tell_of_privacy)
    effects.listen(UserSuspended, tell_of_suspension)
    effects.listen(ActionUndone, tell_of_return)
    effects.listen(Shared, publish_share)
    effects.listen(Unshared, unpublish_share)
    effects.listen(PostQuoted, tell_of_quote)
    effects.listen(QuoteWithdrawn, tell_of_withdrawal)
    effects.listen(ActionUndone, tell_of_let_through)
    register_invariants()


def register_searching() -> None:
    """Let posts be found by their words."""
    register_kind(Kind.POST, POSTS)
    register_search("posts", SEARCH)
    for effect in (PostPublished, PostEdited, PostDeleted, PostRestored):
        effects.listen(effect, index_post)
    effects.listen(QuoteWithdrawn, index_withdrawn)
    effects.listen(PostPurged, forget_post)


def register_invariants() -> None:
    register_deeds(Post)
    counter = invariants.Counter
    invariants.register_counter(counter(User, "post_count", Post.objects.counted, "author"))
    invariants.register_counter(counter(Post, "quote_count", Post.objects.quoting, "quote_of"))
    invariants.register_counter(counter(Tag, "usage_count", findable_taggings, "tag"))
    invariants.register_check("posts.tags", wrong_tags)
    invariants.register_check("posts.shares", wrong_shares)


def cards(ids: list[int], viewer: Any) -> dict[int, dict[str, Any]]:
    """Return posts as the lists of other apps show them."""
    rows = Post.objects.visible_to(viewer).filter(pk__in=ids).select_related("author")
    return {post.pk: embedded(post) for post in rows}


def evidence(post: Post) -> kinds.Evidence:
    return kinds.Evidence(
        author_id=post.author_id,
        text=post.content,
        content_warning=post.content_warning,
        media=tuple(medium["url"] for medium in post.media),
        created_at=post.created_at,
    )


def tell_of_quote(effect: PostQuoted) -> None:
    notify_user(
        type_name="quote",
        recipient_id=effect.owner_id,
        actor_id=effect.actor_id,
        target_id=effect.quote_id,
    )


def tell_of_withdrawal(effect: QuoteWithdrawn) -> None:
    notify_user(
        type_name="quote_withdrawn",
        recipient_id=effect.owner_id,
        actor_id=effect.actor_id,
        target_id=effect.quote_id,
    )


def tell_of_let_through(effect: ActionUndone) -> None:
    """Tell whom a held post names once a moderator has let it through."""
    if kind_of(effect.target_id) is not Kind.POST:
        return
    undone = Action.objects.get(pk=effect.action_id)
    holds = Action.objects.filter(target_id=effect.target_id, kind=Action.Kind.HOLD)
    post = Post.objects.select_related("author").filter(pk=effect.target_id).first()
    # Also when another action had taken the place of the hold; what came after the hold took away what had been told of.
    if post and post.is_live and holds.filter(undone_at__gt=undone.created_at).exists():
        tell_of(post)
        live.tell_new(post)


def tell_of_privacy(effect: AccountPrivacyChanged) -> None:
    """Tell those who watch posts of a person's whether these are gone for them, or back."""
    live.tell_all_of(effect.actor_id, are_gone=effect.is_private)


def tell_of_suspension(effect: UserSuspended) -> None:
    """Tell those who watch posts of a person's that these are gone."""
    live.tell_all_of(effect.target_id, are_gone=True)


def tell_of_return(effect: ActionUndone) -> None:
    """Tell those who watch posts of a person's who may be here again that these are back."""
    if Action.objects.filter(pk=effect.action_id, kind=Action.Kind.SUSPEND).exists():
        live.tell_all_of(effect.target_id, are_gone=False)


def findable_taggings() -> Any:
    """Return the taggings that count: those of posts everybody may find."""
    posts = Post.objects.findable().filter(pk=OuterRef("target_id"))
    return Tagging.objects.filter(Exists(posts))


def wrong_tags() -> Iterator[str]:
    """What a post's row says of its tags is what the rows of its tags say."""
    posts = Post.objects.order_by("pk").values_list("pk", "hashtags").iterator()
    while batch := dict(islice(posts, 500)):
        rows: dict[int, set[str]] = {pk: set() for pk in batch}
        taggings = Tagging.objects.filter(target_id__in=batch)
        for pk, tag in taggings.values_list("target_id", "tag__tag"):
            rows[pk].add(tag)
        for pk, tags in batch.items():
            if rows[pk] != set(tags):
                yield f"post {pk} says {sorted(tags)}, its rows {sorted(rows[pk])}"


def wrong_shares() -> Iterator[str]:
    """No share passes on another share."""
    for pk in Post.objects.filter(shared__shared__isnull=False).values_list("pk", flat=True):
        yield f"post {pk} shares a share"
