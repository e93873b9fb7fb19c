from typing import Any

import pytest

from accounts.testing import Cast
from engagement.models import Comment
from engagement.tests.things import Post
from engagement.tests.threads import contents, counts, make_post, path, thread, told, write
from moderation.models import Keyword, Report
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of


@pytest.fixture
def post(alice: ApiClient) -> Any:
    return make_post(alice, policy={"approve_comments": True})


@pytest.fixture
def waiting(post: Any, bob: ApiClient) -> dict[str, Any]:
    """A comment of bob's that waits for alice's leave."""
    found: dict[str, Any] = write(bob, post, "May I, @carol?")
    return found


def pending(post: Any) -> str:
    return f"/api/posts/{post.pk}/pending"


def test_b8_a_comment_waits_seen_by_both_sides_and_uncounted(
    cast: Cast, post: Any, waiting: dict[str, Any], api: ApiClient
) -> None:
    assert (waiting["standing"], counts(post)) == ("pending", [0])
    for user, seen in ((cast.alice, True), (cast.bob, True), (cast.charlie, False)):
        client = cast.client(user)
        assert (client.read(path(waiting)).status_code == 200) is seen
        assert bool(contents(client.read(thread(post)))) is seen
    assert contents(api.read(thread(post))) == []
    assert (told(cast.alice), told(cast.carol)) == (["comment_pending"], [])
    assert list(violations()) == []


def test_b8_the_owner_reads_what_waits_and_nobody_else_does(
    cast: Cast, post: Any, waiting: dict[str, Any], alice: ApiClient, api: ApiClient
) -> None:
    assert contents(alice.read(pending(post))) == ["May I, @carol?"]
    for user, status in ((cast.bob, 403), (cast.moderator, 403), (cast.mallory, 404)):
        assert cast.client(user).read(pending(post)).status_code == status
    assert api.read(pending(post)).status_code == 401


def test_b8_the_owners_own_comments_do_not_wait(post: Any, alice: ApiClient) -> None:
    assert write(alice, post)["standing"] == "shown"
    assert counts(post) == [1]


def test_b8_an_approved_comment_counts_and_is_told_of_like_any_other(
    cast: Cast, post: Any, waiting: dict[str, Any], alice: ApiClient, charlie: ApiClient
) -> None:
    for _ in range(2):
        answer = alice.send(f"{path(waiting)}/approve")
        assert (answer.status_code, answer.json()["standing"]) == (200, "shown")
    assert counts(post) == [1]
    assert contents(charlie.read(thread(post))) == ["May I, @carol?"]
    assert contents(alice.read(pending(post))) == []
    assert (told(cast.alice), told(cast.carol)) == (["comment_pending"], ["mention"])
    assert list(violations()) == []


def test_b8_the_author_of_the_parent_is_told_when_the_answer_is_let_through(
    cast: Cast, post: Any, waiting: dict[str, Any], alice: ApiClient, charlie: ApiClient
) -> None:
    alice.send(f"{path(waiting)}/approve")
    reply = write(charlie, post, "You may.", parent_id=waiting["id"])
    assert (counts(post, waiting), told(cast.bob)) == ([1, 0], [])
    alice.send(f"{path(reply)}/approve")
    assert (counts(post, waiting), told(cast.bob)) == ([2, 1], ["reply"])


def test_b8_a_hidden_comment_is_gone_for_all_but_its_author_and_the_owner(
    cast: Cast, alice: ApiClient, bob: ApiClient, charlie: ApiClient
) -> None:
    post = make_post(alice)
    made = write(bob, post, "Rude.")
    reply = write(charlie, post, "True.", parent_id=made["id"])
    answer = alice.send(f"{path(made)}/hide")
    assert (answer.status_code, answer.json()["standing"]) == (200, "turned_away")
    assert counts(post, made) == [1, 1]
    assert charlie.read(path(made)).status_code == 404
    assert contents(charlie.read(thread(post))) == ["True.", ""]
    assert bob.read(path(made)).json()["content"] == "Rude."
    assert alice.send(f"{path(made)}/approve").json()["standing"] == "shown"
    assert counts(post, made, reply) == [2, 1, 0]
    assert list(violations()) == []


def test_b8_hiding_what_waits_and_letting_it_through_later_tells_once(
    cast: Cast, post: Any, waiting: dict[str, Any], alice: ApiClient
) -> None:
    for verb in ("hide", "approve", "hide", "approve"):
        assert alice.send(f"{path(waiting)}/{verb}").status_code == 200
    assert (counts(post), told(cast.carol)) == ([1], ["mention"])


@pytest.mark.parametrize("verb", ["approve", "hide"])
def test_b8_only_the_owner_of_the_post_decides(
    cast: Cast, post: Any, waiting: dict[str, Any], verb: str
) -> None:
    for user, status in ((cast.bob, 403), (cast.moderator, 403), (cast.charlie, 404)):
        assert cast.client(user).send(f"{path(waiting)}/{verb}").status_code == status
    assert Comment.objects.get().standing == "pending"


def test_b8_nobody_answers_or_likes_what_others_do_not_see(
    post: Any, waiting: dict[str, Any], alice: ApiClient, bob: ApiClient
) -> None:
    for client in (alice, bob):
        answer = client.send(thread(post), {"content": "x", "parent_id": waiting["id"]})
        assert (answer.status_code, code_of(answer)) == (409, "invalid_state")
        assert client.set(f"{path(waiting)}/like").status_code == 409


def test_b8_what_waits_can_be_edited_and_taken_back(
    cast: Cast, post: Any, waiting: dict[str, Any], bob: ApiClient, alice: ApiClient
) -> None:
    edited = bob.set(path(waiting), {"content": "May I, @charlie?"}).json()
    assert (edited["standing"], told(cast.charlie)) == ("pending", [])
    assert bob.drop(path(waiting)).status_code == 204
    assert counts(post) == [0]
    assert alice.send(f"{path(waiting)}/approve").status_code == 404


@pytest.mark.parametrize("before", Comment.Standing)
@pytest.mark.parametrize("verb", ["approve", "hide"])
def test_b8_the_table_of_standings_is_what_the_routes_do(
    post: Any, waiting: dict[str, Any], alice: ApiClient, before: str, verb: str
) -> None:
    shown = before == "shown"
    Comment.objects.update(standing=before)
    Post.objects.filter(pk=post.pk).update(comment_count=int(shown))
    after = Comment.Standing.SHOWN if verb == "approve" else Comment.Standing.TURNED_AWAY
    answer = alice.send(f"{path(waiting)}/{verb}")
    allowed = after in {before, *Comment.TRANSITIONS[Comment.Standing(before)]}
    assert (answer.status_code == 200) is allowed
    assert list(violations()) == []


def test_b8_what_was_let_through_waits_again_once_it_is_changed(
    cast: Cast, post: Any, waiting: dict[str, Any], alice: ApiClient, bob: ApiClient
) -> None:
    alice.send(f"{path(waiting)}/approve")
    edited = bob.set(path(waiting), {"content": "Buy my watches, @charlie."}).json()
    assert (edited["standing"], counts(post)) == ("pending", [0])
    assert cast.client(cast.charlie).read(path(waiting)).status_code == 404
    assert (told(cast.alice), told(cast.charlie)) == (["comment_pending"] * 2, [])
    alice.send(f"{path(waiting)}/approve")
    assert (counts(post), told(cast.charlie)) == ([1], ["mention"])
    assert list(violations()) == []


def test_b8_the_owner_is_asked_once_a_held_comment_is_let_through(
    cast: Cast, post: Any, bob: ApiClient, moderator: ApiClient
) -> None:
    Keyword.objects.create(phrase="casino", score=0.7)
    held = write(bob, post, "Come to the casino.")
    assert told(cast.alice) == []
    report = Report.objects.get(target_id=held["id"])
    moderator.send(f"/api/v1/moderation/reports/{report.pk}/review", {"actions": ["dismiss"]})
    assert (told(cast.alice), counts(post)) == (["comment_pending"], [0])
