from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.testing import Cast, UserFactory
from moderation.models import Action
from moderation.tasks import end_run_out
from moderation.tests.things import act, again, sees, undo, write
from socialsite.lib.testing.client import ApiClient, code_of


@pytest.fixture
def thing(cast: Cast) -> Any:
    return write(cast.bob, "Read this #news.")


def test_m69_m74_a_moderator_hides_without_a_report(
    cast: Cast, moderator: ApiClient, thing: Any
) -> None:
    answer = act(moderator, thing, "hide", reason="spam", statement="No.")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["action"], body["target_id"]) == ("hide", str(thing.pk))
    assert (body["owner_id"], body["target_type"]) == (str(cast.bob.pk), "post")
    assert (body["reason"], body["evidence"]) == ("spam", thing.content)
    assert str(again(thing).hidden_by) == body["id"]
    assert [sees(user, thing) for user in (cast.bob, cast.carol)] == [True, False]


def test_m18_a_hidden_post_leaves_lists_and_counts(
    cast: Cast, moderator: ApiClient, carol: ApiClient, thing: Any
) -> None:
    lists = (f"/api/users/{cast.bob.pk}/posts", "/api/posts?limit=5")
    before = [len(carol.read(path).json()["results"]) for path in lists]
    done = act(moderator, thing, "hide").json()
    hidden = [len(carol.read(path).json()["results"]) for path in lists]
    undo(moderator, done)
    after = [len(carol.read(path).json()["results"]) for path in lists]
    assert (before, hidden, after) == ([1, 1], [0, 0], [1, 1])


def test_b11_hiding_and_removing_are_undone_each_on_its_own(
    cast: Cast, moderator: ApiClient, thing: Any
) -> None:
    hidden, removed = act(moderator, thing, "hide").json(), act(moderator, thing, "delete").json()
    undo(moderator, hidden)
    row = again(thing)
    assert (row.hidden_by, str(row.removed_by)) == (None, removed["id"])
    undo(moderator, removed)
    assert again(thing).is_live


def test_b11_undo_restores_nothing_that_the_author_deleted_meanwhile(
    cast: Cast, moderator: ApiClient, bob: ApiClient, thing: Any
) -> None:
    done = act(moderator, thing, "hide").json()
    assert bob.drop(f"/api/posts/{thing.pk}").status_code in {200, 204}
    assert undo(moderator, done).status_code == 200
    row = again(thing)
    assert (row.hidden_by, row.deleted_by) == (None, cast.bob.pk)
    assert not sees(cast.carol, thing)
    assert again(cast.bob).post_count == 0


def test_b11_neither_version_nor_edit_time_move(moderator: ApiClient, thing: Any) -> None:
    before = again(thing)
    undo(moderator, act(moderator, thing, "delete").json())
    after = again(thing)
    assert vars(before) | {"_state": None} == vars(after) | {"_state": None}


@pytest.mark.parametrize(
    ("action", "code"), [("hide", "already_hidden"), ("delete", "already_removed")]
)
def test_b11_doing_it_twice_is_a_conflict(
    moderator: ApiClient, thing: Any, action: str, code: str
) -> None:
    act(moderator, thing, action)
    twice = act(moderator, thing, action)
    assert (twice.status_code, code_of(twice)) == (409, code)
    assert Action.objects.count() == 1


def test_b11_hiding_for_a_while_ends_by_itself(
    cast: Cast, moderator: ApiClient, thing: Any, time_machine: Any
) -> None:
    until = timezone.now() + timedelta(hours=1)
    act(moderator, thing, "hide", until=until.isoformat())
    time_machine.move_to(until + timedelta(seconds=1), tick=False)
    end_run_out()
    assert again(thing).is_live
    assert Action.objects.get().undone_by is None


def test_b11_warnings_change_nothing_and_may_be_repeated(moderator: ApiClient, thing: Any) -> None:
    first = act(moderator, thing, "warn").json()
    assert act(moderator, thing, "warn").status_code == 201
    assert again(thing).is_live
    assert undo(moderator, first).status_code == 200
    refused = act(moderator, thing, "warn", until="2999-01-01T00:00:00Z")
    assert (refused.status_code, code_of(refused)) == (400, "invalid")


def test_y55_suspending_by_a_thing_suspends_its_owner(
    cast: Cast, moderator: ApiClient, thing: Any
) -> None:
    done = act(moderator, thing, "suspend").json()
    assert done["target_id"] == str(cast.bob.pk)
    assert not sees(cast.carol, thing)
    undo(moderator, done)
    assert sees(cast.carol, thing)


@pytest.mark.parametrize("action", ["hide", "delete"])
def test_m69_people_are_neither_hidden_nor_removed(
    cast: Cast, moderator: ApiClient, action: str
) -> None:
    answer = act(moderator, cast.alice, action)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_choice")


def test_m69_only_the_site_holds(moderator: ApiClient, thing: Any) -> None:
    assert act(moderator, thing, "hold").status_code == 400


def test_m69_the_things_of_peers_are_out_of_reach(
    cast: Cast, moderator: ApiClient, alice: ApiClient
) -> None:
    peer: User = UserFactory.create(role="moderator")
    thing = write(peer)
    for action in ("hide", "delete", "warn", "suspend"):
        assert act(moderator, thing, action).status_code == 403
        assert act(alice, thing, action).status_code == 403
    done = act(cast.client(cast.admin), thing, "hide").json()
    assert undo(moderator, done).status_code == 403


def test_y105_what_a_suspended_person_made_is_gone_and_comes_back(
    cast: Cast, moderator: ApiClient, carol: ApiClient, thing: Any
) -> None:
    said = cast.client(cast.bob).send(f"/api/posts/{thing.pk}/comments", {"content": "First."})
    assert said.status_code == 201, said.content
    below = write(cast.alice)
    cast.client(cast.bob).send(f"/api/posts/{below.pk}/comments", {"content": "Mine."})
    paths = (f"/api/posts/{thing.pk}", f"/api/comments/{said.json()['id']}")
    listed = f"/api/posts/{below.pk}/comments"
    done = act(moderator, cast.bob, "suspend").json()
    assert [carol.read(path).status_code for path in paths] == [404, 404]
    assert carol.read(listed).json()["results"] == []
    undo(moderator, done)
    assert carol.read(paths[0]).status_code == 200
    assert len(carol.read(listed).json()["results"]) == 1


def test_y105_a_block_hides_both_ways(cast: Cast, alice: ApiClient, mallory: ApiClient) -> None:
    hers, his = write(cast.alice), write(cast.mallory)
    assert alice.read(f"/api/posts/{his.pk}").status_code == 404
    assert mallory.read(f"/api/posts/{hers.pk}").status_code == 404


def test_m69_a_comment_is_hidden_and_comes_back(
    cast: Cast, moderator: ApiClient, carol: ApiClient, thing: Any
) -> None:
    path = f"/api/posts/{thing.pk}/comments"
    said = carol.send(path, {"content": "Well said."}).json()
    done = moderator.send(
        "/api/v1/moderation/actions", {"target_id": said["id"], "action": "hide", "note": "No."}
    ).json()
    assert again(thing).comment_count == 0
    assert cast.client(cast.charlie).read(path).json()["results"] == []
    undo(moderator, done)
    assert again(thing).comment_count == 1
    assert len(cast.client(cast.charlie).read(path).json()["results"]) == 1
