"""A retried call makes one thing (RELIABILITY T46), on the routes of posts and of what people do with them."""

from typing import Any

import pytest

from accounts.testing import Cast
from engagement.models import Bookmark, BookmarkFolder, Comment, Reaction, Share
from moderation.models import Report
from posts.actions.publish import publish_post
from posts.models import Post
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

WRITES: dict[str, tuple[str, dict[str, Any], Any]] = {
    "publish": ("/api/posts", {"content": "Hello."}, Post),
    "quote": ("/api/posts/{post}/share", {"content": "Look."}, Post),
    "share": ("/api/posts/{post}/share", {}, Share),
    "comment": ("/api/posts/{post}/comments", {"content": "Well said."}, Comment),
    "toggle": ("/api/posts/{post}/like", {}, Reaction),
    "bookmark": ("/api/bookmarks", {"target_id": "{post}", "note": "Again"}, Bookmark),
    "folder": ("/api/bookmarks/folders", {"name": "Recipes"}, BookmarkFolder),
    "report": ("/api/v1/moderation/report", {"target_id": "{post}", "reason": "spam"}, Report),
}


@pytest.fixture
def post(cast: Cast) -> Post:
    return publish_post(actor=cast.alice, content="Words.")


def sent(client: ApiClient, name: str, post: Post, **headers: str) -> Any:
    path, body, _ = WRITES[name]
    filled = {key: str(value).format(post=post.pk) for key, value in body.items()}
    return client.send(path.format(post=post.pk), filled, **headers)


@pytest.mark.parametrize("name", WRITES)
def test_t46_b1_a_retry_answers_the_same_and_makes_one_row(
    post: Post, bob: ApiClient, name: str
) -> None:
    rows = WRITES[name][2].objects
    before = rows.count()
    answers = [sent(bob, name, post, Idempotency_Key="k") for _ in range(3)]
    assert {answer.status_code for answer in answers} <= {200, 201}
    assert len({answer.content for answer in answers}) == 1
    assert rows.count() == before + 1


@pytest.mark.parametrize("name", WRITES)
def test_t46_b1_the_key_of_a_call_is_not_for_another_thing(
    cast: Cast, post: Post, bob: ApiClient, name: str
) -> None:
    other = publish_post(actor=cast.alice, content="Other words.")
    sent(bob, name, post, Idempotency_Key="k")
    if name not in {"publish", "folder"}:
        answer = sent(bob, name, other, Idempotency_Key="k")
        assert (answer.status_code, code_of(answer)) == (422, "idempotency_key_reused")
    assert sent(bob, name, post, Idempotency_Key="k").status_code in {200, 201}


def test_t46_b1_a_retry_after_a_deletion_makes_nothing(post: Post, bob: ApiClient) -> None:
    first = sent(bob, "publish", post, Idempotency_Key="k")
    bob.drop(f"/api/posts/{first.json()['id']}")
    assert sent(bob, "publish", post, Idempotency_Key="k").status_code == 404
    assert Post.objects.count() == 2


def test_t46_b1_a_retry_of_another_sees_nothing_of_the_answer(
    cast: Cast, post: Post, bob: ApiClient
) -> None:
    first = sent(bob, "publish", post, Idempotency_Key="k").json()["id"]
    assert sent(cast.client(cast.carol), "publish", post, Idempotency_Key="k").json()["id"] != first
