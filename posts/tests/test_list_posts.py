"""Posts for a list: read by who is in it when they come to read."""

from typing import Any

import pytest

from accounts.actions.blocks import block_user
from accounts.models import Audience, User
from accounts.testing import Cast
from moderation.actions.reports import report_thing
from posts.models import Post
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import code_of


@pytest.fixture
def close(cast: Cast) -> str:
    """The id of alice's list "Close", with charlie in it, whom nothing else binds to her."""
    alice = cast.client(cast.alice)
    made = alice.send("/api/lists", {"name": "Close secret name"}).json()["id"]
    alice.set(f"/api/lists/{made}/members/{cast.charlie.pk}")
    return str(made)


def publish(cast: Cast, list_id: str, **fields: Any) -> Any:
    body = {"content": "Only for some", "visibility": "list", "list_id": list_id} | fields
    answer = cast.client(cast.alice).send("/api/posts", body)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def readers(cast: Cast, post: str) -> set[str]:
    people = (cast.alice, cast.bob, cast.carol, cast.charlie, cast.mallory, cast.moderator)
    path = f"/api/posts/{post}"
    return {user.username for user in people if cast.client(user).read(path).status_code == 200}


def test_b19_a_post_for_a_list_is_read_by_its_members_alone(cast: Cast, close: str) -> None:
    post = publish(cast, close)
    assert readers(cast, post["id"]) == {"alice", "charlie"}
    assert Post.objects.visible_to(cast.charlie).filter(pk=post["id"]).exists()


def test_b19_no_reader_learns_which_list_it_is_for(cast: Cast, close: str) -> None:
    post = publish(cast, close)
    for user in (cast.alice, cast.charlie):
        answer = cast.client(user).read(f"/api/posts/{post['id']}")
        assert answer.json()["visibility"] == "list"
        assert close not in answer.content.decode()
        assert "secret" not in answer.content.decode()
    assert cast.client(cast.charlie).read(f"/api/lists/{close}").status_code == 404


def test_b19_membership_counts_at_the_moment_of_reading(cast: Cast, close: str) -> None:
    post, alice = publish(cast, close)["id"], cast.client(cast.alice)
    alice.set(f"/api/lists/{close}/members/@bob")
    assert readers(cast, post) == {"alice", "bob", "charlie"}
    alice.drop(f"/api/lists/{close}/members/@charlie")
    assert readers(cast, post) == {"alice", "bob"}


def test_b19_a_block_takes_the_post_away(cast: Cast, close: str) -> None:
    post = publish(cast, close)["id"]
    block_user(actor=cast.charlie, target=cast.alice)
    assert readers(cast, post) == {"alice"}


def test_b19_without_its_list_a_post_is_its_authors_alone(cast: Cast, close: str) -> None:
    post, alice = publish(cast, close)["id"], cast.client(cast.alice)
    assert alice.drop(f"/api/lists/{close}").status_code == 204
    assert readers(cast, post) == {"alice"}
    assert alice.set(f"/api/posts/{post}", {"content": "Changed"}).status_code == 200
    assert readers(cast, post) == {"alice"}
    other = alice.send("/api/lists", {"name": "Others"}).json()["id"]
    alice.set(f"/api/lists/{other}/members/@bob")
    assert alice.set(f"/api/posts/{post}", {"list_id": other}).status_code == 200
    assert readers(cast, post) == {"alice", "bob"}


def test_b19_an_edit_may_name_another_list_or_none(cast: Cast, close: str) -> None:
    post, alice = publish(cast, close)["id"], cast.client(cast.alice)
    path = f"/api/posts/{post}"
    assert code_of(alice.set(path, {"visibility": "public", "list_id": close})) == "invalid"
    assert alice.set(path, {"visibility": "public"}).status_code == 200
    assert Post.objects.get(pk=post).audience is None
    assert code_of(alice.set(path, {"visibility": "list"})) == "required"
    assert alice.set(path, {"visibility": "list", "list_id": close}).status_code == 200
    assert readers(cast, post) == {"alice", "charlie"}


def test_b19_a_list_stays_as_it_is_when_a_post_turns_to_those_it_names(
    cast: Cast, close: str
) -> None:
    post, alice = publish(cast, close, content="Hello @bob")["id"], cast.client(cast.alice)
    assert readers(cast, post) == {"alice", "charlie"}
    alice.set(f"/api/posts/{post}", {"visibility": "mentioned"})
    assert readers(cast, post) == {"alice", "bob"}
    assert Audience.objects.get(pk=close).member_count == 1
    alice.set(f"/api/posts/{post}", {"visibility": "list", "list_id": close})
    assert readers(cast, post) == {"alice", "charlie"}
    # What the text named is forgotten with it, and the list is there.
    assert list(Audience.objects.values_list("pk", flat=True)) == [int(close)]
    assert list(violations()) == []


def test_b19_a_list_of_another_is_as_one_that_is_not_there(cast: Cast, close: str) -> None:
    body = {"content": "x", "visibility": "list"}
    bob = cast.client(cast.bob)
    missing = bob.send("/api/posts", body | {"list_id": str(cast.bob.pk)})
    foreign = bob.send("/api/posts", body | {"list_id": close})
    assert (foreign.status_code, code_of(foreign)) == (missing.status_code, code_of(missing))
    assert foreign.status_code == 404
    assert not Post.objects.exists()


def test_b19_an_earlier_version_for_a_list_is_its_authors(cast: Cast, close: str) -> None:
    post, alice = publish(cast, close, content="First words")["id"], cast.client(cast.alice)
    alice.set(f"/api/posts/{post}", {"visibility": "public", "content": "Second words"})
    history = cast.client(cast.bob).read(f"/api/posts/{post}/history").content.decode()
    assert "First" not in history
    assert "First" in alice.read(f"/api/posts/{post}/history").content.decode()


def test_b19_it_cannot_be_passed_on_and_its_tags_do_not_count(cast: Cast, close: str) -> None:
    post = publish(cast, close, content="#hidden words")["id"]
    charlie = cast.client(cast.charlie)
    assert charlie.send(f"/api/posts/{post}/share").status_code == 403
    assert charlie.read("/api/hashtags?q=hidden").json().get("results", []) == []
    assert charlie.send(f"/api/posts/{post}/like", {"liked": True}).status_code == 200


def test_b19_moderators_read_it_once_it_is_reported(cast: Cast, close: str) -> None:
    post = publish(cast, close)["id"]
    report_thing(actor=cast.charlie, target_id=int(post), reason="spam")
    assert "moderator1" in readers(cast, post)


def test_b19_a_member_reads_it_in_every_list_of_posts(cast: Cast, close: str) -> None:
    post = publish(cast, close)["id"]
    for path in ("/api/posts", f"/api/users/{cast.alice.pk}/posts"):
        for user, is_there in ((cast.charlie, True), (cast.bob, False)):
            rows = cast.client(user).read(path).json()["results"]
            assert ([row["id"] for row in rows] == [post]) is is_there, (path, user)


def test_b19_a_post_for_a_list_counts_as_other_posts_do(cast: Cast, close: str) -> None:
    publish(cast, close)
    assert User.objects.get(pk=cast.alice.pk).post_count == 1
    assert list(violations()) == []
