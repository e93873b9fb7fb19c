"""Things for tests that something can be done to."""

from accounts.models import User
from engagement.models import Comment
from posts.models import Post
from socialsite.lib.testing.client import ApiClient


def publish(client: ApiClient, **body: object) -> int:
    """Publish a post and return its id."""
    answer = client.send("/api/posts", {"content": "Hello."} | body)
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def comment_on(post_id: int, author: User) -> Comment:
    """Return a comment on a post that anybody who sees the post may read."""
    post = Post.objects.get(pk=post_id)
    return Comment.objects.create(
        target_id=post.pk, target_owner_id=post.author_id, author=author, content="Well said."
    )
