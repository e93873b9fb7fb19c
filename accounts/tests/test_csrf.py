from typing import Any

import pytest

from accounts.models import User
from accounts.testing import PASSWORD, client_of
from accounts.tests.browser import Browser, with_cookie
from accounts.tests.routes import ONE_CLICK, Route, guarded_routes, unsafe_routes
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1000.0


OPEN = ["register", "login", "token", "token/refresh", "token/revoke", "mfa/verify"]
MAILED = ["password/forgot", "password/reset", "verify-email"]
FORMS = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
    "application/csp-report",
    "text/plain; application/json",
    "",
]

JOIN = "/api/join"
"""Known by its cookie or by none at all: as for signing in, the origin is checked alone"""


def test_t14_csrf_gives_the_cookie_and_a_token_that_fits_it(ann: User, browser: Browser) -> None:
    answer = browser.read("/api/auth/csrf")
    assert answer.cookies["csrftoken"]["samesite"] == "Lax"
    browser.sign_in()
    assert browser.push("/api/auth/logout").status_code == 204


def test_t14_csrf_keeps_the_cookie_a_browser_has(browser: Browser) -> None:
    first = browser.read("/api/auth/csrf").cookies["csrftoken"].value
    assert browser.read("/api/auth/csrf").cookies["csrftoken"].value == first


def test_t14_every_unsafe_operation_refuses_a_cookie_without_the_token(
    ann: User, browser: Browser
) -> None:
    browser.sign_in()
    browser.read("/api/auth/csrf")
    routes = [route for route in guarded_routes() if route.path.rstrip("/") != JOIN]
    assert len(routes) >= 40
    passed = [str(r) for r in routes if _refusal(browser, r) != (403, "csrf_failed")]
    assert passed == []


def _refusal(browser: Browser, route: Route, **headers: str) -> tuple[int, str]:
    answer = browser.call(route.method.upper(), route.path, {}, **headers)
    return answer.status_code, code_of(answer) if answer.content else ""


def test_t14_every_unsafe_operation_refuses_a_foreign_origin_even_with_the_token(
    ann: User, browser: Browser
) -> None:
    browser.sign_in()
    token = browser.read("/api/auth/csrf").json()["csrf_token"]
    headers = {"Origin": "https://evil.example", "X_CSRFToken": token}
    routes = guarded_routes()
    passed = [str(r) for r in routes if _refusal(browser, r, **headers) != (403, "csrf_failed")]
    assert passed == []


def test_t14_every_route_without_a_csrf_token_is_known_and_refuses_a_foreign_origin(
    browser: Browser,
) -> None:
    open_routes = [route for route in unsafe_routes() if not route.takes_credentials]
    known = {f"/api/auth/{name}" for name in [*OPEN, *MAILED]}
    assert {route.path.rstrip("/") for route in open_routes} == known | {ONE_CLICK}
    headers = {"Origin": "https://evil.example"}
    passed = [
        str(r)
        for r in open_routes
        if _refusal(browser, r, **headers) != (403, "csrf_failed") and ONE_CLICK not in r.path
    ]
    assert passed == []


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "http://localhost",
        "http://testserver.evil.example",
        "http://evil-testserver",
        "http://testserver:81",
        "https://testserver",
        "http://testserver@evil.example",
        "",
    ],
)
@pytest.mark.parametrize("name", ["login", "register", "token"])
def test_t14_sign_in_refuses_origins_that_only_look_like_ours(
    ann: User, browser: Browser, name: str, origin: str
) -> None:
    body = {"username": "ann", "password": PASSWORD, "email": "e@example.org"}
    answer = browser.send(f"/api/auth/{name}", body, Origin=origin)
    assert (answer.status_code, code_of(answer)) == (403, "csrf_failed")
    assert not answer.cookies


def test_t14_sign_in_takes_our_own_the_frontends_and_listed_origins(
    ann: User, browser: Browser, settings: Any
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    for origin in ("http://testserver", settings.FRONTEND_URL, "https://app.example"):
        assert browser.sign_in(Origin=origin).status_code == 200


def test_t14_sign_in_refuses_what_a_browser_calls_cross_site(ann: User, browser: Browser) -> None:
    answer = browser.sign_in(Sec_Fetch_Site="cross-site")
    assert (answer.status_code, code_of(answer)) == (403, "csrf_failed")


@pytest.mark.parametrize("kind", FORMS)
def test_t14_no_operation_takes_what_a_form_can_send(ann: User, kind: str) -> None:
    person = client_of(ann)
    body = '{"username": "ann", "password": "x"}'
    for route in (route for route in unsafe_routes() if ONE_CLICK not in route.path):
        answer = person.generic(route.method.upper(), route.path, body, content_type=kind)
        assert answer.status_code in {403, 404, 415}, str(route)


@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("name", ["login", "register", "token"])
def test_t14_sign_in_answers_415_to_a_form(api: ApiClient, kind: str, name: str) -> None:
    answer = api.generic("POST", f"/api/auth/{name}", '{"a": "b"}', content_type=kind)
    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_t14_a_form_with_the_right_token_is_415_and_no_failure(
    ann: User, browser: Browser, method: str
) -> None:
    browser.sign_in()
    token = browser.read("/api/auth/csrf").json()["csrf_token"]
    path = {"POST": "/api/auth/confirm", "PUT": "/api/settings", "DELETE": "/api/auth/sessions"}
    answer = browser.generic(
        method, path[method], "--x--", content_type=FORMS[1], headers={"X-CSRFToken": token}
    )
    assert (answer.status_code, code_of(answer)) == (415, "unsupported_media_type")


def test_t14_a_token_in_a_form_field_does_not_count(ann: User, browser: Browser) -> None:
    browser.sign_in()
    token = browser.read("/api/auth/csrf").json()["csrf_token"]
    answer = browser.post("/api/auth/logout", {"csrfmiddlewaretoken": token})
    assert (answer.status_code, code_of(answer)) == (403, "csrf_failed")
    assert browser.is_signed_in()


def test_t14_the_token_of_another_browser_does_not_fit(ann: User, browser: Browser) -> None:
    browser.sign_in()
    browser.read("/api/auth/csrf")
    other = Browser().read("/api/auth/csrf").json()["csrf_token"]
    answer = browser.send("/api/auth/logout", X_CSRFToken=other)
    assert (answer.status_code, code_of(answer)) == (403, "csrf_failed")


def test_t14_a_bearer_token_needs_no_csrf_token_and_the_cookie_beside_it_does_not_count(
    ann: User, browser: Browser
) -> None:
    browser.sign_in()
    secret = browser.secret
    assert browser.send("/api/auth/logout", Authorization="Bearer x").status_code == 401
    bearer = {"Authorization": f"Bearer {client_of(ann).token}"}
    assert browser.send("/api/auth/logout", **bearer).status_code == 204
    assert with_cookie(secret).is_signed_in()


def test_t14_a_safe_call_by_cookie_from_a_foreign_page_cannot_be_read(
    ann: User, browser: Browser
) -> None:
    browser.sign_in()
    answer = browser.read("/api/auth/user", Origin="https://evil.example")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
