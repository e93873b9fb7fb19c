"""What a person says below things, on their page."""

from accounts.models import User
from engagement.admin.panels import ANY_MODERATOR, comments_of
from engagement.models import Comment
from socialsite.lib.admin import Panel, Table, add_panel


def comments_by(user: User) -> Table:
    """Return the newest comments of a person on what every moderator may read."""
    rows = Comment.objects.visible_to(ANY_MODERATOR).filter(author=user)
    return comments_of(rows, author=user.pk)


add_panel(User, Panel(title="Newest comments", table=comments_by))
