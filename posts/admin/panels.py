"""What stands beside posts, and the posts beside people and hashtags."""

from typing import Any

from accounts.models import User
from engagement.admin.panels import (
    ANY_MODERATOR,
    ROWS_SHOWN,
    add_content_panels,
    comments_of,
    link_to_text,
    reactions_to,
    with_the_rest,
)
from engagement.admin.states import state_now, state_of
from engagement.models import Comment, Tag
from posts.actions.publish import version_of
from posts.admin.feeds import link_to_explainer
from posts.admin.posts import summary_of
from posts.models import Post, PostQuerySet
from socialsite.lib.admin import Panel, Table, add_panel, ago, link


def comments_below(post: Post) -> Table:
    return comments_of(Comment.objects.filter(target_id=post.pk), target_id=post.pk)


def posts_by(user: User) -> Table:
    """Return the newest posts of a person that every moderator may read."""
    headers, rows = _posts(Post.objects.filter(author=user))
    shown = with_the_rest([row[:-1] for row in rows], Post, author=user.pk)
    return Table(headers[:-1], shown)


def posts_tagged(tag: Tag) -> Table:
    return Table(*_posts(Post.objects.tagged(tag.tag)))


def _posts(rows: PostQuerySet) -> tuple[list[str], list[list[Any]]]:
    seen = rows.visible_to(ANY_MODERATOR).select_related("author").annotate(state_now=state_now())
    shown = [
        [
            link_to_text(post.pk, summary_of(post)),
            post.visibility,
            state_of(post),
            ago(post.created_at),
            link(post.author),
        ]
        for post in seen.order_by("-pk")[:ROWS_SHOWN]
    ]
    return ["Post", "Visibility", "State", "Written", "Author"], shown


def feeds_with(post: Post) -> Table:
    """Return the way to the page that explains feeds."""
    return Table(["Why somebody saw it, or did not"], [[link_to_explainer(post.pk)]])


add_content_panels(Post, version_of)
add_panel(Post, Panel(title="Newest comments", table=comments_below))
add_panel(Post, Panel(title="Newest reactions", table=reactions_to))
add_panel(Post, Panel(title="Feeds", table=feeds_with))
add_panel(User, Panel(title="Newest posts", table=posts_by))
add_panel(Tag, Panel(title="Newest posts", table=posts_tagged))
