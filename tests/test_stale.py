"""What was read once is gone at once when it is taken away (RELIABILITY T9): no answer is made of what was."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.testing import Cast
from posts.models import Post
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
SECRET, ASIDE = "words of the secret", "an aside to the secret"
Take = Callable[[Cast, int], Any]


@pytest.fixture
def post(cast: Cast) -> int:
    """A post of alice's that everybody reads, with a comment of hers, quoted and shared by bob, kept by charlie."""
    alice, bob, charlie = (cast.client(user) for user in (cast.alice, cast.bob, cast.charlie))
    pk = int(alice.send("/api/posts", {"content": f"{SECRET} #secret @charlie"}).json()["id"])
    alice.send(f"/api/posts/{pk}/comments", {"content": ASIDE})
    bob.send(f"/api/posts/{pk}/share", {"content": "Look at this."})
    bob.send(f"/api/posts/{pk}/share", {})
    charlie.set(f"/api/bookmarks/{pk}", {})
    charlie.set(f"/api/posts/{pk}/like", {})
    return pk


def pages(cast: Cast, pk: int) -> list[str]:
    """Return every page that showed something of the post."""
    quote = Post.objects.get(quote_of=pk).pk
    below = ("", "/comments", "/comments?view=tree", "/history", "/thread", "/likes", "/shares", "/quotes")  # fmt: skip
    return [
        *(f"/api/posts/{pk}{path}" for path in below),
        *(f"/api/posts/{quote}", f"/api/posts/{quote}/thread", "/api/posts", "/api/posts?hashtag=secret"),
        *("/api/bookmarks", f"/api/bookmarks/{pk}", "/api/me/activity", "/api/v1/notifications"),
        *(f"/api/users/{user.pk}/posts{query}" for user in (cast.alice, cast.bob) for query in ("", "?type=reply")),
        *("/api/posts?sort=popularity", "/api/posts?sort=engagement", f"/api/posts?user={cast.alice.pk}"),
    ]  # fmt: skip


def told(client: ApiClient, paths: list[str]) -> list[str]:
    """Return the pages that tell something of the post."""
    answers = {path: client.read(path).content.decode() for path in paths}
    return [path for path, text in answers.items() if SECRET in text or ASIDE in text]


def as_alice(method: str, path: str, body: Any = None) -> Take:
    def act(cast: Cast, pk: int) -> Any:
        named = path.format(post=pk, charlie=cast.charlie.pk)
        return cast.client(cast.alice).call(method, named, body)

    return act


def by_moderator(action: str, target: str = "post") -> Take:
    def act(cast: Cast, pk: int) -> Any:
        target_id = pk if target == "post" else cast.alice.pk
        body = {"target_id": str(target_id), "action": action, "note": "spam"}
        return cast.client(cast.moderator).send("/api/v1/moderation/actions", body)

    return act


TAKEN: dict[str, Take] = {
    "made private": as_alice("PUT", "/api/posts/{post}", {"visibility": "private"}),
    "for followers": as_alice("PUT", "/api/posts/{post}", {"visibility": "followers"}),
    "for those it names": as_alice(
        "PUT", "/api/posts/{post}", {"visibility": "mentioned", "content": SECRET}
    ),
    "private account": as_alice("PUT", "/api/settings", {"private_account": True}),
    "blocked": as_alice("PUT", "/api/users/{charlie}/block"),
    "deleted": as_alice("DELETE", "/api/posts/{post}"),
    "hidden": by_moderator("hide"),
    "removed": by_moderator("delete"),
    "suspended": by_moderator("suspend", "person"),
}


@pytest.mark.parametrize("how", TAKEN)
def test_t9_nothing_of_a_post_is_told_once_it_is_taken_away(
    cast: Cast, post: int, how: str
) -> None:
    client, paths = cast.client(cast.charlie), pages(cast, post)
    before = told(client, paths)
    assert len(before) >= 10
    anonymous = len(told(ApiClient(), paths))
    assert TAKEN[how](cast, post).status_code < 300
    assert told(client, paths) == []
    assert bool(told(ApiClient(), paths)) == (how == "blocked" and anonymous > 0)
