from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.follows import unfollow_user
from accounts.models import User
from accounts.testing import Cast
from moderation.actions import suspend_user, undo_action
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.ids import Kind, mint
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db

# alice writes; bob follows her (and she him), carol is connected to her, mallory is blocked by her, charlie is a stranger.
READERS: dict[str, set[str]] = {
    "public": {"alice", "bob", "carol", "charlie", "moderator", "nobody"},
    "unlisted": {"alice", "bob", "carol", "charlie", "moderator", "nobody"},
    "followers": {"alice", "bob", "carol"},
    "connections": {"alice", "carol"},
    "mentioned": {"alice", "charlie"},
    "private": {"alice"},
}


def clients(cast: Cast) -> dict[str, ApiClient]:
    names = ("alice", "bob", "carol", "charlie", "mallory", "moderator")
    return {name: cast.client(getattr(cast, name)) for name in names} | {"nobody": ApiClient()}


def readers(cast: Cast, post: Post) -> set[str]:
    statuses = {n: c.read(f"/api/posts/{post.pk}").status_code for n, c in clients(cast).items()}
    assert set(statuses.values()) <= {200, 404}
    return {name for name, status in statuses.items() if status == 200}


def finders(cast: Cast, post: Post, path: str) -> set[str]:
    def finds(client: ApiClient) -> bool:
        return str(post.pk) in [row["id"] for row in client.read(path).json().get("results", [])]

    return {name for name, client in clients(cast).items() if finds(client)}


@pytest.mark.parametrize("visibility", READERS)
def test_n41_m23_t1_visibility_decides_who_reads_and_finds(
    cast: Cast, write: Write, visibility: str
) -> None:
    post = write("For @charlie", visibility=visibility)
    expected = READERS[visibility]
    assert readers(cast, post) == expected
    listed = set() if visibility == "unlisted" else expected
    assert finders(cast, post, "/api/posts") == listed
    assert finders(cast, post, f"/api/users/{cast.alice.pk}/posts") == expected


def test_t9_private_account_shows_its_public_posts_to_followers_and_connections_at_once(
    cast: Cast, write: Write
) -> None:
    post = write()
    User.objects.filter(pk=cast.alice.pk).update(private_account=True)
    assert readers(cast, post) == {"alice", "bob", "carol", "moderator"}
    assert finders(cast, post, "/api/posts") == {"alice", "bob", "carol", "moderator"}
    unfollow_user(actor=cast.bob, target=cast.alice)
    assert readers(cast, post) == {"alice", "carol", "moderator"}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"hidden_by": 1}, {"alice", "moderator"}),
        ({"removed_by": 1}, {"moderator"}),
        ({"deleted_at": timezone.now()}, {"moderator"}),
        ({"hidden_by": 1, "deleted_at": timezone.now()}, {"moderator"}),
    ],
)
def test_m18_m11_what_was_taken_away_is_read_by_few_and_listed_for_nobody(
    cast: Cast, write: Write, columns: dict[str, Any], expected: set[str]
) -> None:
    post = write()
    Post.objects.filter(pk=post.pk).update(**columns)
    assert readers(cast, post) == expected
    assert finders(cast, post, "/api/posts") == set()


def test_m18_y105_suspended_persons_posts_are_gone_and_back_when_it_is_lifted(
    cast: Cast, write: Write
) -> None:
    path, others = f"/api/posts/{write().pk}", [cast.client(cast.bob), ApiClient()]
    action = suspend_user(actor=cast.moderator, user=cast.alice, note="x")
    for client in others:
        assert client.read(path).status_code == 404
        assert client.read("/api/posts").json()["results"] == []
    assert cast.client(cast.moderator).read(path).status_code == 200
    undo_action(actor=cast.moderator, action=action)
    assert [client.read(path).status_code for client in others] == [200, 200]


def test_t4_unseen_post_is_the_same_404_as_a_missing_one(cast: Cast, write: Write) -> None:
    hidden, missing = write(visibility="private").pk, mint(Kind.POST)
    bob = cast.client(cast.bob)
    for method, tail, body in (
        ("GET", "", None),
        ("PUT", "", {"content": "y"}),
        ("DELETE", "", None),
        ("PUT", "/policy", {"comment": "nobody"}),
        ("POST", "/share", None),
        ("GET", "/quotes", None),
        ("POST", "/like", None),
    ):
        answers = [bob.call(method, f"/api/posts/{pk}{tail}", body) for pk in (hidden, missing)]
        assert [answer.status_code for answer in answers] == [404, 404], (method, tail)
        one, other = (answer.json() | {"request_id": ""} for answer in answers)
        assert one == other


def test_n41_mentioned_only_post_follows_its_text(cast: Cast, write: Write) -> None:
    post = write("For @charlie", visibility="mentioned")
    cast.client(cast.alice).set(f"/api/posts/{post.pk}", {"content": "For @bob"})
    assert readers(cast, post) == {"alice", "bob"}
