from typing import Any

import pytest

from accounts.testing import Cast
from engagement.models import Comment
from engagement.tests.things import Post
from engagement.tests.threads import counts, make_post, path, thread, told, write
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

KEYS = {
    "id", "target_id", "parent_id", "author", "content", "mentions", "like_count", "reply_count", "liked", "standing",
    "is_deleted", "filtered", "created_at", "edited_at",
}  # fmt: skip


@pytest.fixture
def post(alice: ApiClient) -> Any:
    return make_post(alice)


def test_m38_m46_a_comment_is_answered_with_its_author_and_its_place(
    post: Any, bob: ApiClient
) -> None:
    answer = bob.send(thread(post), {"content": " First! "})
    body = answer.json()
    assert (answer.status_code, set(body)) == (201, KEYS)
    assert answer.headers["Location"] == f"/api/comments/{body['id']}"
    assert (body["target_id"], body["parent_id"]) == (str(post.pk), None)
    assert (body["content"], body["author"]["username"]) == ("First!", "bob")
    assert (body["standing"], body["liked"], body["is_deleted"]) == ("shown", False, False)
    assert counts(post) == [1]
    assert list(violations()) == []


def test_m38_a_reply_counts_on_its_parent_and_its_thing(post: Any, bob: ApiClient) -> None:
    first = write(bob, post)
    reply = write(bob, post, parent_id=first["id"])
    deeper = write(bob, post, parent_id=reply["id"])
    assert reply["parent_id"] == first["id"]
    assert counts(post, first, reply, deeper) == [3, 1, 1, 0]
    assert list(Comment.objects.order_by("pk").values_list("depth", flat=True)) == [0, 1, 2]
    assert list(violations()) == []


def test_m38_t2_a_parent_on_another_post_is_refused(
    post: Any, alice: ApiClient, bob: ApiClient
) -> None:
    elsewhere = write(bob, make_post(alice))
    answer = bob.send(thread(post), {"content": "x", "parent_id": elsewhere["id"]})
    assert (answer.status_code, code_of(answer)) == (400, "invalid")
    assert (counts(post), Comment.objects.count()) == ([0], 1)


def test_m38_t2_a_parent_one_may_not_see_is_404_like_a_missing_one(
    post: Any, alice: ApiClient, bob: ApiClient
) -> None:
    hidden = make_post(alice, visibility="private")
    secret = write(alice, hidden)
    for parent in (secret["id"], str(post.pk), "17"):
        answer = bob.send(thread(post), {"content": "x", "parent_id": parent})
        assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert bob.send(thread(hidden), {"content": "x"}).status_code == 404
    assert counts(post) == [0]


@pytest.mark.parametrize(
    "body",
    [{}, {"content": ""}, {"content": "  "}, {"content": None}, {"content": "a" * 5001}, {"content": "a\x00b"},
     {"content": "x", "parent_id": "abc"}, {"content": "x", "likes": 3}, {"content": ["x"]}],
)  # fmt: skip
def test_m66_what_is_no_comment_is_400(post: Any, bob: ApiClient, body: dict[str, Any]) -> None:
    assert bob.send(thread(post), body).status_code == 400
    assert counts(post) == [0]


def test_m66_markup_stays_the_text_it_is(post: Any, bob: ApiClient) -> None:
    text = "<script>alert(1)</script> & <b>bold</b>\r\nnext"
    assert write(bob, post, text)["content"] == text.replace("\r\n", "\n")


def test_m38_the_author_of_the_post_and_of_the_parent_are_told_once_each(
    cast: Cast, post: Any, bob: ApiClient, carol: ApiClient, alice: ApiClient
) -> None:
    first = write(bob, post)
    write(carol, post, parent_id=first["id"])
    assert told(cast.alice)[-2:] == ["comment", "comment"]
    assert told(cast.bob)[-1] == "reply"
    own = write(alice, post)
    write(carol, post, parent_id=own["id"])
    assert told(cast.alice)[-3:] == ["comment", "comment", "reply"]
    assert "comment" not in told(cast.carol)


def test_m38_one_who_is_not_signed_in_reads_but_does_not_write(
    post: Any, bob: ApiClient, api: ApiClient
) -> None:
    made = write(bob, post)
    assert api.send(thread(post), {"content": "x"}).status_code == 401
    assert api.read(path(made)).json()["content"] == "Well said."
    assert api.read(thread(post)).json()["results"][0]["id"] == made["id"]


def test_m38_b8_who_may_comment_is_for_the_author_of_the_post(
    cast: Cast, post: Any, bob: ApiClient, charlie: ApiClient, alice: ApiClient
) -> None:
    Post.objects.filter(pk=post.pk).update(comment_policy="followers")
    assert bob.send(thread(post), {"content": "x"}).status_code == 201
    answer = charlie.send(thread(post), {"content": "x"})
    assert (answer.status_code, code_of(answer)) == (403, "not_allowed_by_owner")
    Post.objects.filter(pk=post.pk).update(comment_policy="nobody")
    assert bob.send(thread(post), {"content": "x"}).status_code == 403
    assert alice.send(thread(post), {"content": "x"}).status_code == 201
    assert counts(post) == [2]


def test_m38_one_whom_the_author_blocks_gets_404(post: Any, mallory: ApiClient) -> None:
    assert mallory.send(thread(post), {"content": "x"}).status_code == 404
    assert mallory.read(thread(post)).status_code == 404


def test_b1_m38_a_repeated_call_writes_one_comment(post: Any, bob: ApiClient) -> None:
    answers = [bob.send(thread(post), {"content": "x"}, Idempotency_Key="k") for _ in range(2)]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert counts(post) == [1]


def test_m67_comments_have_a_bucket_of_their_own(post: Any, bob: ApiClient) -> None:
    answers = [bob.send(thread(post), {"content": f"Number {n}"}) for n in range(31)]
    assert [answer.status_code for answer in answers] == [201] * 30 + [429]
    assert (answers[-1].headers["X-RateLimit-Limit"], code_of(answers[-1])) == ("30", "throttled")
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert bob.set(f"/api/posts/{post.pk}/like").status_code == 200


def test_m46_a_comment_is_liked_and_says_so_to_who_likes_it(
    cast: Cast, post: Any, bob: ApiClient, carol: ApiClient
) -> None:
    made = write(bob, post)
    assert carol.set(f"{path(made)}/like").json() == {
        "id": made["id"], "liked": True, "like_count": 1,
    }  # fmt: skip
    seen = [client.read(path(made)).json() for client in (carol, bob)]
    assert [(row["liked"], row["like_count"]) for row in seen] == [(True, 1), (False, 1)]
    assert told(cast.bob)[-1] == "like"
    assert list(violations()) == []


def test_t2_a_comment_below_what_one_may_not_see_is_404(alice: ApiClient, bob: ApiClient) -> None:
    hidden = make_post(alice, visibility="private")
    made = write(alice, hidden)
    for call in (bob.read, bob.drop, lambda at: bob.set(at, {"content": "x"})):
        assert call(path(made)).status_code == 404
    for verb in ("like", "approve", "hide"):
        assert bob.send(f"{path(made)}/{verb}").status_code == 404
    assert bob.read(f"{path(made)}/history").status_code == 404
    assert bob.read(f"{path(made)}/replies").status_code == 404
