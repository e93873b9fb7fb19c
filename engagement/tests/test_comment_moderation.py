from typing import Any

import pytest

from accounts.testing import Cast, UserFactory
from engagement.actions.purges import purge_targets
from engagement.models import Comment
from engagement.tests.threads import contents, counts, make_post, path, thread, told, write
from moderation.models import Action, Keyword, Report
from socialsite.lib import ids, targets
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

ACTIONS = "/api/v1/moderation/actions"
AD = "Buy the very best watches in the world, cheaper than ever."


@pytest.fixture
def post(alice: ApiClient) -> Any:
    return make_post(alice)


@pytest.fixture
def made(post: Any, bob: ApiClient) -> dict[str, Any]:
    found: dict[str, Any] = write(bob, post, "Beyond the rules.")
    return found


def act(client: ApiClient, comment: dict[str, Any], action: str) -> str:
    """Take an action on a comment; returns the path that undoes it."""
    body = {"target_id": comment["id"], "action": action, "note": "It breaks the rules."}
    answer = client.send(ACTIONS, body)
    assert answer.status_code in {200, 201}, answer.json()
    return f"{ACTIONS}/{answer.json()['id']}/undo"


def who_reads(cast: Cast, comment: dict[str, Any]) -> list[str]:
    people = (cast.alice, cast.bob, cast.charlie, cast.moderator)
    return [
        user.username for user in people if cast.client(user).read(path(comment)).status_code == 200
    ]


def test_m69_b11_a_hidden_comment_does_not_count_and_undo_brings_it_back(
    cast: Cast, post: Any, made: dict[str, Any], moderator: ApiClient
) -> None:
    before = moderator.read(path(made))
    undo = act(moderator, made, "hide")
    assert (counts(post), who_reads(cast, made)) == ([0], ["bob", "moderator1"])
    assert list(violations()) == []
    assert moderator.send(undo).status_code == 200
    after = moderator.read(path(made))
    assert (counts(post), after.headers["ETag"]) == ([1], before.headers["ETag"])
    assert len(who_reads(cast, made)) == 4


def test_m69_a_removed_comment_is_for_moderators_alone_and_its_replies_stay(
    cast: Cast, post: Any, made: dict[str, Any], moderator: ApiClient, carol: ApiClient
) -> None:
    reply = write(carol, post, "Indeed.", parent_id=made["id"])
    act(moderator, made, "delete")
    assert who_reads(cast, made) == ["moderator1"]
    assert counts(post, made, reply) == [1, 1, 0]
    assert contents(carol.read(thread(post))) == ["Indeed.", ""]
    assert list(violations()) == []


def test_m41_b11_deleting_a_hidden_comment_counts_it_out_once(
    post: Any, made: dict[str, Any], moderator: ApiClient, bob: ApiClient
) -> None:
    undo = act(moderator, made, "hide")
    assert bob.drop(path(made)).status_code == 204
    assert counts(post) == [0]
    assert moderator.send(undo).status_code == 200
    assert counts(post) == [0]
    assert list(violations()) == []


def test_b8_b11_turning_away_and_hiding_are_undone_each_on_its_own(
    post: Any, made: dict[str, Any], moderator: ApiClient, alice: ApiClient
) -> None:
    alice.send(f"{path(made)}/hide")
    undo = act(moderator, made, "hide")
    moderator.send(undo)
    assert counts(post) == [0]
    alice.send(f"{path(made)}/approve")
    assert counts(post) == [1]
    assert list(violations()) == []


def held_comment(cast: Cast, post: Any) -> tuple[ApiClient, dict[str, Any]]:
    """Return what a person writes again and again, as the screening holds it."""
    writer: Any = UserFactory.create()
    client = cast.client(writer)
    for n in range(5):
        made: dict[str, Any] = write(client, post, f"{AD} @carol{'!' * n}")
        if Comment.objects.get(pk=made["id"]).hidden_by:
            return client, made
    raise AssertionError("nothing was held")


def test_m68_what_looks_like_spam_is_held_uncounted_and_untold(
    cast: Cast, post: Any, charlie: ApiClient
) -> None:
    client, held = held_comment(cast, post)
    shown = Comment.objects.counted().count()
    assert counts(post) == [shown]
    assert held["content"] not in contents(charlie.read(thread(post)))
    assert client.read(path(held)).status_code == 200
    assert told(cast.carol).count("mention") == told(cast.alice).count("comment") == shown
    assert list(violations()) == []


def test_m68_a_comment_let_through_is_told_of_like_any_other(
    cast: Cast, post: Any, moderator: ApiClient
) -> None:
    _, held = held_comment(cast, post)
    before = [told(user) for user in (cast.alice, cast.carol)]
    action = Action.objects.get(target_id=held["id"])
    assert moderator.send(f"{ACTIONS}/{action.pk}/undo").status_code == 200
    after = [told(user) for user in (cast.alice, cast.carol)]
    assert after == [[*before[0], "comment"], [*before[1], "mention"]]
    assert counts(post) == [Comment.objects.counted().count()]


def test_m68_what_certainly_is_spam_is_refused_and_leaves_nothing(cast: Cast, post: Any) -> None:
    client, _ = held_comment(cast, post)
    answers = [client.send(thread(post), {"content": f"{AD} @carol"}) for _ in range(6)]
    assert (answers[-1].status_code, code_of(answers[-1])) == (422, "spam_refused")
    assert counts(post) == [Comment.objects.counted().count()]
    assert list(violations()) == []


def test_m68_an_edit_that_makes_spam_of_a_comment_holds_it(cast: Cast, post: Any) -> None:
    client, _ = held_comment(cast, post)
    made = write(client, post, "A harmless word about the weather.")
    count = counts(post)[0]
    answer = client.set(path(made), {"content": f"{AD} @carol"})
    assert answer.status_code in {200, 422}
    held = Comment.objects.get(pk=made["id"]).hidden_by is not None
    assert (held, counts(post)) == (answer.status_code == 200, [count - held])


def test_m71_a_reported_comment_on_a_private_post_is_read_by_moderators(
    cast: Cast, alice: ApiClient, bob: ApiClient, moderator: ApiClient
) -> None:
    made = write(bob, make_post(alice, visibility="followers"), "Terrible.")
    assert moderator.read(path(made)).status_code == 404
    body = {"target_id": made["id"], "reason": "harassment"}
    assert alice.send("/api/v1/moderation/report", body).status_code in {200, 201}
    assert moderator.read(path(made)).json()["content"] == "Terrible."


def test_m39_comments_as_other_lists_show_them_are_those_the_viewer_sees(
    cast: Cast, post: Any, made: dict[str, Any], bob: ApiClient
) -> None:
    gone = write(bob, post, "Gone.")
    bob.drop(path(gone))
    wanted = [int(made["id"]), int(gone["id"]), ids.mint(ids.Kind.COMMENT)]
    cards = targets.cards(wanted, cast.charlie)
    assert [card["content"] for card in cards.values()] == ["Beyond the rules."]
    assert targets.cards(wanted, cast.mallory) == {}


def test_t58_the_check_of_threads_sees_what_is_broken(
    post: Any, made: dict[str, Any], bob: ApiClient, alice: ApiClient
) -> None:
    reply = write(bob, post, "x", parent_id=made["id"])
    elsewhere = make_post(alice)
    Comment.objects.filter(pk=reply["id"]).update(target_id=elsewhere.pk, depth=7)
    names = {name for name, _ in violations()}
    assert names >= {"engagement.threads", "posts.post.comment_count"}
    Comment.objects.filter(pk=reply["id"]).update(target_id=post.pk, depth=1)
    assert list(violations()) == []


@pytest.fixture
def held(post: Any, bob: ApiClient) -> dict[str, Any]:
    Keyword.objects.create(phrase="casino", score=0.7)
    found: dict[str, Any] = write(bob, post, "Come to the casino, @carol.")
    return found


def dismiss(moderator: ApiClient, comment: dict[str, Any]) -> int:
    report = Report.objects.get(target_id=comment["id"])
    path = f"/api/v1/moderation/reports/{report.pk}/review"
    return int(moderator.send(path, {"actions": ["dismiss"]}).status_code)


def test_m69_a_held_comment_is_let_through_below_a_deleted_post(
    post: Any, held: dict[str, Any], alice: ApiClient, moderator: ApiClient
) -> None:
    alice.drop(f"/api/posts/{post.pk}")
    assert dismiss(moderator, held) == 200
    assert Comment.objects.get(pk=held["id"]).hidden_by is None
    assert list(violations()) == []


def test_m69_a_case_about_a_purged_comment_is_dismissed(
    post: Any, held: dict[str, Any], moderator: ApiClient
) -> None:
    purge_targets([post.pk])
    post.delete()
    assert dismiss(moderator, held) == 200


def test_b8_m69_a_comment_that_names_somebody_is_let_through_below_a_hidden_post(
    alice: ApiClient, bob: ApiClient, moderator: ApiClient
) -> None:
    post = make_post(alice, policy={"approve_comments": True})
    waiting = write(bob, post, "Look, @carol.")
    act(moderator, {"id": str(post.pk)}, "hide")
    assert alice.send(f"{path(waiting)}/approve").status_code == 200


def test_m41_a_moderator_changes_no_comment_of_theirs_that_was_removed(
    cast: Cast, post: Any, moderator: ApiClient
) -> None:
    made = write(moderator, post)
    act(cast.client(cast.admin), made, "delete")
    assert moderator.set(path(made), {"content": "Other words."}).status_code == 409
