from typing import Any

import pytest
from django.db import transaction

from accounts.events import Registered
from accounts.industries import INDUSTRIES
from accounts.limits import SIGN_UPS
from accounts.models import Session, User
from accounts.testing import PASSWORD, UserFactory
from accounts.tests.mailbox import Mailbox
from socialsite.lib import effects
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

REGISTER = "/api/auth/register"
BODY = {"username": "Newcomer", "email": "New@Example.org", "password": PASSWORD}
PERSONAL = {
    "first_name": "New",
    "last_name": "Comer",
    "industry": INDUSTRIES[0],
    "location": "Bergen",
    "headline": "Baker",
}


def test_m19_register_answers_user_session_and_tokens(api: ApiClient) -> None:
    answer = api.send(REGISTER, {**BODY, "display_name": "New Comer"})
    assert answer.status_code == 201
    body = answer.json()
    assert body["user"]["username"] == "newcomer"
    assert body["user"]["display_name"] == "New Comer"
    assert body["token_type"] == "Bearer"
    assert answer.headers["Location"] == f"/api/users/{body['user']['id']}"
    assert answer.cookies["session"]["httponly"]
    assert ApiClient(body["access_token"]).read("/api/auth/user").status_code == 200


def test_m19_the_answer_holds_no_password(api: ApiClient) -> None:
    text = api.send(REGISTER, BODY).content.decode()
    assert PASSWORD not in text
    assert User.objects.get().password not in text


def test_m19_a_duplicate_name_or_mail_is_a_conflict_whatever_its_case(api: ApiClient) -> None:
    api.send(REGISTER, BODY)
    again = api.send(REGISTER, {**BODY, "email": "other@example.org"})
    mail = api.send(REGISTER, {**BODY, "username": "other"})
    assert (again.status_code, code_of(again)) == (409, "username_taken")
    assert (mail.status_code, code_of(mail)) == (409, "email_taken")
    assert User.objects.count() == 1


def test_m19_a_name_taken_between_look_and_insert_is_a_conflict(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "accounts.actions.registration.hash_password",
        lambda *_: UserFactory.create(username="newcomer") and "x",
    )
    answer = api.send(REGISTER, BODY)
    assert (answer.status_code, code_of(answer)) == (409, "username_taken")


def test_m19_y104_the_database_holds_a_bcrypt_hash_only(api: ApiClient) -> None:
    api.send(REGISTER, BODY)
    stored = User.objects.get(username="newcomer").password
    assert stored.startswith("bcrypt_sha256$")
    assert PASSWORD not in stored


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"password": "short1x"}, "weak_password"),
        ({"password": "password123"}, "weak_password"),
        ({"password": "SocialSite2026!"}, "weak_password"),
        ({"password": "localhost1"}, "weak_password"),
        ({"password": "newcomer1"}, "weak_password"),
        ({"password": ""}, "blank"),
        ({"password": None}, "null"),
        ({"password": "x" * 1025}, "max_length"),
        ({"username": "ab"}, "invalid_username"),
        ({"username": "me!"}, "invalid_username"),
        ({"username": "admin"}, "reserved_username"),
        ({"username": "12345"}, "invalid_username"),
        ({"email": "nowhere"}, "invalid"),
        ({"email": "a@b.org\nbcc: x@y.org"}, "invalid"),
        ({"industry": "Alchemy"}, "invalid_choice"),
        ({"role": "admin"}, "unknown_field"),
        ({"is_verified": True}, "unknown_field"),
    ],
)
def test_m19_m8_what_is_wrong_is_400_with_the_field(
    api: ApiClient, change: dict[str, Any], code: str
) -> None:
    answer = api.send(REGISTER, {**BODY, **change})
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert answer.json()["errors"][0]["attr"] == next(iter(change))
    assert not User.objects.exists()


def test_g10_register_works_with_three_fields_alone(api: ApiClient) -> None:
    answer = api.send(REGISTER, BODY)
    assert answer.status_code == 201
    assert answer.json()["user"]["display_name"] == "newcomer"


def test_n12_register_keeps_the_personal_fields_and_names_the_person(api: ApiClient) -> None:
    answer = api.send(REGISTER, {**BODY, **PERSONAL})
    assert answer.status_code == 201
    user = User.objects.get(username="newcomer")
    assert {name: getattr(user, name) for name in PERSONAL} == PERSONAL
    assert user.display_name == "New Comer"


def test_n12_what_follows_from_a_registration_commits_with_it_or_not_at_all(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(effect: Registered) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(effects, "_handlers", {Registered: [fail]})
    api.raise_request_exception = False
    with transaction.atomic():
        assert api.send(REGISTER, BODY).status_code == 500
    assert not User.objects.exists()


def test_g10_emails_differing_in_case_or_script_of_the_domain_are_one(api: ApiClient) -> None:
    first = api.send(REGISTER, {**BODY, "email": "a@bücher.example"})
    assert first.json()["user"]["email"] == "a@xn--bcher-kva.example"
    for email in ("A@BÜCHER.example", "a@xn--bcher-kva.example", "a@ｂücher.example"):
        again = api.send(REGISTER, {**BODY, "username": "other", "email": email})
        assert (again.status_code, code_of(again)) == (409, "email_taken")


@pytest.mark.parametrize("email", ["aliſe@example.org", "admın@example.org"])
def test_g10_a_mailbox_that_only_looks_like_ascii_is_refused(api: ApiClient, email: str) -> None:
    answer = api.send(REGISTER, {**BODY, "email": email})
    assert (answer.status_code, code_of(answer)) == (400, "invalid")


def test_y118_registration_sends_one_mail_with_a_check_and_no_other(
    api: ApiClient, mailbox: Mailbox
) -> None:
    user = api.send(REGISTER, BODY).json()["user"]
    [mail] = mailbox()
    assert "new@example.org" in mail.to
    assert api.send("/api/auth/verify-email", {"token": mail.token}).status_code == 204
    assert (user["email_verified"], user["email"]) == (False, "new@example.org")


def test_t29_sign_ups_of_one_address_are_limited(api: ApiClient) -> None:
    for number in range(SIGN_UPS.limit):
        answer = api.send(
            REGISTER, {"username": f"person_{number}", "email": "bad", "password": "x"}
        )
        assert answer.status_code == 400
    answer = api.send(REGISTER, BODY)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= SIGN_UPS.window_s
    assert not User.objects.exists()


def test_t12_registering_ends_the_sign_in_the_browser_held(api: ApiClient, ann: User) -> None:
    api.send("/api/auth/login", {"username": "ann", "password": PASSWORD})
    api.send(REGISTER, BODY)
    assert not Session.objects.live().filter(user=ann).exists()
    assert api.read("/api/auth/user").json()["username"] == "newcomer"
