from typing import Any

import pytest

from accounts.models import User
from accounts.testing import client_of
from accounts.tests.browser import Browser
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db

APP = "https://app.example"
ALLOW = "access-control-allow-"


@pytest.fixture(autouse=True)
def listed(settings: Any) -> None:
    settings.CORS_ALLOWED_ORIGINS = [APP]
    settings.CSRF_TRUSTED_ORIGINS = [APP]


def preflight(origin: str, path: str = "/api/settings", method: str = "PUT") -> Any:
    names = "content-type, x-csrftoken, idempotency-key, if-match, authorization"
    return ApiClient().call(
        "OPTIONS", path, Origin=origin,
        Access_Control_Request_Method=method, Access_Control_Request_Headers=names,
    )  # fmt: skip


def allowed(answer: Any) -> dict[str, str]:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return {k: v for k, v in headers.items() if k.startswith("access-control-")}


def names(header: str) -> set[str]:
    return {name.strip().lower() for name in header.split(",")}


def test_m5_y94_a_preflight_from_a_listed_origin_gets_that_origin_and_credentials() -> None:
    headers = allowed(preflight(APP))
    assert headers[f"{ALLOW}origin"] == APP
    assert headers[f"{ALLOW}credentials"] == "true"
    assert {"put", "delete", "post", "get", "patch"} <= names(headers[f"{ALLOW}methods"])
    assert {"idempotency-key", "if-match", "if-none-match", "x-csrftoken", "content-type"} <= names(
        headers[f"{ALLOW}headers"]
    )


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "https://evil-app.example",
        "http://app.example",
        "https://app.example:8443",
        "https://app.example.",
        "https://APP.example@evil.example",
        "null",
        "",
        "*",
    ],
)
def test_m5_y94_any_other_origin_gets_neither(ann: User, origin: str) -> None:
    assert allowed(preflight(origin)) == {}
    assert allowed(client_of(ann).read("/api/auth/user", Origin=origin)) == {}


def test_m5_an_answer_exposes_what_programs_need(ann: User) -> None:
    answer = client_of(ann).read("/api/auth/user", Origin=APP)
    assert answer.headers[f"{ALLOW}origin"] == APP
    assert answer.headers[f"{ALLOW}credentials"] == "true"
    assert "origin" in answer.headers["Vary"].lower()
    exposed = names(answer.headers["Access-Control-Expose-Headers"])
    assert {"link", "etag", "retry-after", "x-request-id", "location"} <= exposed
    assert {f"x-ratelimit-{name}" for name in ("limit", "remaining", "reset")} <= exposed


def test_m5_a_refusal_can_be_read_by_the_frontend_too() -> None:
    answer = ApiClient().read("/api/auth/user", Origin=APP)
    assert (answer.status_code, answer.headers[f"{ALLOW}origin"]) == (401, APP)


def test_api33_no_wildcard_ever_stands_beside_credentials(settings: Any) -> None:
    assert getattr(settings, "CORS_ALLOW_ALL_ORIGINS", False) is False
    assert getattr(settings, "CORS_ALLOWED_ORIGIN_REGEXES", []) == []
    for origin in (APP, "https://evil.example"):
        assert "*" not in allowed(preflight(origin)).values()


def test_m5_a_browser_of_the_frontend_signs_in_and_acts_by_cookie(ann: User) -> None:
    browser = Browser()
    assert browser.sign_in(Origin=APP).status_code == 200
    token = browser.read("/api/auth/csrf", Origin=APP).json()["csrf_token"]
    answer = browser.set("/api/settings", {"language": "nb"}, Origin=APP, X_CSRFToken=token)
    assert answer.status_code == 200
    assert answer.headers[f"{ALLOW}credentials"] == "true"


def test_m5_only_the_api_speaks_cors() -> None:
    assert allowed(preflight(APP, "/admin/login/", "POST")) == {}
