from typing import Any

import pytest

from accounts.actions.follows import follow_user
from accounts.testing import Cast, UserFactory
from notifications.testing import LIST, listed, types_of
from socialsite.lib.testing.client import ApiClient, code_of


def test_y41_list_answers_who_what_and_when_newest_first(
    alice: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    charlie.send(f"/api/users/{cast.alice.pk}/follow")
    newest = listed(alice)[0]
    assert newest["type"] == "follow"
    assert newest["text"] == "Charlie follows you."
    assert newest["actor"]["id"] == str(cast.charlie.pk)
    assert newest["target"] is None
    assert newest["read_at"] is None
    ids = [int(row["id"]) for row in listed(alice)]
    assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize("path", [LIST, f"{LIST}/", "/api/notifications", "/api/notifications/"])
def test_y41_both_paths_answer_with_and_without_final_slash(alice: ApiClient, path: str) -> None:
    answer = alice.read(path)
    assert answer.status_code == 200
    assert len(answer.json()["results"]) == 3


def test_y41_a_target_comes_with_its_id_and_noun(alice: ApiClient) -> None:
    asked = listed(alice, "?types=connection_request")[0]
    assert asked["target"]["type"] == "connection"


def test_y41_cursor_pages_meet_without_gap_or_repeat(alice: ApiClient) -> None:
    first = alice.read(f"{LIST}?limit=2").json()
    second = alice.read(first["next"]).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert ids == [row["id"] for row in listed(alice)]
    assert second["next"] is None


def test_y41_unread_filter_leaves_out_what_was_read(alice: ApiClient) -> None:
    newest = listed(alice)[0]["id"]
    alice.send(f"{LIST}/{newest}/read")
    assert newest not in [row["id"] for row in listed(alice, "?unread=true")]
    assert newest in [row["id"] for row in listed(alice, "?unread=false")]


def test_y41_types_filter_takes_one_or_several(alice: ApiClient) -> None:
    assert types_of(alice, "?types=follow") == ["follow", "follow"]
    assert types_of(alice, "?types=connection_request,new_sign_in") == ["connection_request"]


@pytest.mark.parametrize("query", ["?types=bogus", "?types=follow,bogus"])
def test_y41_unknown_type_is_refused(alice: ApiClient, query: str) -> None:
    answer = alice.read(f"{LIST}{query}")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_choice")


@pytest.mark.parametrize("query", ["?groupd=1", "?unred=true"])
def test_y41_unknown_parameter_is_refused(alice: ApiClient, query: str) -> None:
    answer = alice.read(f"{LIST}{query}")
    assert (answer.status_code, code_of(answer)) == (400, "unknown_field")


def test_y41_anonymous_caller_is_asked_to_sign_in(api: ApiClient, db: None) -> None:
    assert api.read(LIST).status_code == 401


def test_b24_ids_read_own_notifications_only(alice: ApiClient, bob: ApiClient) -> None:
    own, foreign = listed(alice)[0]["id"], listed(bob)[0]["id"]
    body = alice.read(f"{LIST}?ids={own},{foreign}").json()
    assert [row["id"] for row in body["results"]] == [own]
    assert body["missing"] == [foreign]


def test_y41_statements_do_not_grow_with_rows(
    alice: ApiClient, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for follower in UserFactory.create_batch(25):
        follow_user(actor=follower, target=cast.alice)
    alice.read(LIST)
    with django_assert_max_num_queries(2):
        answer = alice.read(f"{LIST}?limit=100")
    assert len(answer.json()["results"]) == 28
