from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections
from django.utils import timezone

from accounts.limits import GUESSES, GUESSES_BY_ACCOUNT, GUESSES_BY_ADDRESS
from accounts.models import User
from accounts.testing import PASSWORD, UserFactory
from accounts.tests.browser import Browser
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

WRONG = "wrong password"


def guess(name: str = "ann", address: str = "192.0.2.1", **headers: str) -> Any:
    return Browser(REMOTE_ADDR=address).sign_in(name, WRONG, **headers)


def test_m20_t10_after_five_failures_it_is_429_even_with_the_right_password(
    ann: User, hashings: list[str]
) -> None:
    statuses = [guess().status_code for _ in range(GUESSES.limit + 1)]
    assert statuses == [401] * 5 + [429]
    answer = Browser(REMOTE_ADDR="192.0.2.1").sign_in()
    assert (answer.status_code, code_of(answer)) == (429, "throttled")
    assert 0 < int(answer.headers["Retry-After"]) <= GUESSES.window_s
    assert answer.headers["X-RateLimit-Remaining"] == "0"
    assert len(hashings) == GUESSES.limit


def test_t10_the_wait_that_is_answered_is_the_wait_that_helps(ann: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(GUESSES.limit):
            guess()
        wait = int(guess().headers["Retry-After"])
        clock.shift(wait)
        assert Browser(REMOTE_ADDR="192.0.2.1").sign_in().status_code == 200


def test_t10_an_unknown_name_is_limited_in_the_same_way(hashings: list[str], ann: User) -> None:
    known = [guess("ann", "192.0.2.1") for _ in range(7)]
    unknown = [guess("nobody", "192.0.2.2") for _ in range(7)]
    assert [a.status_code for a in known] == [a.status_code for a in unknown]
    for name in ("X-RateLimit-Limit", "X-RateLimit-Remaining"):
        assert [a.headers[name] for a in known] == [a.headers[name] for a in unknown]
    assert hashings.count(WRONG) == 2 * GUESSES.limit


def test_t10_a_rotating_forwarded_header_changes_nothing(ann: User, hashings: list[str]) -> None:
    headers = ("X_Forwarded_For", "Forwarded", "X_Real_IP", "True_Client_IP", "CF_Connecting_IP")
    statuses = [
        guess(
            **{name: f"for=203.0.113.{n}" if name == "Forwarded" else f"203.0.113.{n}"}
        ).status_code
        for n in range(10)
        for name in headers
    ]
    assert statuses.count(401) == GUESSES.limit
    assert len(hashings) == GUESSES.limit


@pytest.mark.parametrize(("proxies", "passed"), [(1, 20), (2, 5)])
def test_t10_only_what_our_own_proxies_wrote_counts(
    ann: User, settings: Any, proxies: int, passed: int
) -> None:
    settings.TRUSTED_PROXIES = proxies
    statuses = [
        guess(X_Forwarded_For=f"203.0.113.{n}, 198.51.100.1, 10.0.0.{n}").status_code
        for n in range(20)
    ]
    assert statuses.count(401) == passed


def test_t10_name_and_mail_in_any_spelling_are_one_account(ann: User, hashings: list[str]) -> None:
    spellings = ["ann", "ANN", " ann", "ann@example.org", "Ann@Example.org ", "ann@ｅxample.org"]
    for _ in range(2):
        for name in spellings:
            guess(name)
    assert len(hashings) == GUESSES.limit


def test_t10_login_and_token_share_the_budget(ann: User, hashings: list[str]) -> None:
    for n in range(10):
        path = f"/api/auth/{'token' if n % 2 else 'login'}{'/' if n % 3 else ''}"
        ApiClient().send(path, {"username": "ann", "password": WRONG})
    assert len(hashings) == GUESSES.limit


def test_t10_one_address_has_20_failures_over_all_accounts(ann: User, hashings: list[str]) -> None:
    statuses = [guess(f"person{n}").status_code for n in range(GUESSES_BY_ADDRESS.limit + 3)]
    assert statuses == [401] * 20 + [429] * 3
    assert Browser(REMOTE_ADDR="192.0.2.1").sign_in().status_code == 429
    assert Browser(REMOTE_ADDR="192.0.2.2").sign_in().status_code == 200
    assert len(hashings) == 21


def test_t10_a_network_of_one_household_is_one_address(ann: User, hashings: list[str]) -> None:
    for n in range(10):
        guess(address=f"2001:db8:0:1::{n}")
    assert len(hashings) == GUESSES.limit


def test_t10_one_account_has_25_failures_an_hour_over_all_addresses(
    ann: User, hashings: list[str]
) -> None:
    statuses = [guess(address=f"198.51.100.{n}").status_code for n in range(28)]
    assert statuses == [401] * GUESSES_BY_ACCOUNT.limit + [429] * 3


def test_t10_a_known_device_gets_in_while_the_account_is_under_attack(ann: User) -> None:
    known = Browser(REMOTE_ADDR="192.0.2.1")
    assert known.sign_in().status_code == 200
    for n in range(30):
        guess(address="192.0.2.1" if n % 2 else f"198.51.100.{n}")
    assert Browser(REMOTE_ADDR="192.0.2.1").sign_in().status_code == 429
    assert known.sign_in().status_code == 200
    assert [known.sign_in(password=WRONG).status_code for _ in "123456"] == [401] * 5 + [429]


@pytest.mark.parametrize("device", ["", "x", "program 192.0.2.1 Firefox", "device x"])
def test_t10_a_made_up_device_gets_no_budget_of_its_own(
    ann: User, hashings: list[str], device: str
) -> None:
    Browser(REMOTE_ADDR="192.0.2.1").sign_in(User_Agent="Firefox")
    hashings.clear()
    for _ in range(10):
        thief = Browser(REMOTE_ADDR="198.51.100.1")
        thief.cookies["device"] = device
        thief.sign_in(password=WRONG)
    assert len(hashings) == GUESSES.limit


def test_t10_the_device_of_another_account_gets_no_budget_of_its_own(
    ann: User, hashings: list[str]
) -> None:
    UserFactory.create(username="thief", password=PASSWORD)
    thief = Browser(REMOTE_ADDR="198.51.100.1")
    thief.sign_in("thief")
    hashings.clear()
    for _ in range(10):
        thief.sign_in("ann", WRONG)
    assert len(hashings) == GUESSES.limit


def test_t10_ones_own_success_gives_no_guesses_at_others_back(
    ann: User, hashings: list[str]
) -> None:
    UserFactory.create(username="thief", password=PASSWORD)
    for _ in range(10):
        guess("ann")
        Browser(REMOTE_ADDR="192.0.2.1").sign_in("thief")
    assert hashings.count(WRONG) == GUESSES.limit


def test_t10_signing_in_often_uses_no_guesses_up(ann: User) -> None:
    assert {Browser().sign_in().status_code for _ in range(30)} == {200}


def test_t10_the_limits_follow_rate_limit_scale(ann: User, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 2.0
    assert [guess().status_code for _ in range(11)] == [401] * 10 + [429]


@pytest.mark.django_db(transaction=True)
def test_t10_of_200_guesses_by_8_connections_at_most_6_reach_the_hasher(
    ann: User, hashings: list[str]
) -> None:
    start = Barrier(8)

    def attack(worker: int) -> list[int]:
        try:
            start.wait(20)
            return [guess(X_Forwarded_For=f"203.0.113.{worker}.{n}").status_code for n in range(25)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for found in pool.map(attack, range(8)) for status in found]
    assert set(statuses) <= {401, 429}
    assert statuses.count(401) == len(hashings) == GUESSES.limit


def test_t10_a_window_slides_and_does_not_open_all_at_once(ann: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(GUESSES.limit):
            assert guess().status_code == 401
            clock.shift(timedelta(minutes=2))
        clock.shift(timedelta(minutes=6))
        assert [guess().status_code for _ in "12"] == [401, 429]
