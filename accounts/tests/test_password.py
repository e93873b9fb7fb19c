from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from accounts.actions.passwords import change_password
from accounts.actions.sessions import Origin
from accounts.limits import RESETS_BY_MAIL, TOKEN_CHECKS
from accounts.models import User
from accounts.secrets import EMAIL_CHECK, FACTOR_DUE, PASSWORD_RESET
from accounts.testing import PASSWORD, UserFactory, client_of, token_client_of
from accounts.tests.browser import Browser, with_cookie
from accounts.tests.mailbox import Mailbox
from socialsite.lib.errors import Forbidden
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.testing.hashers import QuickBCryptSHA256

pytestmark = pytest.mark.django_db

CHANGE, FORGOT, RESET = (f"/api/auth/password/{name}" for name in ("change", "forgot", "reset"))
NEW = "another horse battery"


def ask(api: ApiClient, mailbox: Mailbox, email: str = "ann@example.org") -> str:
    """Have a reset mail sent, and return its token."""
    assert api.send(FORGOT, {"email": email}).status_code == 202
    return mailbox()[-1].token


def use(token: str, password: str = NEW) -> Any:
    return ApiClient().send(RESET, {"token": token, "password": password})


def test_y117_a_reset_mail_sets_a_new_password(ann: User, api: ApiClient, mailbox: Mailbox) -> None:
    token = ask(api, mailbox, "Ann@Example.org ")
    assert "ann@example.org" in mailbox()[0].to
    assert use(token).status_code == 204
    assert Browser().sign_in(password=PASSWORD).status_code == 401
    assert Browser().sign_in(password=NEW).status_code == 200
    assert "Your password was changed" in [mail.subject for mail in mailbox()]


def test_y117_the_token_works_once(ann: User, api: ApiClient, mailbox: Mailbox) -> None:
    token = ask(api, mailbox)
    assert use(token).status_code == 204
    answer = use(token, "a third horse battery")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_token")
    assert Browser().sign_in(password=NEW).status_code == 200


def test_y117_the_token_lives_for_an_hour(ann: User, api: ApiClient, mailbox: Mailbox) -> None:
    token = ask(api, mailbox)
    with time_machine.travel(timezone.now() + timedelta(minutes=60, seconds=2)):
        assert code_of(use(token)) == "invalid_token"
    with time_machine.travel(timezone.now() + timedelta(minutes=59)):
        assert use(token).status_code == 204


@pytest.mark.parametrize(
    "change",
    [{"password": "changed"}, {"email": "new@example.org"}, {"deleted_at": "2026-01-01T00:00Z"}],
)
def test_y117_the_token_dies_when_password_or_mail_change(
    ann: User, api: ApiClient, mailbox: Mailbox, change: dict[str, Any]
) -> None:
    token = ask(api, mailbox)
    User.objects.filter(pk=ann.pk).update(**change)
    assert code_of(use(token)) == "invalid_token"


def test_y117_all_tokens_die_when_one_is_used(ann: User, api: ApiClient, mailbox: Mailbox) -> None:
    first, second = ask(api, mailbox), ask(api, mailbox)
    assert use(second).status_code == 204
    assert code_of(use(first)) == "invalid_token"


def test_y117_tokens_for_something_else_set_no_password(ann: User) -> None:
    made = PASSWORD_RESET.make(ann)
    others = [EMAIL_CHECK.make(ann), FACTOR_DUE.make(ann), made[:-1], made + "x", "", "a:b:c", "é"]
    assert {use(token).status_code for token in others} == {400}
    bea = UserFactory.create(password=PASSWORD)
    mixed = PASSWORD_RESET.make(bea).split(":")[0] + ":" + made.split(":", 1)[1]
    assert code_of(use(mixed)) == "invalid_token"
    assert Browser().sign_in(password=PASSWORD).status_code == 200


def test_y117_a_weak_new_password_is_400_and_does_not_use_the_token_up(
    ann: User, api: ApiClient, mailbox: Mailbox
) -> None:
    token = ask(api, mailbox)
    answer = use(token, "password")
    assert (answer.status_code, code_of(answer)) == (400, "weak_password")
    assert use(token).status_code == 204


def test_t13_a_reset_ends_sign_ins_and_tokens_and_signs_nobody_in(
    ann: User, browser: Browser, mailbox: Mailbox
) -> None:
    body = browser.sign_in().json()
    programs = [ApiClient(body["access_token"]), token_client_of(ann, "read"), browser]
    answer = use(ask(ApiClient(), mailbox))
    assert not answer.cookies
    assert not answer.content
    assert [program.read("/api/auth/user").status_code for program in programs] == [401] * 3


def test_y117_mails_to_one_address_are_limited_however_it_is_spelt(
    ann: User, mailbox: Mailbox
) -> None:
    spellings = [
        "ann@example.org",
        "ANN@example.org",
        " ann@example.org",
        "\tann@example.org ",
        "ann@ｅxample.org",
    ]
    answers = [
        ApiClient(REMOTE_ADDR=f"198.51.100.{n}").send(FORGOT, {"email": spellings[n % 5]})
        for n in range(10)
    ]
    assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 5
    assert int(answers[-1].headers["Retry-After"]) <= RESETS_BY_MAIL.window_s
    assert len(mailbox()) == RESETS_BY_MAIL.limit


def test_t10_guesses_at_reset_tokens_are_limited(ann: User) -> None:
    answers = [use("x:y:z").status_code for _ in range(TOKEN_CHECKS.limit + 1)]
    assert answers == [400] * TOKEN_CHECKS.limit + [429]


def test_t12_t13_a_change_ends_everything_else_and_goes_on_with_new_keys(
    ann: User, browser: Browser
) -> None:
    old = browser.sign_in().json()
    secret = browser.secret
    others = [ApiClient(old["access_token"]), client_of(ann), token_client_of(ann, "read")]
    answer = browser.push(CHANGE, {"password": PASSWORD, "new_password": NEW})
    assert answer.status_code == 200
    assert [other.read("/api/auth/user").status_code for other in others] == [401] * 3
    assert not with_cookie(secret).is_signed_in()
    refresh = browser.send("/api/auth/token/refresh", {"refresh_token": old["refresh_token"]})
    assert code_of(refresh) == "invalid_token"
    assert browser.is_signed_in()
    assert ApiClient(answer.json()["access_token"]).read("/api/auth/user").status_code == 200


def test_y104_a_change_is_told_by_mail_and_only_the_new_password_works(
    ann: User, mailbox: Mailbox
) -> None:
    client_of(ann).send(CHANGE, {"password": PASSWORD, "new_password": NEW})
    assert [mail.subject for mail in mailbox()] == ["Your password was changed"]
    ann.refresh_from_db()
    assert ann.password.startswith("bcrypt_sha256$")
    assert check_password(NEW, ann.password)
    assert not check_password(PASSWORD, ann.password)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"password": "wrong password", "new_password": NEW}, 403, "wrong_password"),
        ({"password": PASSWORD, "new_password": "password1"}, 400, "weak_password"),
        ({"password": PASSWORD, "new_password": "ann@example.org"}, 400, "weak_password"),
        ({"password": PASSWORD}, 400, "required"),
        ({"new_password": NEW}, 400, "required"),
    ],
)
def test_m65_a_refused_change_changes_nothing(
    ann: User, body: dict[str, str], status: int, code: str
) -> None:
    person = client_of(ann)
    answer = person.send(CHANGE, body)
    assert (answer.status_code, code_of(answer)) == (status, code)
    assert person.read("/api/auth/user").status_code == 200
    assert check_password(PASSWORD, User.objects.get(pk=ann.pk).password)


def test_m65_a_personal_token_cannot_change_the_password(ann: User) -> None:
    body = {"password": PASSWORD, "new_password": NEW}
    answer = token_client_of(ann, "read", "write").send(CHANGE, body)
    assert (answer.status_code, code_of(answer)) == (403, "permission_denied")


def test_t13_of_two_changes_by_one_old_password_the_second_fails(ann: User) -> None:
    first, second = User.objects.get(pk=ann.pk), User.objects.get(pk=ann.pk)
    origin = Origin("192.0.2.1")
    change_password(actor=first, password=PASSWORD, new_password=NEW, origin=origin)
    with pytest.raises(Forbidden):
        change_password(actor=second, password=PASSWORD, new_password="thief's own", origin=origin)
    assert check_password(NEW, User.objects.get(pk=ann.pk).password)


@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=72, max_size=200), st.data()
)
@bounds(max_examples=25, deadline=None)
def test_t16_every_character_of_a_long_password_counts(password: str, data: st.DataObject) -> None:
    stored = make_password(password, hasher=QuickBCryptSHA256())
    place = data.draw(st.integers(0, len(password) - 1))
    changed = password[:place] + ("x" if password[place] != "x" else "y") + password[place + 1 :]
    assert check_password(password, stored)
    for wrong in (changed, password[:72], password[:-1], password + "x"):
        assert wrong == password or not check_password(wrong, stored)


@pytest.mark.parametrize("length", [64, 72, 73, 128, 1024])
def test_t16_a_long_password_is_taken_whole_over_the_api(api: ApiClient, length: int) -> None:
    password = ("Zg7 ☃" * length)[: length - 1]
    body = {"username": "kim", "email": "kim@example.org", "password": password + "1"}
    assert api.send("/api/auth/register", body).status_code == 201
    assert Browser().sign_in("kim", password + "2").status_code == 401
    assert Browser().sign_in("kim", password).status_code == 401
    assert Browser().sign_in("kim", password + "1").status_code == 200


def test_t16_spaces_around_a_password_count(ann: User) -> None:
    for wrong in (f" {PASSWORD}", f"{PASSWORD} ", PASSWORD.upper()):
        assert Browser().sign_in(password=wrong).status_code == 401


@pytest.mark.parametrize("path", ["login", "register", "token", "confirm"])
@pytest.mark.parametrize("length", [1025, 4097, 900_000, 1_100_000])
def test_t17_a_huge_password_is_refused_before_any_hashing(
    ann: User, hashings: list[str], path: str, length: int
) -> None:
    body = {"username": "kim", "email": "kim@example.org", "password": "x" * length}
    keep = {"login": 2, "token": 2, "register": 3, "confirm": 1}[path]
    names = ["password", "username", "email"][:keep]
    answer = client_of(ann).send(f"/api/auth/{path}", {name: body[name] for name in names})
    assert answer.status_code in {400, 413}
    assert hashings == []
