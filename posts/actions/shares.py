"""A share of a post is a post of its own among those of the person who shares it; made and unmade by the effects of engagement."""

from django.db import transaction

from accounts.models import User
from engagement.actions.shares import share_thing
from engagement.events import Shared, Unshared
from posts.live import tell_new
from posts.models import Post
from socialsite.lib.ids import Kind, kind_of


@transaction.atomic
def share_post(*, actor: User, post: Post) -> Post:
    """Pass a post on and return the post that does; twice changes nothing. Raises as `share_thing`."""
    share_thing(actor=actor, target_id=post.pk)
    return Post.objects.get(author=actor, shared=post)


def publish_share(effect: Shared) -> None:
    """Make the post that passes another on; shares of other kinds are theirs to show."""
    if kind_of(effect.target_id) is Kind.POST:
        share = Post.objects.create(
            author_id=effect.actor_id, shared_id=effect.target_id, post_type=Post.Type.SHARE
        )
        tell_new(share)


def unpublish_share(effect: Unshared) -> None:
    Post.objects.filter(author=effect.actor_id, shared=effect.target_id).delete()
