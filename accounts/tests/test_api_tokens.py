from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.testing import PASSWORD, UserFactory, client_of, token_client_of
from accounts.tests.routes import guarded_routes
from socialsite.lib.api.access import Access
from socialsite.lib.ids import Kind, mint
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

TOKENS = "/api/auth/tokens"
BODY = {"name": "bot", "scopes": ["read"]}


@pytest.fixture
def sure(ann: User) -> ApiClient:
    """Ann, with her password confirmed."""
    person = client_of(ann)
    assert person.send("/api/auth/confirm", {"password": PASSWORD}).status_code == 204
    return person


def test_d23_a_token_is_made_shown_once_and_works(sure: ApiClient, ann: User) -> None:
    answer = sure.send(TOKENS, {**BODY, "scopes": ["write", "read", "read"]})
    assert answer.status_code == 201
    body = answer.json()
    assert body["scopes"] == ["read", "write"]
    assert body["token"].startswith("pat_")
    program = ApiClient(body["token"])
    assert program.read("/api/auth/user").json()["id"] == str(ann.pk)
    assert program.set("/api/users/me", {"bio": "x"}).status_code == 200
    [listed] = sure.read(TOKENS).json()["results"]
    assert "token" not in listed
    assert listed["last_used_at"] is not None


def test_t18_only_its_hash_is_stored(sure: ApiClient) -> None:
    secret = sure.send(TOKENS, BODY).json()["token"]
    assert secret not in ApiToken.objects.get().token_hash
    assert len(secret) >= len("pat_") + 43


def test_d23_making_a_token_needs_a_confirmed_password(ann: User) -> None:
    answer = client_of(ann).send(TOKENS, BODY)
    assert (answer.status_code, code_of(answer)) == (403, "confirmation_required")
    assert not ApiToken.objects.exists()


def test_d23_a_token_cannot_make_tokens(ann: User) -> None:
    program = token_client_of(ann, "read", "write", "chat", "moderate")
    for path in (TOKENS, "/api/auth/email", "/api/auth/mfa"):
        answer = program.send(path, BODY)
        assert (answer.status_code, code_of(answer)) == (403, "confirmation_required")
    answer = program.send("/api/auth/confirm", {"password": PASSWORD})
    assert (answer.status_code, code_of(answer)) == (403, "permission_denied")


def test_b15_a_token_expires(sure: ApiClient) -> None:
    at = (timezone.now() + timedelta(hours=1)).isoformat()
    program = ApiClient(sure.send(TOKENS, {**BODY, "expires_at": at}).json()["token"])
    assert program.read("/api/auth/user").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert program.read("/api/auth/user").status_code == 401


@pytest.mark.parametrize(
    "change",
    [
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "9999-12-31T23:59:59-23:00"},
        {"expires_at": "0001-01-01T00:00:00+23:00"},
        {"expires_at": "soon"},
        {"scopes": []},
        {"scopes": ["admin"]},
        {"scopes": "read"},
        {"scopes": ["read"] * 5},
        {"name": ""},
        {"name": "x" * 61},
        {"user": "1"},
        {"token_hash": "0" * 64},
    ],
)
def test_b15_a_wrong_body_is_400_with_the_field(sure: ApiClient, change: dict[str, Any]) -> None:
    answer = sure.send(TOKENS, {**BODY, **change})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith(next(iter(change)))
    assert not ApiToken.objects.exists()


def test_b15_a_revoked_token_is_refused_at_once(sure: ApiClient) -> None:
    made = sure.send(TOKENS, BODY).json()
    program = ApiClient(made["token"])
    path = f"{TOKENS}/{made['id']}"
    assert [sure.drop(path).status_code for _ in "12"] == [204, 404]
    assert program.read("/api/auth/user").status_code == 401
    assert sure.read(TOKENS).json()["results"] == []


def test_t1_a_token_of_another_person_is_404_and_goes_on(ann: User) -> None:
    bea = UserFactory.create()
    program = token_client_of(bea, "read")
    thief = client_of(ann)
    answer = thief.drop(f"{TOKENS}/{ApiToken.objects.get().pk}")
    missing = thief.drop(f"{TOKENS}/{mint(Kind.API_TOKEN)}")
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert answer.json()["errors"] == missing.json()["errors"]
    assert thief.read(TOKENS).json()["results"] == []
    assert program.read("/api/auth/user").status_code == 200


def test_t7_a_read_only_token_passes_no_unsafe_operation(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000.0
    program = token_client_of(UserFactory.create(role=User.Role.ADMIN), "read")
    refusals = {}
    for route in guarded_routes():
        answer = program.call(route.method.upper(), route.path, {})
        refusals[str(route)] = (answer.status_code, code_of(answer))
    assert {
        name for name, found in refusals.items() if found != (403, "insufficient_scope")
    } == set()
    assert len(refusals) >= 40


@pytest.mark.parametrize("scope", ["chat", "moderate"])
def test_t7_a_token_for_something_else_neither_reads_nor_writes(ann: User, scope: str) -> None:
    program = token_client_of(ann, scope)
    for answer in (program.read("/api/auth/user"), program.set("/api/users/me", {"bio": "x"})):
        assert (answer.status_code, code_of(answer)) == (403, "insufficient_scope")


def test_t7_a_token_for_moderation_lends_no_rights_its_person_lacks(
    ann: User, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 1000.0
    program = token_client_of(ann, "read", "write", "chat", "moderate")
    for route in guarded_routes():
        if route.operation.access in {Access.MODERATOR, Access.ADMIN, Access.ANALYST}:
            answer = program.call(route.method.upper(), route.path, {})
            assert (answer.status_code, code_of(answer)) == (403, "permission_denied"), str(route)


def test_b15_last_used_is_kept_to_five_minutes(ann: User) -> None:
    program = token_client_of(ann, "read")
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False) as clock:
        for minutes, expected in ((0, 0), (4, 0), (2, 6)):
            clock.shift(timedelta(minutes=minutes))
            program.read("/api/auth/user")
            used = ApiToken.objects.get().last_used_at
            assert used == datetime(2026, 1, 1, 0, expected, tzinfo=UTC)


def test_d11_a_repeated_key_makes_a_second_token_and_shows_no_old_secret(sure: ApiClient) -> None:
    first, second = (sure.send(TOKENS, BODY, Idempotency_Key="k").json()["token"] for _ in "12")
    assert first != second
