from typing import Any

import pytest

from accounts.actions import connections, follows
from accounts.models import User
from accounts.testing import PASSWORD, Cast, UserFactory, client_of
from analytics.testing import LOG, log_of, types_of
from socialsite.lib.testing.client import ApiClient, code_of


def test_m17_list_shows_own_acts_in_order_newest_first(charlie: ApiClient, cast: Cast) -> None:
    charlie.send(f"/api/users/{cast.bob.pk}/follow")
    charlie.drop(f"/api/users/{cast.bob.pk}/follow")
    charlie.set(f"/api/users/{cast.charlie.pk}", {"bio": "new"})
    assert types_of(charlie) == ["profile_edit", "unfollow", "follow"]
    follow = log_of(charlie)[2]
    assert follow["object"] == {
        "id": str(cast.bob.pk),
        "type": "user",
        "username": "bob",
        "display_name": "Bob",
    }
    assert follow["created_at"].endswith("Z")
    assert log_of(charlie)[0]["object"] is None


def test_m17_a_call_that_changes_nothing_leaves_no_trace(charlie: ApiClient, cast: Cast) -> None:
    for _ in range(2):
        charlie.send(f"/api/users/{cast.bob.pk}/follow")
    charlie.send(f"/api/users/{cast.charlie.pk}/follow")
    assert types_of(charlie) == ["follow"]


def test_m17_connections_are_remembered_by_who_did_what(cast: Cast) -> None:
    asked = connections.request_connection(actor=cast.charlie, target=cast.bob)
    accepted = connections.accept_connection(actor=cast.bob, connection=asked)
    connections.remove_connection(actor=cast.charlie, connection=accepted)
    query = "?types=connection_request,connection_accept,connection_remove"
    asker, answerer = cast.client(cast.charlie), cast.client(cast.bob)
    assert types_of(asker, query) == ["connection_remove", "connection_request"]
    assert types_of(answerer, query) == ["connection_accept"]


def test_m17_a_follow_by_leave_belongs_to_the_one_who_asked(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(private_account=True)
    follows.follow_user(actor=cast.charlie, target=cast.bob)
    assert types_of(cast.client(cast.charlie)) == []
    follows.accept_follow_request(actor=cast.bob, requester=cast.charlie)
    assert types_of(cast.client(cast.charlie)) == ["follow"]


def test_m17_the_first_entry_is_the_registration(api: ApiClient, db: None) -> None:
    body = {"username": "newcomer", "email": "new@example.org", "password": PASSWORD}
    token = api.send("/api/auth/register", body).json()["access_token"]
    assert types_of(ApiClient(token)) == ["registration"]


def test_m17_types_filter_and_cursor(alice: ApiClient) -> None:
    assert set(types_of(alice, "?types=follow")) == {"follow"}
    first = alice.read(f"{LOG}?limit=2").json()
    rest = alice.read(first["next"]).json()
    assert first["results"] + rest["results"] == log_of(alice)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?types=bogus", "invalid_choice"),
        ("?type=follow", "unknown_field"),
        ("?summary=weekly", "invalid_choice"),
        ("?summary=daily&days=91", "max_value"),
        ("?summary=daily&days=0", "min_value"),
    ],
)
def test_m17_wrong_parameters_are_refused(alice: ApiClient, query: str, code: str) -> None:
    answer = alice.read(f"{LOG}{query}")
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_m17_the_log_is_its_owners_alone(
    api: ApiClient, alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    assert api.read(LOG).status_code == 401
    own = log_of(alice)[0]["id"]
    assert bob.read(f"{LOG}?ids={own}").json()["missing"] == [own]


@pytest.mark.parametrize("gone", ["block", "suspended_by", "deleted_at"])
def test_m17_an_object_that_is_hidden_now_is_null(alice: ApiClient, cast: Cast, gone: str) -> None:
    if gone == "block":
        cast.client(cast.carol).set(f"/api/users/{cast.alice.pk}/block")
    else:
        value = {"suspended_by": 1, "deleted_at": "2026-01-01T00:00:00Z"}[gone]
        User.objects.filter(pk=cast.carol.pk).update(**{gone: value})
    assert [row["object"] and row["object"]["username"] for row in log_of(alice)] == [
        None,
        None,
        "bob",
    ]
    assert "carol" not in alice.read(LOG).content.decode().lower()


def test_m17_statements_do_not_grow_with_rows(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    reader = client_of(cast.charlie)
    for target in UserFactory.create_batch(25):
        follows.follow_user(actor=cast.charlie, target=target)
    reader.read(LOG)
    with django_assert_max_num_queries(2):
        assert len(log_of(reader, "?limit=100")) == 25
