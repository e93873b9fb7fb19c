"""Threads for tests: writing comments over HTTP, and what is then counted and told."""

from typing import Any

from accounts.models import User
from engagement.models import Comment
from engagement.tests.things import Post, publish
from notifications.models import Notification
from socialsite.lib.testing.client import ApiClient


def make_post(client: ApiClient, **body: object) -> Any:
    return Post.objects.get(pk=publish(client, **body))


def thread(thing: Any) -> str:
    return f"/api/posts/{thing.pk}/comments"


def path(comment: dict[str, Any]) -> str:
    return f"/api/comments/{comment['id']}"


def write(client: ApiClient, post: Any, content: str = "Well said.", **fields: Any) -> Any:
    """Write a comment and return the answer's body."""
    answer = client.send(thread(post), {"content": content, **fields})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def told(user: User) -> list[str]:
    """Return the types of what a person was told of content and sees now, oldest first."""
    rows = Notification.objects.visible_to(user).order_by("pk")
    types = ("comment", "reply", "comment_pending", "mention", "like")
    return list(rows.filter(type__in=types).values_list("type", flat=True))


def counts(post: Any, *comments: Any) -> list[int]:
    """Return the post's comment_count and each comment's reply_count."""
    post.refresh_from_db()
    rows = Comment.objects.in_bulk([int(comment["id"]) for comment in comments])
    return [post.comment_count, *(rows[int(comment["id"])].reply_count for comment in comments)]


def contents(answer: Any) -> list[str]:
    """Return the texts of a page."""
    return [row["content"] for row in answer.json()["results"]]
