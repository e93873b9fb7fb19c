"""Deleting posts, taking them back within thirty days, and forgetting them for good."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from engagement.actions.purges import purge_targets
from engagement.actions.shares import unshare_thing
from engagement.models import Comment
from moderation.models import Report
from posts.actions.standing import change_standing, lock_author, lock_post
from posts.events import PostDeleted, PostPurged, PostRestored
from posts.models import KEPT_IN_TRASH, Post
from socialsite.lib.effects import emit
from socialsite.lib.errors import Forbidden, NotFound


@transaction.atomic
def delete_post(*, actor: User, post: Post) -> Post:
    """Put a post into its author's trash: gone for all but staff, with everything people did to it; a share is undone at once.

    Raises Forbidden, NotFound when it is gone already.
    """
    # Neither of the two ever changes; an unshare takes its own locks, both people first.
    if post.author_id != actor.pk:
        raise Forbidden("permission_denied", "Only its author may do this.")
    if post.shared_id is not None:
        unshare_thing(actor=actor, target_id=post.shared_id)
        return post
    actor, post = lock_author(actor.pk), lock_post(post.pk)
    if post.deleted_at is not None:
        raise NotFound
    change_standing(post, deleted_at=timezone.now(), deleted_by=actor.pk)
    emit(PostDeleted(actor_id=actor.pk, post_id=post.pk))
    return post


@transaction.atomic
def restore_post(*, actor: User, post: Post) -> Post:
    """Take a post out of one's trash, with everything people did to it; what a moderator hid meanwhile stays hidden.

    Raises NotFound.
    """
    actor, post = lock_author(actor.pk), lock_post(post.pk)
    _check_in_trash(actor, post)
    change_standing(post, deleted_at=None, deleted_by=None)
    emit(PostRestored(actor_id=actor.pk, post_id=post.pk))
    return post


@transaction.atomic
def purge_post(*, actor: User, post: Post) -> None:
    """Forget a post of one's trash for good. Raises NotFound, Forbidden while moderators look at it."""
    actor, post = lock_author(actor.pk), lock_post(post.pk)
    _check_in_trash(actor, post)
    if _is_evidence(post):
        raise Forbidden("permission_denied", "Moderators are looking at this post.")
    _purge(post)
    emit(PostPurged(actor_id=actor.pk, post_id=post.pk))


def purge_old_posts() -> int:
    """Forget what was deleted more than thirty days ago and is no evidence; returns how many. Each in a transaction of its own."""
    done = 0
    old = Post.objects.deleted_before(timezone.now() - KEPT_IN_TRASH).values_list("pk", flat=True)
    for pk in list(old):
        with transaction.atomic():
            post = lock_post(pk)
            if post.deleted_at is not None and not _is_evidence(post):
                _purge(post)
                emit(PostPurged(actor_id=post.author_id, post_id=pk))
                done += 1
    return done


def _check_in_trash(actor: User, post: Post) -> None:
    is_there = post.deleted_at is not None and post.removed_by is None
    if post.author_id != actor.pk or not is_there:
        raise NotFound


def _is_evidence(post: Post) -> bool:
    """Whether moderators still need it: hidden, removed, or it or a comment on it reported and not yet decided."""
    if post.hidden_by is not None or post.removed_by is not None:
        return True
    comments = Comment.objects.filter(target_id=post.pk)
    things = Q(target_id=post.pk) | Q(target_id__in=comments.values("pk"))
    return Report.objects.open().filter(things).exists()


def _purge(post: Post) -> None:
    purge_targets([post.pk])
    Post.objects.filter(pk=post.pk).delete()
