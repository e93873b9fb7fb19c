from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast
from engagement.models import Comment, Revision
from engagement.tests.things import Post
from engagement.tests.threads import contents, counts, make_post, path, thread, told, write
from moderation.models import AuditEntry
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of


@pytest.fixture
def post(alice: ApiClient) -> Any:
    return make_post(alice)


@pytest.fixture
def made(post: Any, bob: ApiClient) -> dict[str, Any]:
    """A comment of bob's on a post of alice's."""
    found: dict[str, Any] = write(bob, post, "The first words.")
    return found


def test_m40_an_edit_is_marked_and_keeps_the_earlier_version(
    made: dict[str, Any], bob: ApiClient
) -> None:
    answer = bob.set(path(made), {"content": "The second words."})
    body = answer.json()
    assert (answer.status_code, body["content"]) == (200, "The second words.")
    assert made["edited_at"] is None
    assert body["edited_at"] > made["created_at"] == body["created_at"]
    kept = Revision.objects.get(target_id=made["id"])
    assert (kept.number, kept.content) == (1, "The first words.")
    assert AuditEntry.objects.filter(verb="comment_edited", target_id=made["id"]).count() == 1


def test_m40_an_edit_of_what_has_changed_since_it_was_read_is_412(
    made: dict[str, Any], bob: ApiClient
) -> None:
    tag = bob.read(path(made)).headers["ETag"]
    assert bob.set(path(made), {"content": "b"}, If_Match=tag).status_code == 200
    late = bob.set(path(made), {"content": "c"}, If_Match=tag)
    assert (late.status_code, code_of(late)) == (412, "precondition_failed")
    assert bob.read(path(made)).json()["content"] == "b"


def test_m40_a_like_does_not_break_an_edit_nor_mark_one(
    made: dict[str, Any], bob: ApiClient, carol: ApiClient
) -> None:
    tag = bob.read(path(made)).headers["ETag"]
    carol.set(f"{path(made)}/like")
    assert bob.read(path(made)).json()["edited_at"] is None
    assert bob.set(path(made), {"content": "b"}, If_Match=tag).status_code == 200


def test_m40_the_same_text_again_is_no_edit(made: dict[str, Any], bob: ApiClient) -> None:
    answer = bob.set(path(made), {"content": made["content"]})
    assert (answer.status_code, answer.json()["edited_at"]) == (200, None)
    assert not Revision.objects.exists()


def test_m40_only_its_author_edits(
    cast: Cast, made: dict[str, Any], alice: ApiClient, moderator: ApiClient, api: ApiClient
) -> None:
    for client in (alice, moderator, cast.client(cast.carol)):
        answer = client.set(path(made), {"content": "mine now"})
        assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    assert api.set(path(made), {"content": "x"}).status_code == 401
    assert cast.client(cast.mallory).set(path(made), {"content": "x"}).status_code == 404
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    "body", [{}, {"content": " "}, {"content": "x", "parent_id": None}, {"content": "a" * 5001}]
)
def test_m40_m66_what_is_no_edit_is_400(
    made: dict[str, Any], bob: ApiClient, body: dict[str, Any]
) -> None:
    assert bob.set(path(made), body).status_code == 400


def test_m41_a_comment_without_replies_disappears(
    post: Any, made: dict[str, Any], bob: ApiClient
) -> None:
    assert bob.drop(path(made)).status_code == 204
    assert bob.read(path(made)).status_code == 404
    assert bob.drop(path(made)).status_code == 404
    assert (counts(post), contents(bob.read(thread(post)))) == ([0], [])
    assert list(violations()) == []


def test_m41_with_replies_it_becomes_a_tombstone_and_counts_are_right(
    post: Any, made: dict[str, Any], bob: ApiClient, carol: ApiClient
) -> None:
    reply = write(carol, post, "An answer.", parent_id=made["id"])
    bob.drop(path(made))
    assert counts(post, made) == [1, 1]
    assert contents(bob.read(thread(post))) == ["An answer.", ""]
    assert bob.read(path(made)).status_code == 404
    answer = carol.send(thread(post), {"content": "x", "parent_id": made["id"]})
    assert answer.status_code == 404
    carol.drop(path(reply))
    assert counts(post, made) == [0, 0]
    assert contents(bob.read(thread(post))) == []
    assert list(violations()) == []


def test_m41_the_owner_of_the_post_deletes_and_a_stranger_does_not(
    post: Any, made: dict[str, Any], alice: ApiClient, carol: ApiClient, moderator: ApiClient
) -> None:
    for client in (carol, moderator):
        answer = client.drop(path(made))
        assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    assert counts(post) == [1]
    assert alice.drop(path(made)).status_code == 204
    assert counts(post) == [0]
    row = Comment.objects.get(pk=made["id"])
    assert row.deleted_by == post.author_id


def test_m52_who_is_named_is_told_once_also_after_edits(
    cast: Cast, post: Any, bob: ApiClient
) -> None:
    made = write(bob, post, "Look, @carol and @Carol and @nobody_there!")
    assert made["mentions"] == [{"id": str(cast.carol.pk), "username": "carol"}]
    assert told(cast.carol) == ["mention"]
    edited = bob.set(path(made), {"content": "Look, @charlie and @carol"}).json()
    assert [row["username"] for row in edited["mentions"]] == ["charlie", "carol"]
    bob.set(path(made), {"content": "Nobody."})
    bob.set(path(made), {"content": "Again @carol"})
    assert (told(cast.carol), told(cast.charlie)) == (["mention"], ["mention"])


def test_m52_who_blocks_or_mutes_the_writer_or_may_not_see_the_post_is_not_told(
    cast: Cast, alice: ApiClient, bob: ApiClient, carol: ApiClient, charlie: ApiClient
) -> None:
    carol.set(f"/api/users/{cast.bob.pk}/mute")
    charlie.set(f"/api/users/{cast.bob.pk}/block")
    made = write(bob, make_post(alice), "@carol @charlie @mallory")
    assert [row["username"] for row in made["mentions"]] == ["carol", "mallory"]
    hidden = write(bob, make_post(alice, visibility="followers"), "@carol @moderator1")
    assert len(hidden["mentions"]) == 2
    assert [told(user) for user in (cast.carol, cast.charlie, cast.mallory)] == [[], [], []]


def test_m52_b8_the_mention_policy_of_the_post_keeps_others_out_of_it(
    cast: Cast, post: Any, bob: ApiClient, alice: ApiClient
) -> None:
    Post.objects.filter(pk=post.pk).update(mention_policy="nobody")
    assert write(bob, post, "@carol come!")["content"] == "@carol come!"
    assert told(cast.carol) == []
    write(alice, post, "@carol come!")
    assert told(cast.carol) == ["mention"]


def test_m52_more_than_fifty_names_are_400(post: Any, bob: ApiClient) -> None:
    text = " ".join(f"@person_{n}x" for n in range(51))
    answer = bob.send(thread(post), {"content": text})
    assert (answer.status_code, code_of(answer)) == (400, "max_length")


def test_m17_a_comment_is_in_ones_own_activity(made: dict[str, Any], bob: ApiClient) -> None:
    rows = bob.read("/api/me/activity?types=comment").json()["results"]
    assert [row["object"]["id"] for row in rows] == [made["id"]]
    summary = bob.read("/api/me/activity?summary=daily").json()
    assert sum(day["comments"] for day in summary) == 1


def test_m40_one_who_was_blocked_since_sees_neither_post_nor_own_comment(
    cast: Cast, made: dict[str, Any], alice: ApiClient, bob: ApiClient
) -> None:
    alice.set(f"/api/users/{cast.bob.pk}/block")
    assert bob.set(path(made), {"content": "x"}).status_code == 404
    assert alice.read(path(made)).status_code == 404
    assert User.objects.filter(pk=cast.bob.pk).exists()
