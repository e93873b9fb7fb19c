from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.utils import timezone

from accounts.limits import FACTOR_GUESSES
from accounts.models import RecoveryCode, SecondFactor, Session, User
from accounts.secrets import EMAIL_CHECK, FACTOR_DUE, PASSWORD_RESET
from accounts.testing import PASSWORD, UserFactory, client_of
from accounts.tests.browser import Browser
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

MFA, VERIFY = "/api/auth/mfa", "/api/auth/mfa/verify"


@pytest.fixture
def sure(ann: User) -> ApiClient:
    person = client_of(ann)
    person.send("/api/auth/confirm", {"password": PASSWORD})
    return person


@pytest.fixture
def codes(sure: ApiClient) -> list[str]:
    """Ann's recovery codes: her second factor is on since a minute ago."""
    with time_machine.travel(timezone.now() - timedelta(seconds=61)):
        secret = sure.send(MFA).json()["secret"]
        answer = sure.send(MFA, {"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 200
    return list(answer.json()["recovery_codes"])


def code_now(steps: int = 0) -> str:
    totp = pyotp.TOTP(SecondFactor.objects.get().secret)
    return totp.at(timezone.now() + timedelta(seconds=30 * steps))


def due() -> str:
    """Give the password, and return the token that carries it on."""
    answer = Browser().sign_in()
    assert (answer.status_code, code_of(answer)) == (401, "mfa_required")
    return str(answer.json()["mfa_token"])


def finish(code: str, token: str = "", browser: Browser | None = None) -> Any:
    return (browser or Browser()).send(VERIFY, {"mfa_token": token or due(), "code": code})


def test_b39_set_up_gives_a_secret_that_counts_only_once_a_code_confirmed_it(
    sure: ApiClient,
) -> None:
    begun = sure.send(MFA).json()
    assert begun["enabled"] is False
    assert f"secret={begun['secret']}" in begun["uri"]
    assert Browser().sign_in().status_code == 200
    done = sure.send(MFA, {"code": pyotp.TOTP(begun["secret"]).now()}).json()
    assert done["enabled"] is True
    assert len(set(done["recovery_codes"])) == 10
    assert sure.read(MFA).json() == {"enabled": True, "recovery_codes_left": 10}
    assert Browser().sign_in().status_code == 401


def test_b39_a_wrong_first_code_switches_nothing_on(sure: ApiClient) -> None:
    sure.send(MFA)
    wrong = f"{(int(code_now()) + 1) % 1_000_000:06}"
    answer = sure.send(MFA, {"code": wrong})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_code")
    assert Browser().sign_in().status_code == 200


def test_b39_a_code_without_a_secret_and_a_second_set_up_are_conflicts(sure: ApiClient) -> None:
    assert code_of(sure.send(MFA, {"code": "123456"})) == "invalid_state"
    sure.send(MFA)
    sure.send(MFA, {"code": code_now()})
    secret = SecondFactor.objects.get().secret
    for body in ({}, {"code": code_now()}):
        answer = sure.send(MFA, body)
        assert (answer.status_code, code_of(answer)) == (409, "mfa_enabled")
    assert SecondFactor.objects.get().secret == secret


def test_d23_login_answers_401_with_a_token_and_no_cookie(codes: list[str]) -> None:
    for path in ("/api/auth/login", "/api/auth/token"):
        answer = ApiClient().send(path, {"username": "ann", "password": PASSWORD})
        assert (answer.status_code, code_of(answer)) == (401, "mfa_required")
        assert set(answer.json()) == {"type", "errors", "request_id", "mfa_token"}
        assert not answer.cookies


def test_d23_a_wrong_password_does_not_tell_that_a_factor_is_on(codes: list[str]) -> None:
    answer = Browser().sign_in(password="wrong password")
    assert code_of(answer) == "invalid_credentials"
    assert "mfa_token" not in answer.json()


def test_b39_the_right_code_signs_in(codes: list[str], browser: Browser) -> None:
    answer = finish(code_now(), browser=browser)
    assert answer.status_code == 200
    assert browser.is_signed_in()
    assert ApiClient(answer.json()["access_token"]).read("/api/auth/user").status_code == 200


def test_b39_a_code_works_once(codes: list[str]) -> None:
    code = code_now()
    assert [finish(code).status_code for _ in "12"] == [200, 400]


def test_b39_an_older_code_is_dead_once_a_newer_one_was_used(codes: list[str]) -> None:
    older, newer = code_now(-1), code_now(0)
    assert finish(newer).status_code == 200
    assert code_of(finish(older)) == "invalid_code"


def test_b39_the_code_that_switched_it_on_does_not_sign_in(sure: ApiClient) -> None:
    sure.send(MFA)
    code = code_now()
    sure.send(MFA, {"code": code})
    assert code_of(finish(code)) == "invalid_code"


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_b39_codes_of_other_times_are_wrong(codes: list[str], steps: int) -> None:
    start = timezone.now().replace(second=15)
    with time_machine.travel(start, tick=False):
        assert code_of(finish(code_now(steps))) == "invalid_code"


@pytest.mark.parametrize(
    "code", ["", "0", "１２３４５６", "abcdef", "é" * 6, " ", "-", "x" * 41, None, 7]
)
def test_b39_what_is_no_code_is_400(codes: list[str], code: Any) -> None:
    answer = finish(code)
    assert answer.status_code == 400
    assert not Session.objects.filter(confirmed_at=None).exists()


def test_b39_each_recovery_code_works_once(codes: list[str], sure: ApiClient) -> None:
    assert finish(codes[0].upper() + " ").status_code == 200
    assert code_of(finish(codes[0])) == "invalid_code"
    assert finish(codes[1]).status_code == 200
    assert sure.read(MFA).json()["recovery_codes_left"] == 8


def test_b39_a_recovery_code_of_another_person_does_not_count(codes: list[str]) -> None:
    bea = UserFactory.create(username="bea", password=PASSWORD)
    SecondFactor.objects.create(user=bea, secret=pyotp.random_base32(), confirmed_at=timezone.now())
    token = str(Browser().sign_in("bea").json()["mfa_token"])
    assert code_of(finish(codes[0], token)) == "invalid_code"
    assert RecoveryCode.objects.filter(used_at=None).count() == 10


def test_t18_recovery_codes_are_stored_as_hashes(codes: list[str]) -> None:
    stored = " ".join(RecoveryCode.objects.values_list("code_hash", flat=True))
    assert not [code for code in codes if code in stored or code.replace("-", "") in stored]


def test_t10_guesses_at_codes_are_limited_over_all_sign_ins(codes: list[str]) -> None:
    for _ in range(FACTOR_GUESSES.limit):
        assert code_of(finish("000000")) == "invalid_code"
    answer = Browser(REMOTE_ADDR="198.51.100.9").send(
        VERIFY, {"mfa_token": due(), "code": code_now()}
    )
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_t10_right_codes_use_no_guesses_up(codes: list[str]) -> None:
    assert [finish(code).status_code for code in codes[: FACTOR_GUESSES.limit + 2]] == [200] * 7


def test_d23_the_token_of_the_password_lives_for_five_minutes(codes: list[str]) -> None:
    token = due()
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=2)):
        assert code_of(finish(codes[0], token)) == "invalid_token"
    assert finish(codes[0], token).status_code == 200


@pytest.mark.parametrize("other", [EMAIL_CHECK, PASSWORD_RESET])
def test_d23_tokens_for_something_else_do_not_count(
    ann: User, codes: list[str], other: Any
) -> None:
    for token in (other.make(ann), "x", "a:b:c", due()[:-1]):
        assert code_of(finish(codes[0], token)) == "invalid_token"


def test_t13_the_token_dies_with_the_password_and_a_suspension(ann: User, codes: list[str]) -> None:
    token = FACTOR_DUE.make(ann)
    User.objects.filter(pk=ann.pk).update(suspended_by=1)
    assert code_of(finish(codes[0], token)) == "account_suspended"
    User.objects.filter(pk=ann.pk).update(suspended_by=None, password="changed")
    assert code_of(finish(codes[0], token)) == "invalid_token"


def test_d23_setting_up_and_switching_off_need_a_confirmed_password(ann: User) -> None:
    person = client_of(ann)
    for answer in (person.send(MFA), person.drop(MFA)):
        assert (answer.status_code, code_of(answer)) == (403, "confirmation_required")


def test_b39_switching_off_takes_the_codes_with_it(codes: list[str], sure: ApiClient) -> None:
    assert [sure.drop(MFA).status_code for _ in "12"] == [204, 204]
    assert Browser().sign_in().status_code == 200
    assert not RecoveryCode.objects.exists()
    assert sure.read(MFA).json() == {"enabled": False, "recovery_codes_left": 0}


def test_b39_a_reset_password_does_not_go_round_the_factor(ann: User, codes: list[str]) -> None:
    body = {"token": PASSWORD_RESET.make(ann), "password": "another horse battery"}
    assert ApiClient().send("/api/auth/password/reset", body).status_code == 204
    answer = Browser().sign_in(password="another horse battery")
    assert code_of(answer) == "mfa_required"


def test_b39_anonymous_has_no_factor_to_look_at(api: ApiClient) -> None:
    assert [api.read(MFA).status_code, api.send(MFA).status_code] == [401, 401]
