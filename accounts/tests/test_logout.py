import pytest
from django.conf import settings

from accounts.events import SessionEnded
from accounts.models import Session, User
from accounts.testing import PASSWORD, token_client_of
from accounts.tests.browser import Browser, with_cookie
from socialsite.lib import effects
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

LOGOUT = "/api/auth/logout"


def test_m21_g12_the_cookie_and_all_tokens_are_dead_after_a_logout_by_cookie(
    ann: User, browser: Browser
) -> None:
    body = browser.sign_in().json()
    secret = browser.secret
    answer = browser.push(LOGOUT)
    assert answer.status_code == 204
    assert answer.cookies[settings.API_SESSION_COOKIE]["max-age"] == 0
    _expect_dead(secret, body["access_token"], body["refresh_token"])


def test_m21_t13_the_cookie_and_all_tokens_are_dead_after_a_logout_by_bearer(
    ann: User, browser: Browser
) -> None:
    body = browser.sign_in().json()
    assert ApiClient(body["access_token"]).send(LOGOUT).status_code == 204
    _expect_dead(browser.secret, body["access_token"], body["refresh_token"])


def _expect_dead(secret: str, access: str, refresh: str) -> None:
    assert not with_cookie(secret).is_signed_in()
    assert ApiClient(access).read("/api/auth/user").status_code == 401
    answer = ApiClient().send("/api/auth/token/refresh", {"refresh_token": refresh})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_token")


def test_n14_last_active_is_the_time_of_the_logout(ann: User, browser: Browser) -> None:
    browser.sign_in()
    browser.push(LOGOUT)
    ann.refresh_from_db()
    assert ann.last_active_at == Session.objects.get().ended_at is not None


def test_m21_only_this_sign_in_ends(ann: User, browser: Browser) -> None:
    browser.sign_in()
    other = Browser()
    other.sign_in()
    browser.push(LOGOUT)
    assert other.is_signed_in()


def test_m21_a_logout_tells_the_apps_above_once(
    ann: User, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[SessionEnded] = []

    def hear(effect: SessionEnded) -> None:
        heard.append(effect)

    monkeypatch.setattr(effects, "_handlers", {SessionEnded: [hear]})
    access = browser.sign_in().json()["access_token"]
    for _ in range(2):
        ApiClient(access).send(LOGOUT)
    session = Session.objects.get()
    assert heard == [SessionEnded(actor_id=ann.pk, session_id=session.pk)]


def test_m21_without_a_sign_in_it_is_401_and_a_personal_token_is_403(
    ann: User, api: ApiClient
) -> None:
    assert api.send(LOGOUT).status_code == 401
    answer = token_client_of(ann, "read", "write").send(LOGOUT)
    assert (answer.status_code, code_of(answer)) == (403, "permission_denied")


def test_y95_revoking_a_refresh_token_ends_its_sign_in_and_an_unknown_one_is_no_error(
    ann: User, browser: Browser
) -> None:
    body = browser.sign_in().json()
    revoke = "/api/auth/token/revoke"
    assert browser.send(revoke, {"refresh_token": "rt_nobody"}).status_code == 204
    for _ in range(2):
        answer = browser.send(revoke, {"refresh_token": body["refresh_token"]})
        assert answer.status_code == 204
    _expect_dead(browser.secret, body["access_token"], body["refresh_token"])


def test_t13_a_suspension_refuses_every_credential_at_once(ann: User, browser: Browser) -> None:
    body = browser.sign_in().json()
    clients = [ApiClient(body["access_token"]), token_client_of(ann, "read")]
    User.objects.filter(pk=ann.pk).update(suspended_by=1)
    for client in clients:
        answer = client.read("/api/auth/user")
        assert (answer.status_code, code_of(answer)) == (401, "account_suspended")
    assert not browser.is_signed_in()
    refresh = ApiClient().send("/api/auth/token/refresh", {"refresh_token": body["refresh_token"]})
    assert (refresh.status_code, code_of(refresh)) == (401, "account_suspended")


def test_t13_a_deleted_person_is_refused_by_every_credential(ann: User, browser: Browser) -> None:
    body = browser.sign_in().json()
    clients = [ApiClient(body["access_token"]), token_client_of(ann, "read"), browser]
    User.objects.filter(pk=ann.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert [client.read("/api/auth/user").status_code for client in clients] == [401] * 3
    assert browser.sign_in(password=PASSWORD).status_code == 401
