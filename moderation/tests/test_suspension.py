from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.utils import timezone

from accounts.actions import connections
from accounts.models import User
from accounts.testing import PASSWORD, Cast, UserFactory, client_of, token_client_of
from moderation.actions import suspend_user, undo_action
from moderation.models import Action, AuditEntry
from moderation.tasks import end_run_out
from socialsite.lib import invariants
from socialsite.lib.errors import Conflict, Forbidden
from socialsite.lib.testing.client import ApiClient, code_of

ACTIONS = "/api/v1/moderation/actions"
NOTE = "Sends the same link to everybody."


def suspend(client: ApiClient, user: User, **extra: Any) -> Any:
    body = {"target_id": str(user.pk), "action": "suspend", "note": NOTE, **extra}
    return client.send(ACTIONS, body)


def undo(client: ApiClient, action: dict[str, Any]) -> Any:
    return client.send(f"{ACTIONS}/{action['id']}/undo")


def person(**fields: Any) -> User:
    user: User = UserFactory.create(**fields)
    return user


def everything_but_the_trail() -> list[str]:
    """All rows of the people's tables, and of what lies above, as text."""
    models = apps.get_app_config("accounts").get_models()
    return [
        serializers.serialize("json", model._default_manager.order_by("pk")) for model in models
    ]


def test_b11_a_moderator_suspends_with_a_cause(cast: Cast, moderator: ApiClient) -> None:
    answer = suspend(moderator, cast.alice, statement="Spam.")
    body = answer.json()
    assert answer.status_code == 201
    assert body["action"] == "suspend"
    assert body["target_id"] == str(cast.alice.pk)
    assert body["moderator_id"] == str(cast.moderator.pk)
    assert (body["note"], body["statement"], body["until"]) == (NOTE, "Spam.", None)
    cast.alice.refresh_from_db()
    assert str(cast.alice.suspended_by) == body["id"]


def test_b11_undo_leaves_every_row_as_it_was(cast: Cast, moderator: ApiClient) -> None:
    connections.request_connection(actor=cast.alice, target=cast.charlie)
    before = everything_but_the_trail()
    action = suspend(moderator, cast.alice).json()
    assert everything_but_the_trail() != before
    answer = undo(moderator, action)
    assert answer.status_code == 200
    assert answer.json()["undone_by_id"] == str(cast.moderator.pk)
    assert answer.json()["undone_at"] is not None
    assert everything_but_the_trail() == before


def test_b11_counters_do_not_move_while_somebody_is_suspended(
    cast: Cast, moderator: ApiClient, bob: ApiClient
) -> None:
    before = bob.read("/api/v1/users/me").json()
    suspend(moderator, cast.alice)
    assert bob.read("/api/v1/users/me").json() == before
    assert before["follower_count"] == 1
    assert bob.read("/api/v1/follow/followers").json()["results"] == []


def test_b11_the_suspended_are_found_by_nobody_but_moderators(
    cast: Cast, moderator: ApiClient, bob: ApiClient, carol: ApiClient, api: ApiClient
) -> None:
    path = f"/api/users/{cast.alice.pk}"
    suspend(moderator, cast.alice)
    assert [client.read(path).status_code for client in (bob, carol, api)] == [404, 404, 404]
    assert api.read("/api/users/@alice").status_code == 404
    assert moderator.read(path).status_code == 200
    assert bob.send(f"{path}/follow", {}).status_code == 404


def test_t13_every_credential_of_the_suspended_is_refused_at_once_and_works_after_undo(
    cast: Cast, moderator: ApiClient, alice: ApiClient
) -> None:
    clients = {"jwt": alice, "token": token_client_of(cast.alice, "read", "write")}
    action = suspend(moderator, cast.alice).json()
    for client in clients.values():
        answer = client.read("/api/auth/user")
        assert (answer.status_code, code_of(answer)) == (401, "account_suspended")
        assert client.send(f"/api/users/{cast.charlie.pk}/follow", {}).status_code == 401
        # Not even pages that need no sign-in.
        assert client.read(f"/api/users/{cast.charlie.pk}").status_code == 401
    undo(moderator, action)
    for client in clients.values():
        assert client.read("/api/auth/user").status_code == 200


@pytest.fixture
def signed_up(api: ApiClient) -> tuple[User, dict[str, Any], ApiClient]:
    """A person who signed up in a browser, their tokens, and the browser."""
    body = {"username": "dora", "email": "dora@example.org", "password": PASSWORD}
    tokens = api.send("/api/auth/register", body).json()
    return User.objects.get(username="dora"), tokens, api


def test_t13_the_cookie_and_the_refresh_token_of_the_suspended_are_refused(
    cast: Cast, moderator: ApiClient, signed_up: tuple[User, dict[str, Any], ApiClient]
) -> None:
    user, tokens, browser = signed_up
    assert browser.cookies[settings.API_SESSION_COOKIE].value
    assert browser.read("/api/auth/user").status_code == 200
    action = suspend(moderator, user).json()
    refused = [
        browser.read("/api/auth/user"),
        ApiClient().send("/api/auth/token/refresh", {"refresh_token": tokens["refresh_token"]}),
    ]
    assert [(a.status_code, code_of(a)) for a in refused] == [(401, "account_suspended")] * 2
    undo(moderator, action)
    again = ApiClient().send("/api/auth/token/refresh", {"refresh_token": tokens["refresh_token"]})
    assert (again.status_code, browser.read("/api/auth/user").status_code) == (200, 200)


def test_t13_the_suspended_cannot_sign_in_and_a_wrong_password_does_not_tell(
    cast: Cast, moderator: ApiClient, signed_up: tuple[User, dict[str, Any], ApiClient]
) -> None:
    action = suspend(moderator, signed_up[0]).json()
    body = {"username": "dora", "password": PASSWORD}
    right = ApiClient().send("/api/auth/login", body)
    wrong = ApiClient().send("/api/auth/login", {**body, "password": "wrong horse battery"})
    assert (right.status_code, code_of(right)) == (403, "account_suspended")
    assert (wrong.status_code, code_of(wrong)) == (401, "invalid_credentials")
    undo(moderator, action)
    assert ApiClient().send("/api/auth/login", body).status_code == 200


def test_b11_suspending_twice_and_undoing_twice_are_conflicts(
    cast: Cast, moderator: ApiClient
) -> None:
    action = suspend(moderator, cast.alice).json()
    again = suspend(moderator, cast.alice)
    assert (again.status_code, code_of(again)) == (409, "already_suspended")
    undo(moderator, action)
    twice = undo(moderator, action)
    assert (twice.status_code, code_of(twice)) == (409, "already_undone")


def test_b11_an_old_action_does_not_lift_a_new_suspension(cast: Cast) -> None:
    old = suspend_user(actor=cast.moderator, user=cast.alice, note=NOTE)
    undo_action(actor=cast.moderator, action=old)
    new = suspend_user(actor=cast.moderator, user=cast.alice, note=NOTE)
    with pytest.raises(Conflict):
        undo_action(actor=cast.moderator, action=old)
    cast.alice.refresh_from_db()
    assert cast.alice.suspended_by == new.pk


@pytest.mark.parametrize("role", ["moderator", "admin"])
def test_b11_nobody_acts_on_their_own_rank_or_above(
    cast: Cast, moderator: ApiClient, role: str
) -> None:
    peer = person(role=role)
    for user in (peer, cast.moderator):
        answer = suspend(moderator, user)
        assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    assert not Action.objects.exists()


def test_b11_an_admin_acts_on_a_moderator_and_only_an_admin_takes_it_back(cast: Cast) -> None:
    other = person(role="moderator")
    action = suspend(cast.client(cast.admin), other)
    assert action.status_code == 201
    assert undo(cast.client(cast.moderator), action.json()).status_code == 403
    assert undo(cast.client(cast.admin), action.json()).status_code == 200


def test_m58_the_action_itself_refuses_who_is_no_moderator(cast: Cast) -> None:
    analyst = person(role="analyst")
    for actor in (analyst, cast.bob):
        with pytest.raises(Forbidden):
            suspend_user(actor=actor, user=cast.alice, note=NOTE)
    action = suspend_user(actor=cast.moderator, user=cast.alice, note=NOTE)
    with pytest.raises(Forbidden):
        undo_action(actor=analyst, action=action)


def test_b11_the_routes_are_for_moderators_and_tokens_that_moderate(
    cast: Cast, alice: ApiClient, api: ApiClient
) -> None:
    assert suspend(api, cast.bob).status_code == 401
    analyst = client_of(person(role="analyst"))
    for client in (alice, analyst):
        assert code_of(suspend(client, cast.bob)) == "permission_denied"
        assert code_of(client.read(ACTIONS)) == "permission_denied"
    writer = token_client_of(cast.moderator, "read", "write")
    assert code_of(suspend(writer, cast.bob)) == "insufficient_scope"
    assert suspend(token_client_of(cast.moderator, "moderate"), cast.bob).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"note": ""}, "blank"),
        ({"note": "   "}, "blank"),
        ({"note": None}, "null"),
        ({"note": "x" * 2001}, "max_length"),
        ({"statement": "x" * 2001}, "max_length"),
        ({"action": "banish"}, "invalid_choice"),
        ({"until": "2020-01-01T00:00:00Z"}, "invalid"),
        ({"until": "soon"}, "invalid"),
        ({"target_id": "x"}, "invalid"),
        ({"why": "so"}, "unknown_field"),
    ],
)
def test_b11_a_body_that_does_not_fit_is_refused(
    cast: Cast, moderator: ApiClient, change: dict[str, Any], code: str
) -> None:
    answer = suspend(moderator, cast.alice, **change)
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert not Action.objects.exists()


def test_b11_whom_nobody_can_find_cannot_be_suspended(cast: Cast, moderator: ApiClient) -> None:
    User.objects.filter(pk=cast.bob.pk).update(deleted_at=timezone.now())
    action = suspend(moderator, cast.alice).json()
    for target_id in (str(cast.bob.pk), action["id"], "12345"):
        body = {"target_id": target_id, "action": "suspend", "note": NOTE}
        assert moderator.send(ACTIONS, body).status_code == 404


def test_b1_a_repeated_suspension_with_its_key_answers_the_same(
    cast: Cast, moderator: ApiClient
) -> None:
    body = {"target_id": str(cast.alice.pk), "action": "suspend", "note": NOTE}
    first = moderator.send(ACTIONS, body, Idempotency_Key="k")
    assert moderator.send(ACTIONS, body, Idempotency_Key="k").json() == first.json()
    assert Action.objects.count() == 1


def test_b11_what_runs_out_is_undone_by_the_site_and_audited(
    cast: Cast, moderator: ApiClient, time_machine: Any
) -> None:
    until = timezone.now() + timedelta(hours=1)
    action = suspend(moderator, cast.alice, until=until.isoformat()).json()
    suspend(moderator, cast.bob)
    end_run_out()
    assert User.objects.filter(suspended_by__isnull=False).count() == 2
    time_machine.move_to(until + timedelta(seconds=1), tick=False)
    end_run_out()
    assert list(User.objects.filter(suspended_by__isnull=False)) == [cast.bob]
    row = AuditEntry.objects.get(verb="action_undone")
    assert (row.actor_id, row.target_id) == (None, cast.alice.pk)
    assert row.detail == {"action_id": action["id"]}


def test_m58_actions_are_listed_and_filtered(cast: Cast, moderator: ApiClient) -> None:
    first = suspend(moderator, cast.alice).json()
    undo(moderator, first)
    second = suspend(cast.client(cast.admin), cast.bob).json()
    for query, found in (
        ("", [second, first]),
        (f"?target={cast.alice.pk}", [first]),
        (f"?moderator={cast.admin.pk}", [second]),
        ("?state=live", [second]),
        ("?state=undone&action=suspend", [first]),
    ):
        rows = moderator.read(f"{ACTIONS}{query}").json()["results"]
        assert [row["id"] for row in rows] == [row["id"] for row in found]


def test_b11_the_list_of_actions_costs_the_same_for_any_number(
    cast: Cast, moderator: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for user in (cast.alice, cast.bob, cast.carol):
        suspend_user(actor=cast.moderator, user=user, note=NOTE)
    with django_assert_max_num_queries(2):
        assert len(moderator.read(ACTIONS).json()["results"]) == 3


def test_y55_suspending_and_undoing_leave_audit_rows(cast: Cast, moderator: ApiClient) -> None:
    action = suspend(moderator, cast.alice).json()
    undo(moderator, action)
    for verb in ("user_suspended", "action_undone"):
        row = AuditEntry.objects.get(verb=verb)
        assert (row.actor_id, row.target_id) == (cast.moderator.pk, cast.alice.pk)
        assert row.detail == {"action_id": action["id"]}
        assert row.credential.startswith("session:")


def test_b11_the_invariant_holds_and_sees_what_breaks_it(cast: Cast, moderator: ApiClient) -> None:
    check: Callable[[], Any] = invariants.CHECKS["moderation.suspensions"]
    alice, bob = User.objects.filter(pk=cast.alice.pk), User.objects.filter(pk=cast.bob.pk)
    action = suspend(moderator, cast.alice).json()
    assert list(check()) == []
    bob.update(suspended_by=int(action["id"]))
    assert list(check()) == [f"{cast.bob.pk} is suspended without a live action"]
    bob.update(suspended_by=None)
    alice.update(suspended_by=None)
    assert list(check()) == [f"the suspension {action['id']} is live and does not hold"]
