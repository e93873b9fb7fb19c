from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import RefreshToken, Session, User
from accounts.tasks import purge_credentials
from accounts.testing import UserFactory, client_of, token_client_of
from accounts.tests.browser import Browser, with_cookie
from socialsite.lib.ids import Kind, mint
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

SESSIONS = "/api/auth/sessions"


def rows(browser: Browser) -> list[dict[str, Any]]:
    return list(browser.read(SESSIONS).json()["results"])


def test_m65_b39_the_list_shows_ones_own_sign_ins_newest_first(ann: User, browser: Browser) -> None:
    client_of(UserFactory.create())
    Browser(REMOTE_ADDR="198.51.100.7").sign_in(User_Agent="phone")
    browser.sign_in(User_Agent="Firefox")
    listed = rows(browser)
    assert [row["user_agent"] for row in listed] == ["Firefox", "phone"]
    assert [row["is_current"] for row in listed] == [True, False]
    assert listed[1]["address"] == "198.51.100.7"
    assert set(listed[0]) == {
        "id", "address", "user_agent", "created_at", "last_used_at", "is_current",
    }  # fmt: skip


def test_m65_revoking_one_kills_its_cookie_and_tokens(ann: User, browser: Browser) -> None:
    browser.sign_in()
    other = Browser()
    tokens = other.sign_in().json()
    [doomed] = [row["id"] for row in rows(browser) if not row["is_current"]]
    assert browser.push(f"{SESSIONS}/{doomed}", method="DELETE").status_code == 204
    assert not other.is_signed_in()
    assert ApiClient(tokens["access_token"]).read("/api/auth/user").status_code == 401
    answer = other.send("/api/auth/token/refresh", {"refresh_token": tokens["refresh_token"]})
    assert code_of(answer) == "invalid_token"
    assert [row["is_current"] for row in rows(browser)] == [True]


def test_m65_revoking_all_keeps_the_sign_in_that_asks(ann: User, browser: Browser) -> None:
    browser.sign_in()
    others = [client_of(ann) for _ in range(3)]
    assert browser.push(SESSIONS, method="DELETE").status_code == 204
    assert [other.read("/api/auth/user").status_code for other in others] == [401] * 3
    assert browser.is_signed_in()


def test_t1_the_sign_in_of_another_person_is_404_and_stays(ann: User) -> None:
    bea = UserFactory.create()
    person = client_of(bea)
    victim = Session.objects.get(user=bea)
    thief = client_of(ann)
    missing = thief.drop(f"{SESSIONS}/{mint(Kind.SESSION)}")
    answer = thief.drop(f"{SESSIONS}/{victim.pk}")
    assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert answer.json()["errors"] == missing.json()["errors"]
    assert person.read("/api/auth/user").status_code == 200


def test_m65_one_that_has_ended_is_404(ann: User, browser: Browser) -> None:
    browser.sign_in()
    client_of(ann)
    [doomed] = [row["id"] for row in rows(browser) if not row["is_current"]]
    statuses = [browser.push(f"{SESSIONS}/{doomed}", method="DELETE").status_code for _ in "12"]
    assert statuses == [204, 404]


def test_m65_the_key_changes_with_the_password(ann: User, browser: Browser) -> None:
    browser.sign_in()
    old = browser.secret
    body = {"password": "correct horse battery", "new_password": "another horse battery"}
    answer = browser.push("/api/auth/password/change", body)
    assert answer.status_code == 200
    assert browser.secret != old
    assert browser.is_signed_in()
    assert not with_cookie(old).is_signed_in()


def test_m65_last_used_is_kept_to_five_minutes(ann: User, browser: Browser) -> None:
    browser.sign_in()
    long_ago = timezone.now() - timedelta(minutes=6)
    Session.objects.update(last_used_at=long_ago)
    browser.is_signed_in()
    used = Session.objects.get().last_used_at
    assert used > long_ago
    browser.is_signed_in()
    assert Session.objects.get().last_used_at == used


def test_m65_anonymous_is_401_and_a_token_needs_its_scope(ann: User, api: ApiClient) -> None:
    assert api.read(SESSIONS).status_code == 401
    assert api.drop(SESSIONS).status_code == 401
    answer = token_client_of(ann, "read").drop(SESSIONS)
    assert (answer.status_code, code_of(answer)) == (403, "insufficient_scope")


def test_m65_the_purge_takes_what_ended_a_month_ago_and_nothing_that_lives(ann: User) -> None:
    client_of(ann)
    keep = Session.objects.get()
    old = timezone.now() - timedelta(days=31)
    for name, moment in (("ended_at", old), ("last_used_at", old - Session.IDLE)):
        session = Session.objects.create(user=ann, key_hash=name, **{name: moment})
        RefreshToken.objects.create(session=session, token_hash=name)
    purge_credentials()
    assert list(Session.objects.all()) == [keep]
    assert RefreshToken.objects.count() == 1
