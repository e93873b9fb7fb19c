from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actions.connections import request_connection
from accounts.models import Connection, Follow, User
from accounts.testing import Cast, UserFactory
from moderation.models import AuditEntry
from network.tests.test_connections import connect, people
from notifications.models import Notification
from socialsite.lib.testing.client import ApiClient, code_of

LIST, REQUEST = "/api/connections", "/api/connections/request"


def ask(client: ApiClient, user: User, message: str = "") -> Any:
    return client.send(REQUEST, {"target_user_id": str(user.pk), "message": message})


def counts(*users: User) -> list[int]:
    rows = User.objects.in_bulk([user.pk for user in users])
    return [rows[user.pk].connection_count for user in users]


def told(user: User) -> list[str]:
    rows = Notification.objects.filter(recipient=user, type__startswith="connection_")
    return list(rows.order_by("pk").values_list("type", flat=True))


@pytest.fixture
def asked(cast: Cast) -> Connection:
    """Charlie asks bob for a connection."""
    return request_connection(actor=cast.charlie, target=cast.bob, message="We met in Lund.")


def test_n20_a_request_is_stored_answered_and_told(
    cast: Cast, charlie: ApiClient, bob: ApiClient
) -> None:
    answer = ask(charlie, cast.bob, "We met in Lund.")
    body = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{LIST}/{body['id']}"
    assert (body["state"], body["message"]) == ("pending_out", "We met in Lund.")
    assert bob.read(f"{LIST}/{body['id']}").json()["state"] == "pending_in"
    assert told(cast.bob) == ["connection_request"]
    assert AuditEntry.objects.get(verb="connection_requested", actor_id=cast.charlie.pk)
    assert counts(cast.bob, cast.charlie) == [0, 0]


def test_n20_the_id_may_be_a_number_and_the_message_be_left_out(
    cast: Cast, charlie: ApiClient
) -> None:
    answer = charlie.send(REQUEST, {"target_user_id": cast.bob.pk})
    assert (answer.status_code, answer.json()["message"]) == (201, "")


def test_n20_oneself_is_refused(cast: Cast, alice: ApiClient) -> None:
    answer = ask(alice, cast.alice)
    assert (answer.status_code, code_of(answer)) == (400, "self_target")


def test_n20_b17_who_blocks_is_told_and_who_is_blocked_finds_nobody(
    cast: Cast, alice: ApiClient, mallory: ApiClient
) -> None:
    blocker, blocked = ask(alice, cast.mallory), ask(mallory, cast.alice)
    assert (blocker.status_code, code_of(blocker)) == (403, "blocked")
    assert (blocked.status_code, code_of(blocked)) == (404, "not_found")
    assert not Connection.objects.filter(requester__in=[cast.alice, cast.mallory]).exists()


def test_n20_who_is_connected_is_refused(cast: Cast, alice: ApiClient, carol: ApiClient) -> None:
    for client, user in ((alice, cast.carol), (carol, cast.alice)):
        answer = ask(client, user)
        assert (answer.status_code, code_of(answer)) == (409, "already_connected")


def test_n20_a_second_request_is_refused(cast: Cast, charlie: ApiClient) -> None:
    ask(charlie, cast.bob)
    answer = ask(charlie, cast.bob)
    assert (answer.status_code, code_of(answer)) == (409, "already_pending")


def test_n20_a_crossing_request_accepts_both(
    cast: Cast, asked: Connection, bob: ApiClient, charlie: ApiClient
) -> None:
    answer = ask(bob, cast.charlie)
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["state"]) == (str(asked.pk), "connected")
    assert people(bob) == ["charlie"]
    assert people(charlie) == ["bob"]
    assert counts(cast.bob, cast.charlie) == [1, 1]


def test_n20_nobody_is_found_by_an_unknown_id(
    cast: Cast, asked: Connection, bob: ApiClient
) -> None:
    for target in ("12345", str(asked.pk)):
        assert bob.send(REQUEST, {"target_user_id": target}).status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "required"),
        ({"target_user_id": "bob"}, "invalid"),
        ({"target_user_id": 1, "message": "x" * 301}, "max_length"),
        ({"target_user_id": 1, "user_id": 1}, "unknown_field"),
    ],
)
def test_n20_a_body_that_does_not_fit_is_refused(
    bob: ApiClient, body: dict[str, Any], code: str
) -> None:
    answer = bob.send(REQUEST, body)
    assert (answer.status_code, code_of(answer)) == (400, code)


def test_n20_requests_are_limited_for_a_day(cast: Cast, charlie: ApiClient) -> None:
    # A new account gets a quarter of thirty.
    answers = [ask(charlie, UserFactory.create()) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [201] * 7 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_b1_a_repeated_request_with_its_key_answers_the_same(
    cast: Cast, charlie: ApiClient
) -> None:
    body = {"target_user_id": str(cast.bob.pk)}
    first = charlie.send(REQUEST, body, Idempotency_Key="k")
    again = charlie.send(REQUEST, body, Idempotency_Key="k")
    assert (again.status_code, again.json()) == (201, first.json())


def test_n21_accepting_connects_both_counts_both_and_tells_the_requester(
    cast: Cast, asked: Connection, bob: ApiClient, charlie: ApiClient
) -> None:
    answer = bob.set(f"{LIST}/{asked.pk}/accept")
    assert (answer.status_code, answer.json()["state"]) == (200, "connected")
    assert answer.json()["answered_at"] is not None
    assert (people(bob), people(charlie)) == (["charlie"], ["bob"])
    assert counts(cast.bob, cast.charlie) == [1, 1]
    assert told(cast.charlie) == ["connection_accepted"]


def test_n21_accepting_makes_the_two_follow_each_other_unless_one_does_not_want_to(
    cast: Cast, asked: Connection, bob: ApiClient
) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(follow_on_connect=False)
    bob.set(f"{LIST}/{asked.pk}/accept")
    assert Follow.objects.filter(follower=cast.bob, followed=cast.charlie).exists()
    assert not Follow.objects.filter(follower=cast.charlie, followed=cast.bob).exists()


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_n21_n22_only_the_recipient_answers(
    cast: Cast, asked: Connection, charlie: ApiClient, alice: ApiClient, verb: str
) -> None:
    own = charlie.set(f"{LIST}/{asked.pk}/{verb}")
    assert (own.status_code, code_of(own)) == (403, "permission_denied")
    assert alice.set(f"{LIST}/{asked.pk}/{verb}").status_code == 404
    asked.refresh_from_db()
    assert asked.status == Connection.Status.PENDING


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_n21_n22_a_connection_cannot_be_answered_again(
    cast: Cast, asked: Connection, bob: ApiClient, verb: str
) -> None:
    bob.set(f"{LIST}/{asked.pk}/accept")
    answer = bob.set(f"{LIST}/{asked.pk}/{verb}")
    assert (answer.status_code, code_of(answer)) == (409, "invalid_state")


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_b23_an_answer_to_another_version_is_refused(
    cast: Cast, asked: Connection, bob: ApiClient, verb: str
) -> None:
    path = f"{LIST}/{asked.pk}"
    tag = bob.read(path).headers["ETag"]
    Connection.objects.filter(pk=asked.pk).update(version=2)
    answer = bob.set(f"{path}/{verb}", If_Match=tag)
    assert (answer.status_code, code_of(answer)) == (412, "precondition_failed")
    fresh = bob.read(path).headers["ETag"]
    assert bob.set(f"{path}/{verb}", If_Match=fresh).status_code in {200, 204}


def test_n22_declining_ends_the_request_silently(
    cast: Cast, asked: Connection, bob: ApiClient, charlie: ApiClient
) -> None:
    answer = bob.set(f"{LIST}/{asked.pk}/decline")
    assert (answer.status_code, answer.content) == (204, b"")
    assert told(cast.charlie) == []
    assert counts(cast.bob, cast.charlie) == [0, 0]
    for client in (bob, charlie):
        assert client.read(f"{LIST}/{asked.pk}").status_code == 404
    asked.refresh_from_db()
    assert (asked.status, asked.answered_at is None) == (Connection.Status.DECLINED, False)


def test_n22_who_was_declined_asks_again_after_the_cooldown_only(
    cast: Cast, asked: Connection, bob: ApiClient, charlie: ApiClient
) -> None:
    bob.set(f"{LIST}/{asked.pk}/decline")
    soon = ask(charlie, cast.bob)
    assert (soon.status_code, code_of(soon)) == (409, "cooldown")
    long_ago = timezone.now() - Connection.COOLDOWN - timedelta(seconds=1)
    Connection.objects.filter(pk=asked.pk).update(answered_at=long_ago)
    assert ask(charlie, cast.bob).status_code == 201


def test_n22_who_declined_may_ask(
    cast: Cast, asked: Connection, bob: ApiClient, charlie: ApiClient
) -> None:
    bob.set(f"{LIST}/{asked.pk}/decline")
    assert ask(bob, cast.charlie).status_code == 201


@pytest.mark.parametrize("ender", ["alice", "carol"])
def test_n23_either_side_ends_a_connection_and_follows_stay(cast: Cast, ender: str) -> None:
    connection = Connection.objects.get()
    client = cast.client(getattr(cast, ender))
    assert client.drop(f"{LIST}/{connection.pk}").status_code == 204
    assert people(client) == []
    assert counts(cast.alice, cast.carol) == [0, 0]
    assert Follow.objects.filter(follower=cast.alice, followed=cast.carol).exists()
    assert client.drop(f"{LIST}/{connection.pk}").status_code == 404


def test_n23_a_request_is_withdrawn_by_who_asked_only(
    cast: Cast, asked: Connection, bob: ApiClient, charlie: ApiClient
) -> None:
    refused = bob.drop(f"{LIST}/{asked.pk}")
    assert (refused.status_code, code_of(refused)) == (403, "permission_denied")
    assert charlie.drop(f"{LIST}/{asked.pk}").status_code == 204
    assert people(bob, "?state=pending_in") == []
    assert told(cast.bob) in ([], ["connection_request"])
    assert ask(charlie, cast.bob).status_code == 201


def test_n23_strangers_end_nothing(cast: Cast, charlie: ApiClient, moderator: ApiClient) -> None:
    path = f"{LIST}/{Connection.objects.get().pk}"
    assert [client.drop(path).status_code for client in (charlie, moderator)] == [404, 404]
    assert Connection.objects.exists()


def test_b23_removing_another_version_is_refused(cast: Cast, alice: ApiClient) -> None:
    path = f"{LIST}/{Connection.objects.get().pk}"
    answer = alice.drop(path, If_Match='"99.x"')
    assert (answer.status_code, code_of(answer)) == (412, "precondition_failed")
    assert Connection.objects.exists()


def test_n46_the_database_keeps_one_live_row_a_pair(cast: Cast) -> None:
    pair = {"low": cast.bob, "high": cast.charlie, "requester": cast.bob}
    Connection.objects.create(**pair, status=Connection.Status.DECLINED)
    Connection.objects.create(**pair, status=Connection.Status.PENDING)
    with pytest.raises(IntegrityError), transaction.atomic():
        Connection.objects.create(**pair, status=Connection.Status.ACCEPTED)


def test_b17_blocking_ends_a_connection_and_a_request_for_both(
    cast: Cast, asked: Connection, bob: ApiClient, charlie: ApiClient
) -> None:
    connect(cast.bob, cast.carol)
    for blocked in (cast.carol, cast.charlie):
        bob.set(f"/api/users/{blocked.pk}/block")
    assert people(bob) == people(bob, "?state=pending_in") == []
    assert people(charlie, "?state=pending_out") == []
    assert counts(cast.bob, cast.carol) == [0, 1]
    assert charlie.drop(f"{LIST}/{asked.pk}").status_code == 404
    assert bob.set(f"{LIST}/{asked.pk}/accept").status_code == 404


def test_t13_the_suspended_leave_the_lists_and_cannot_be_asked_or_answered(
    cast: Cast, asked: Connection, bob: ApiClient
) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=1)
    assert people(bob, "?state=pending_in") == []
    assert bob.set(f"{LIST}/{asked.pk}/accept").status_code == 404
    assert ask(bob, cast.charlie).status_code == 404
