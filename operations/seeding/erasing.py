"""Forgetting what demo people wrote and did, before they go themselves."""

from django.db.models import QuerySet

from accounts.models import User
from engagement.actions.purges import purge_targets
from engagement.models import Comment
from posts.models import Post

CHUNK = 500


def erase_texts_of(people: QuerySet[User]) -> None:
    """Delete the posts and comments of people with all that hangs on them; counters of others are for the caller to mend."""
    posts = Post.objects.filter(author__in=people.values("pk")).order_by("-pk")
    while found := list(posts.values_list("pk", flat=True)[:CHUNK]):
        purge_targets(found)
        Post.objects.filter(pk__in=found).delete()
    comments = Comment.objects.filter(author__in=people.values("pk")).order_by("-pk")
    while found := list(comments.values_list("pk", flat=True)[:CHUNK]):
        found = with_replies(found)
        purge_targets(found)
        Comment.objects.filter(pk__in=found).delete()


def with_replies(ids: list[int]) -> list[int]:
    """Return comments and all below them."""
    found, level = set(ids), ids
    while level:
        rows = Comment.objects.filter(parent__in=level).exclude(pk__in=found)
        level = list(rows.values_list("pk", flat=True))
        found.update(level)
    return sorted(found)
