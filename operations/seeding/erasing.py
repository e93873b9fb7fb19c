"""Forgetting what demo people wrote and did, before they go themselves."""

from django.db.models import Q, QuerySet

from accounts.models import User
from chat.actions.joining import leave_all_rooms
from chat.models import Message, Room
from engagement.actions.purges import purge_targets
from engagement.models import Comment
from posts.models import Post
from socialsite.lib.models import Stream

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


def erase_rooms_of(people: QuerySet[User]) -> None:
    """Delete the rooms that people made or had with one another, with all that was said in them, and what they said elsewhere."""
    ids = people.values("pk")
    made = Q(created_by__in=ids) | Q(low__in=ids) | Q(high__in=ids)
    rooms = list(Room.objects.filter(made).values_list("pk", flat=True))
    for start in range(0, len(rooms), CHUNK):
        part = rooms[start : start + CHUNK]
        _erase_messages(Message.objects.filter(room__in=part))
        Stream.objects.filter(pk__in=part).delete()
        Room.objects.filter(pk__in=part).delete()
    for person in people.filter(room_memberships__isnull=False).distinct():
        leave_all_rooms(actor=person)
    _erase_messages(Message.objects.filter(sender__in=ids))
    Stream.objects.filter(pk__in=ids).delete()


def _erase_messages(messages: QuerySet[Message]) -> None:
    while found := list(messages.values_list("pk", flat=True)[:CHUNK]):
        purge_targets(found)
        Message.objects.filter(pk__in=found).delete()
