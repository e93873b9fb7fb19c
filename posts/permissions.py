"""What a post's author lets others do with it; who may *see* it is `Post.objects.visible_to`."""

from collections.abc import Callable

from accounts.models import User
from accounts.reads import are_connected, follows
from engagement.models import Mention
from posts.models import OPEN, Post
from socialsite.lib.errors import Conflict, Forbidden
from socialsite.lib.targets import Deed

Who = Post.Who


def is_mentioned(actor: User, post: Post) -> bool:
    return Mention.objects.filter(user=actor, target_id=post.pk).exists()


LETS: dict[str, Callable[[User, Post], bool]] = {
    Who.EVERYONE: lambda actor, post: True,
    Who.FOLLOWERS: lambda actor, post: follows(actor.pk, post.author_id),
    Who.CONNECTIONS: lambda actor, post: are_connected(actor.pk, post.author_id),
    Who.MENTIONED: is_mentioned,
    Who.NOBODY: lambda actor, post: False,
}


def check_edits(actor: User, post: Post) -> None:
    """Raise Forbidden unless the post is the actor's own, Conflict when it only passes another on, or is deleted or removed."""
    if post.author_id != actor.pk:
        raise Forbidden("permission_denied", "Only its author may do this.")
    # Moderators still see such a post of their own, and another call may have deleted it just now.
    if post.deleted_at is not None or post.removed_by is not None:
        raise Conflict("invalid_state", "This post is gone.")
    if post.shared_id is not None:
        raise Conflict("invalid_state", "A share has nothing to change.")


def check_deed(post: Post, actor: User, deed: Deed) -> None:
    """Raise Forbidden when the author does not let the actor do this, Conflict when nobody can do it to such a post."""
    if post.shared_id is not None:
        raise Conflict("invalid_state", "This only passes a post on: do it to that one.")
    if not post.is_live:
        raise Conflict("invalid_state", "Others do not see this post.")
    if deed in {"share", "quote"} and not is_open(post):
        raise Forbidden("not_allowed_by_owner", "Only what everybody may read can be passed on.")
    policy = getattr(post, f"{deed}_policy", Who.EVERYONE)
    if post.author_id != actor.pk and not LETS[policy](actor, post):
        raise Forbidden("not_allowed_by_owner", "Its author does not let you do this.")


def is_open(post: Post) -> bool:
    """Whether everybody may read it."""
    return post.visibility in OPEN and not post.author.private_account
