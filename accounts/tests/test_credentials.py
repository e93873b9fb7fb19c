import re
from typing import Any

import pytest

from accounts.models import User
from accounts.testing import PASSWORD, client_of, token_client_of
from accounts.tests.browser import Browser
from accounts.tests.routes import guarded_routes, reads_of_people, unsafe_routes
from socialsite.lib.api.access import Access
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000.0


def test_api9_cookie_access_token_and_personal_token_open_the_same_reads(
    ann: User, browser: Browser
) -> None:
    browser.sign_in()
    callers = [browser, client_of(ann), token_client_of(ann, "read", "write", "chat", "moderate")]
    reads = reads_of_people()
    assert len(reads) >= 20
    for route in reads:
        statuses = {caller.read(route.path).status_code for caller in callers}
        assert statuses <= {200, 400}, str(route)
        assert len(statuses) == 1, str(route)


def test_api9_without_a_credential_every_guarded_operation_is_401(api: ApiClient) -> None:
    routes = [*reads_of_people(), *guarded_routes()]
    for route in (route for route in routes if route.operation.access is not Access.ANYONE):
        answer = api.call(route.method.upper(), route.path)
        assert (answer.status_code, code_of(answer)) == (401, "not_authenticated"), str(route)


def test_api9_a_credential_that_ended_is_401_on_every_operation(ann: User) -> None:
    ended = client_of(ann)
    ended.send("/api/auth/logout")
    for route in [*reads_of_people(), *guarded_routes()]:
        answer = ended.call(route.method.upper(), route.path)
        assert (answer.status_code, code_of(answer)) == (401, "authentication_failed"), str(route)


def test_api30_every_unsafe_path_answers_with_and_without_its_slash_and_never_redirects(
    ann: User,
) -> None:
    person = client_of(ann)
    forms = {(route.method, re.sub(r"[0-9]{15,}", "ID", route.path)) for route in unsafe_routes()}
    for method, path in forms:
        assert (method, path[:-1] if path.endswith("/") else f"{path}/") in forms
    for route in unsafe_routes():
        answer = person.call(route.method.upper(), route.path, {"no_such_field": 1})
        assert answer.status_code not in {301, 302, 307, 308}, str(route)
        assert answer.status_code >= 400, str(route)


def test_api30_login_works_at_both_forms(ann: User, api: ApiClient) -> None:
    body = {"username": "ann", "password": PASSWORD}
    for path in ("/api/auth/login", "/api/auth/login/"):
        assert api.send(path, body).status_code == 200


def test_api31_ids_are_sent_as_strings(ann: User, api: ApiClient) -> None:
    body = api.send("/api/auth/login", {"username": "ann", "password": PASSWORD}).json()
    assert body["user"]["id"] == str(ann.pk)
    [session] = api.read("/api/auth/sessions").json()["results"]
    assert isinstance(session["id"], str)


@pytest.mark.parametrize(
    "name", ["me", "search", "batch", "suggestions", "leaderboard", "recommended", "1234"]
)
def test_api29_no_username_can_stand_for_a_word_or_an_id_in_a_path(
    api: ApiClient, name: str
) -> None:
    body = {"username": name, "email": "kim@example.org", "password": PASSWORD}
    answer = api.send("/api/auth/register", body)
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "username")


def test_t5_no_sign_in_route_lets_a_column_be_set(ann: User, api: ApiClient) -> None:
    columns = [field.name for field in User._meta.concrete_fields]
    known = {"username", "email", "password", "display_name", "first_name", "last_name"}
    known |= {"industry", "location", "headline"}
    body = {"username": "kim", "email": "kim@example.org", "password": PASSWORD}
    for name in [*(c for c in columns if c not in known), "is_staff", "is_superuser", "user_id"]:
        answer = api.send("/api/auth/register", {**body, name: "1"})
        assert (answer.status_code, code_of(answer)) == (400, "unknown_field"), name
        assert answer.json()["errors"][0]["attr"] == name
