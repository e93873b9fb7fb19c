"""Things for tests that something can be done to."""

from typing import Any

from django.apps import apps

from accounts.models import User
from engagement.actions.comments import create_comment
from engagement.models import Comment
from socialsite.lib.testing.client import ApiClient

Post: Any = apps.get_model("posts", "Post")
"""By its name: posts stand above, and nothing here may import them"""


def publish(client: ApiClient, **body: object) -> int:
    """Publish a post and return its id."""
    answer = client.send("/api/posts", {"content": "Hello."} | body)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def comment_on(post_id: int, author: User) -> Comment:
    """Return a new comment on a post."""
    return create_comment(actor=author, target_id=post_id, content="Well said.")
