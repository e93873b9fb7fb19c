from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.limits import PASSWORD_CHECKS
from accounts.models import Session, User
from accounts.testing import PASSWORD, client_of
from accounts.tests.routes import guarded_routes
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

CONFIRM = "/api/auth/confirm"
ASKS = {
    "POST /api/auth/email",
    "POST /api/auth/tokens",
    "POST /api/auth/mfa",
    "DELETE /api/auth/mfa",
}


def test_d23_confirming_opens_ten_minutes_for_this_sign_in_alone(ann: User) -> None:
    person, other = client_of(ann), client_of(ann)
    assert person.send(CONFIRM, {"password": PASSWORD}).status_code == 204
    body = {"name": "bot", "scopes": ["read"]}
    assert person.send("/api/auth/tokens", body).status_code == 201
    assert code_of(other.send("/api/auth/tokens", body)) == "confirmation_required"
    with time_machine.travel(timezone.now() + timedelta(minutes=9, seconds=58)):
        assert person.send("/api/auth/tokens", body).status_code == 201
    with time_machine.travel(timezone.now() + timedelta(minutes=10, seconds=2)):
        assert code_of(person.send("/api/auth/tokens", body)) == "confirmation_required"


def test_d23_all_that_changes_how_one_signs_in_asks_for_it(ann: User, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000.0
    asking = {str(r) for r in guarded_routes() if r.operation.confirmed and r.path[-1] != "/"}
    assert asking >= ASKS
    person = client_of(ann)
    for route in (route for route in guarded_routes() if str(route) in ASKS):
        answer = person.call(route.method.upper(), route.path, {})
        assert (answer.status_code, code_of(answer)) == (403, "confirmation_required"), str(route)


def test_d23_a_wrong_password_is_403_and_opens_nothing(ann: User) -> None:
    answer = client_of(ann).send(CONFIRM, {"password": "wrong password"})
    assert (answer.status_code, code_of(answer)) == (403, "wrong_password")
    assert Session.objects.get().confirmed_at is None


def test_t10_guesses_at_it_are_limited_per_person_over_all_sign_ins(
    ann: User, hashings: list[str]
) -> None:
    people = [client_of(ann) for _ in range(3)]
    for guess in range(PASSWORD_CHECKS.limit):
        people[guess % 3].send(CONFIRM, {"password": "wrong password"})
    answer = people[0].send(CONFIRM, {"password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert len(hashings) == PASSWORD_CHECKS.limit
    change = {"password": PASSWORD, "new_password": "another horse battery"}
    assert people[1].send("/api/auth/password/change", change).status_code == 429


def test_t10_the_right_password_gives_the_guesses_back(ann: User) -> None:
    person = client_of(ann)
    for password in ["wrong password"] * 4 + [PASSWORD] + ["wrong password"] * 4:
        assert person.send(CONFIRM, {"password": password}).status_code in {204, 403}


def test_d23_anonymous_is_401(api: ApiClient) -> None:
    assert api.send(CONFIRM, {"password": PASSWORD}).status_code == 401
