"""Whether a post is there, and every counter that depends on it: changed together, by every action that takes a post away or back."""

from typing import Any

from django.db.models import Count, F

from accounts.events import AccountPrivacyChanged
from accounts.models import User
from engagement.actions.texts import count_tags
from engagement.models import Tag, Tagging
from posts.live import tell_counts, tell_standing
from posts.models import Post
from socialsite.lib.errors import NotFound


def lock_author(author_id: int) -> User:
    """Lock a person before anything of theirs, and return them as they are now. Raises NotFound when they are gone or suspended."""
    found = User.objects.select_for_update(no_key=True).filter(pk=author_id).first()
    if found is None or not found.is_active:
        raise NotFound
    return found


def lock_post(pk: int) -> Post:
    """Lock a post, whatever state it is in, and return it as it is now. Needs the lock on its author, when counters change.

    Raises NotFound.
    """
    rows = Post.objects.select_for_update(no_key=True, of=("self",)).select_related("author")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def change_standing(post: Post, **columns: Any) -> None:
    """Set columns of a post that decide whether it is there, for whom, or as what, and move the counters that follow.

    By UPDATE: neither the version nor the time of the last edit moves. Needs the locks on its author and on the post itself.
    """
    was_counted, was_findable, was_quote = post.is_counted, post.is_findable, post.is_quote
    for name, value in columns.items():
        setattr(post, name, value)
    Post.objects.filter(pk=post.pk).update(**columns)
    if by := post.is_counted - was_counted:
        count_post(post, by)
    # Things before tags: a quote that is published holds what it quotes when it comes to its tags.
    if by := post.is_quote - was_quote:
        count_quote(post, by)
    if by := post.is_findable - was_findable:
        count_tags(target_id=post.pk, by=by)
    tell_standing(post.pk)


def count_post(post: Post, by: int) -> None:
    User.objects.filter(pk=post.author_id).update(post_count=F("post_count") + by)


def count_quote(post: Post, by: int) -> None:
    Post.objects.filter(pk=post.quote_of_id).update(quote_count=F("quote_count") + by)
    if post.quote_of_id:
        tell_counts(post.quote_of_id)


def set_cause(post_id: int, column: str, cause: int | None) -> None:
    """Hide or remove a post for moderation, or take that back; `column` is `hidden_by` or `removed_by`. Needs the lock on its author."""
    change_standing(lock_post(post_id), **{column: cause})


def count_tags_of(effect: AccountPrivacyChanged) -> None:
    """Count the tags of a person's public posts out when the account becomes private, and in when it opens.

    The action holds the lock on the person, as everything does that changes whether a post of theirs is there.
    """
    by = -1 if effect.is_private else 1
    public = Post.objects.public().filter(author=effect.actor_id).values("pk")
    rows = Tagging.objects.filter(target_id__in=public).order_by("tag").values_list("tag")
    for tag, number in list(rows.annotate(Count("pk"))):
        Tag.objects.filter(pk=tag).update(usage_count=F("usage_count") + by * number)
