"""The emoji on posts, wherever posts are read."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.testing import Cast, UserFactory
from engagement.actions.bookmarks import set_bookmark
from engagement.actions.emoji import add_emoji, remove_emoji
from engagement.actions.reactions import like_thing
from posts.models import Post
from posts.tests.conftest import Write
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
PARTY, HEART = "🎉", "❤️"
MINE = [{"emoji": PARTY, "count": 2, "me": True}, {"emoji": HEART, "count": 1, "me": False}]
ANYBODYS = [{"emoji": PARTY, "count": 2}, {"emoji": HEART, "count": 1}]
CHRONOLOGICAL = "/api/feed?mode=chronological"


@pytest.fixture
def post(cast: Cast, write: Write) -> Post:
    """A post of alice's with emoji of bob, her follower, and of charlie."""
    made = write("Harvest #garden")
    for actor, emoji in ((cast.charlie, PARTY), (cast.charlie, HEART), (cast.bob, PARTY)):
        add_emoji(actor=actor, target_id=made.pk, emoji=emoji)
    return made


def find(found: Any, pk: int, name: str = "reactions") -> Any:
    """Return a member of the post of an id, wherever it stands in an answer."""
    if isinstance(found, dict):
        if found.get("id") == str(pk) and name in found:
            return found[name]
        found = list(found.values())
    inside = (find(part, pk, name) for part in found) if isinstance(found, list) else ()
    return next((shown for shown in inside if shown is not None), None)


@pytest.mark.parametrize(
    "path",
    [
        "/api/posts/{post}", "/api/posts/{post}/thread", "/api/posts", "/api/posts?sort=popularity", "/api/posts?ids={post}",
        "/api/users/{author}/posts", CHRONOLOGICAL, "/api/feed?mode=ranked", "/api/v1/feed/global",
        "/api/search?q=harvest&type=posts",
    ],
)  # fmt: skip
def test_b27_every_answer_shows_the_emoji_and_which_are_ones_own(
    cast: Cast, post: Post, bob: ApiClient, path: str
) -> None:
    answer = bob.read(path.format(post=post.pk, author=cast.alice.pk))
    assert answer.status_code == 200, answer.content
    assert find(answer.json(), post.pk) == MINE
    assert find(answer.json(), post.pk, "liked") is False


@pytest.mark.parametrize("path", ["/api/posts/{post}", "/api/posts", "/api/v1/feed/global"])
def test_b27_who_has_not_signed_in_put_none_of_them_there(
    post: Post, api: ApiClient, path: str
) -> None:
    found = find(api.read(path.format(post=post.pk)).json(), post.pk)
    assert found == [row | {"me": False} for row in ANYBODYS]


def test_b27_a_post_inside_another_shows_how_many_there_are(
    cast: Cast, post: Post, write: Write, bob: ApiClient
) -> None:
    quoting = write("Look", cast.bob, quote_of=post.pk)
    assert bob.send(f"/api/posts/{post.pk}/share").status_code == 201
    quoted = bob.read(f"/api/posts/{quoting.pk}").json()
    assert quoted["reactions"] == []
    assert quoted["quote"]["post"]["reactions"] == ANYBODYS
    rows = bob.read(f"/api/users/{cast.bob.pk}/posts").json()["results"]
    assert rows[0]["shared"]["reactions"] == rows[1]["quote"]["post"]["reactions"] == ANYBODYS
    set_bookmark(actor=cast.bob, target_id=post.pk, changes={})
    assert find(bob.read("/api/bookmarks").json(), post.pk) == ANYBODYS


def test_b27_the_trash_shows_them_too(cast: Cast, post: Post, alice: ApiClient) -> None:
    alice.drop(f"/api/posts/{post.pk}")
    assert find(alice.read("/api/me/trash").json(), post.pk) == ANYBODYS


def test_b27_a_page_that_was_rendered_before_shows_every_change_at_once(
    cast: Cast, post: Post, bob: ApiClient, alice: ApiClient
) -> None:
    assert find(bob.read(CHRONOLOGICAL).json(), post.pk) == MINE
    like_thing(actor=cast.bob, target_id=post.pk)
    remove_emoji(actor=cast.bob, target_id=post.pk, emoji=PARTY)
    changed = [row | {"me": False, "count": 1} for row in MINE]
    shown = bob.read(CHRONOLOGICAL).json()
    assert (find(shown, post.pk), find(shown, post.pk, "liked")) == (changed, True)
    assert find(alice.read(CHRONOLOGICAL).json(), post.pk, "liked") is False


def statements(client: ApiClient, path: str) -> int:
    client.read(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.read(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", [CHRONOLOGICAL, "/api/posts", "/api/v1/feed/global"])
def test_b27_m59_emoji_cost_a_page_no_statement(
    cast: Cast, write: Write, bob: ApiClient, path: str
) -> None:
    made = [write(f"Words {number}") for number in range(5)]
    before = statements(bob, path)
    for post in made:
        for actor in (cast.bob, UserFactory.create()):
            add_emoji(actor=actor, target_id=post.pk, emoji=PARTY)
            like_thing(actor=actor, target_id=post.pk)
    assert statements(bob, path) == before
    assert find(bob.read(path).json(), made[0].pk) == [{"emoji": PARTY, "count": 2, "me": True}]
