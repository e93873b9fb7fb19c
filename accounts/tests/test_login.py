from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.actions.profiles import edit_profile
from accounts.models import Session, User
from accounts.passwords import is_password_of
from accounts.sections import ACCOUNT_SECTIONS
from accounts.testing import PASSWORD, UserFactory
from accounts.tests.browser import Browser, with_cookie
from accounts.tests.mailbox import Mailbox
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

LOGIN = "/api/auth/login"
PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
ARGON2 = "django.contrib.auth.hashers.Argon2PasswordHasher"
QUICK = "socialsite.lib.testing.hashers.QuickBCryptSHA256"


@pytest.mark.parametrize("name", ["ann", "ANN", "Ann@Example.ORG", " ann "])
@pytest.mark.parametrize("field", ["username", "email", "identifier"])
def test_m20_g11_either_identifier_signs_in_whatever_its_case(
    ann: User, api: ApiClient, name: str, field: str
) -> None:
    answer = api.send(LOGIN, {field: name, "password": PASSWORD})
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == str(ann.pk)
    assert api.read("/api/auth/user").json()["id"] == str(ann.pk)


def test_m20_login_answers_tokens_and_a_cookie_that_scripts_cannot_read(
    ann: User, browser: Browser
) -> None:
    answer = browser.sign_in()
    body, cookie = answer.json(), answer.cookies["session"]
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 900)
    assert body["refresh_token"] != body["access_token"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["domain"] == ""
    assert cookie["max-age"] == 90 * 86400
    assert "no-store" in answer.headers["Cache-Control"]


def test_m20_a_wrong_password_is_401_and_sets_nothing(ann: User, browser: Browser) -> None:
    answer = browser.sign_in(password="wrong password")
    assert (answer.status_code, code_of(answer)) == (401, "invalid_credentials")
    assert not answer.cookies
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"password": PASSWORD},
        {"username": "ann"},
        {"username": "ann", "email": "ann@example.org", "password": PASSWORD},
        {"username": ["ann"], "password": PASSWORD},
        {"username": "ann", "password": {"$ne": ""}},
        {"username": "ann", "password": PASSWORD, "remember": True},
        {"username": "a" * 255, "password": PASSWORD},
        {"username": "ann", "password": 5},
        [],
        "ann",
    ],
)
def test_m20_a_login_body_of_another_shape_is_400(ann: User, api: ApiClient, body: Any) -> None:
    answer = api.send(LOGIN, body)
    assert answer.status_code in {400, 401}
    assert not Session.objects.exists()


def test_m12_register_login_edit_profile_logout(api: ApiClient) -> None:
    body = {"username": "kim", "email": "kim@example.org", "password": PASSWORD}
    first = api.send("/api/auth/register", body).json()
    login = api.send(LOGIN, {"username": "kim", "password": PASSWORD}).json()
    person = ApiClient(login["access_token"])
    assert person.set("/api/users/me", {"bio": "Baker"}).json()["bio"] == "Baker"
    cookie = api.cookies["session"].value
    assert person.send("/api/auth/logout").status_code == 204
    assert person.read("/api/auth/user").status_code == 401
    assert not with_cookie(cookie).is_signed_in()
    refreshed = api.send("/api/auth/token/refresh", {"refresh_token": login["refresh_token"]})
    assert (refreshed.status_code, code_of(refreshed)) == (400, "invalid_token")
    # The sign-in of the registration ended when the same browser signed in again (T12).
    assert ApiClient(first["access_token"]).read("/api/auth/user").status_code == 401


def test_n13_login_shows_the_sections_of_the_apps_above(
    ann: User, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    figures = {"connections": 1, "pending_in": 2, "pending_out": 3, "unread": 4}
    monkeypatch.setitem(ACCOUNT_SECTIONS, "network", lambda user: figures)
    answer = api.send(LOGIN, {"username": "ann", "password": PASSWORD})
    assert answer.json()["network"] == figures
    assert api.read("/api/auth/user").json()["network"] == figures


def test_t12_the_key_is_new_at_each_login_and_the_old_one_is_dead(
    ann: User, browser: Browser
) -> None:
    browser.cookies["session"] = fixed = "f" * 43
    browser.sign_in()
    first = browser.secret
    assert first != fixed
    assert not with_cookie(fixed).is_signed_in()
    browser.sign_in()
    assert browser.secret != first
    assert not with_cookie(first).is_signed_in()
    assert Session.objects.live().count() == 1


def test_t12_a_program_that_asks_for_tokens_leaves_the_browsers_sign_in_alone(
    ann: User, browser: Browser
) -> None:
    browser.sign_in()
    answer = browser.send("/api/auth/token", {"username": "ann", "password": PASSWORD})
    assert not answer.cookies
    assert browser.is_signed_in()
    assert Session.objects.live().count() == 2


def test_t13_a_sign_in_that_was_under_way_when_the_password_changed_is_refused(
    ann: User, api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_slowly(user: User | None, password: str) -> bool:
        found = is_password_of(user, password)
        User.objects.filter(pk=ann.pk).update(password=make_password("another password"))
        return found

    monkeypatch.setattr("accounts.actions.sign_in.is_password_of", check_slowly)
    answer = api.send(LOGIN, {"username": "ann", "password": PASSWORD})
    assert (answer.status_code, code_of(answer)) == (401, "invalid_credentials")
    assert not Session.objects.exists()


@pytest.mark.parametrize("kind", ["pbkdf2_sha256", "argon2"])
def test_t16_a_hash_of_another_kind_is_upgraded_at_login(
    api: ApiClient, settings: Any, kind: str
) -> None:
    settings.PASSWORD_HASHERS = [QUICK, PBKDF2, ARGON2]
    bea = UserFactory.create(username="bea")
    User.objects.filter(pk=bea.pk).update(password=make_password(PASSWORD, hasher=kind))
    assert api.send(LOGIN, {"username": "bea", "password": f"{PASSWORD}x"}).status_code == 401
    for _ in range(2):
        assert api.send(LOGIN, {"username": "bea", "password": PASSWORD}).status_code == 200
        bea.refresh_from_db()
        assert bea.password.startswith("bcrypt_sha256$")


def test_t16_an_upgrade_does_not_bring_back_a_password_changed_meanwhile(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [QUICK, PBKDF2]
    bea = UserFactory.create(username="bea")
    bea.password = make_password(PASSWORD, hasher="pbkdf2_sha256")
    User.objects.filter(pk=bea.pk).update(password="changed meanwhile")
    assert is_password_of(bea, PASSWORD)
    assert User.objects.get(pk=bea.pk).password == "changed meanwhile"


@pytest.mark.parametrize("stored", ["argon2$argon2id$v=19$m=1,t=1,p=1$x$y", "plain", "", "!"])
def test_t16_a_stored_text_no_hasher_knows_is_a_wrong_password(api: ApiClient, stored: str) -> None:
    bea = UserFactory.create(username="bea")
    User.objects.filter(pk=bea.pk).update(password=stored)
    for password in (PASSWORD, "plain", "!"):
        answer = api.send(LOGIN, {"username": "bea", "password": password})
        assert (answer.status_code, code_of(answer)) == (401, "invalid_credentials")


def test_t13_a_suspended_person_is_told_so_only_with_the_right_password(
    ann: User, api: ApiClient
) -> None:
    User.objects.filter(pk=ann.pk).update(suspended_by=1)
    right = api.send(LOGIN, {"username": "ann", "password": PASSWORD})
    wrong = api.send(LOGIN, {"username": "ann", "password": "wrong password"})
    assert (right.status_code, code_of(right)) == (403, "account_suspended")
    assert (wrong.status_code, code_of(wrong)) == (401, "invalid_credentials")
    assert not Session.objects.exists()


def test_b39_a_sign_in_from_a_new_device_is_told_by_mail_and_a_known_one_is_not(
    ann: User, browser: Browser, mailbox: Mailbox
) -> None:
    browser.sign_in(User_Agent="Firefox on Linux")
    [mail] = mailbox()
    assert "ann@example.org" in mail.to
    assert "127.0.0.1" in mail.text
    assert "Firefox on Linux" in mail.text
    browser.sign_in(User_Agent="Firefox on Windows")  # the same device cookie
    Browser().sign_in(User_Agent="Firefox on Linux")  # the same address and program
    assert len(mailbox()) == 1
    Browser().sign_in(User_Agent="curl")
    assert len(mailbox()) == 2


def test_b39_the_first_sign_in_after_registering_is_not_told(
    api: ApiClient, mailbox: Mailbox
) -> None:
    body = {"username": "kim", "email": "kim@example.org", "password": PASSWORD}
    api.send("/api/auth/register", body)
    api.send(LOGIN, {"username": "kim", "password": PASSWORD})
    assert [mail.subject for mail in mailbox()] == ["Confirm your address"]


def test_b39_a_device_cookie_that_names_address_and_program_is_no_known_device(
    ann: User, browser: Browser, mailbox: Mailbox
) -> None:
    browser.sign_in(User_Agent="Firefox")
    thief = Browser(REMOTE_ADDR="198.51.100.7")
    thief.cookies["device"] = "program 127.0.0.1 Firefox"
    thief.sign_in(User_Agent="evil")
    assert len(mailbox()) == 2


def test_b39_a_device_of_one_person_is_not_known_to_another(
    ann: User, browser: Browser, mailbox: Mailbox
) -> None:
    UserFactory.create(username="bea", password=PASSWORD)
    browser.sign_in("ann", User_Agent="one")
    browser.sign_in("bea", User_Agent="two")
    assert len(mailbox()) == 2


@pytest.mark.parametrize("address", ["fe80::1%eth0", "2001:db8::1", "", "::ffff:192.0.2.1"])
def test_m20_login_works_from_any_kind_of_address(ann: User, address: str) -> None:
    browser = Browser(REMOTE_ADDR=address)
    assert browser.sign_in().status_code == 200
    assert "%" not in (Session.objects.get().address or "")


@pytest.mark.parametrize("program", ["a\x00b", "a\r\nX: b", "\x1b[31m", "é☃", "x" * 5000])
def test_m20_any_program_can_sign_in_and_its_name_is_one_plain_line(
    ann: User, browser: Browser, mailbox: Mailbox, program: str
) -> None:
    browser.defaults["HTTP_USER_AGENT"] = program
    assert browser.sign_in().status_code == 200
    stored = Session.objects.get().user_agent
    assert len(stored) <= 200
    assert all(char.isprintable() for char in stored)
    assert stored in mailbox()[0].text


def test_m65_a_sign_in_idles_out_after_14_days_and_ends_after_90(
    ann: User, browser: Browser
) -> None:
    start = datetime.fromisoformat("2026-01-01T12:00:00+00:00")
    with time_machine.travel(start, tick=False) as clock:
        browser.sign_in()
        idle = with_cookie(browser.secret)
        browser.sign_in()
        for _ in range(9):
            clock.shift(timedelta(days=9, hours=23))
            assert browser.is_signed_in()
        assert not idle.is_signed_in()
        clock.shift(timedelta(days=1))
        assert not browser.is_signed_in()


def test_y95_what_is_edited_by_a_stale_person_leaves_the_password_alone(ann: User) -> None:
    User.objects.filter(pk=ann.pk).update(password="new")
    edit_profile(actor=ann, user=ann, changes={"bio": "x"}, check=lambda version: None)
    ann.refresh_from_db()
    assert (ann.password, ann.updated_at <= timezone.now()) == ("new", True)
