from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.testing import PASSWORD, UserFactory
from accounts.tests.browser import Browser
from accounts.tests.mailbox import Mailbox
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db

VARYING = {"X-Request-Id", "Date"}


@pytest.fixture
def people(ann: User) -> list[str]:
    """The names of one account of each kind, and of none."""
    gus = UserFactory.create(username="gus", password=PASSWORD)
    User.objects.filter(pk=gus.pk).update(deleted_at=timezone.now())
    UserFactory.create(username="unusable")
    UserFactory.create(username="unchecked", password=PASSWORD, email_verified_at=None)
    UserFactory.create(username="suspended_one", password=PASSWORD, suspended_by=1)
    return ["ann", "nobody", "gus", "unusable", "unchecked", "suspended_one"]


@dataclass(frozen=True)
class Seen:
    """All that a caller sees of an answer."""

    status: int
    headers: frozenset[tuple[str, str]]
    body: str
    cookies: frozenset[str]


def seen(answer: Any) -> Seen:
    request_id = answer.headers["X-Request-Id"]
    headers = frozenset((k, v) for k, v in answer.headers.items() if k not in VARYING)
    body = answer.content.decode().replace(request_id, "")
    return Seen(answer.status_code, headers, body, frozenset(answer.cookies))


def login(name: str, number: int, path: str = "/api/auth/login") -> Any:
    address = f"192.0.2.{number}"
    body = {"identifier": name, "password": "wrong password"}
    return ApiClient(REMOTE_ADDR=address).send(path, body)


@pytest.mark.parametrize("mail", ["", "@example.org"])
@pytest.mark.parametrize("path", ["/api/auth/login", "/api/auth/token"])
def test_t11_m20_a_failed_sign_in_looks_the_same_for_every_account_and_none(
    people: list[str], path: str, mail: str
) -> None:
    answers = {seen(login(name + mail, n, path)) for n, name in enumerate(people)}
    assert len(answers) == 1
    assert answers.pop().status == 401


def test_t11_the_hasher_runs_once_for_every_account_and_none(
    people: list[str], hashings: list[str]
) -> None:
    for number, name in enumerate(people):
        hashings.clear()
        login(name, number)
        assert len(hashings) == 1, name


def test_t11_a_sign_in_that_succeeds_hashes_once_too(ann: User, hashings: list[str]) -> None:
    Browser().sign_in()
    assert len(hashings) == 1


def test_t11_a_failed_sign_in_makes_the_same_number_of_queries(people: list[str]) -> None:
    counts = set()
    for number, name in enumerate(people):
        with CaptureQueriesContext(connection) as queries:
            login(name, number)
        counts.add(len(queries))
    assert len(counts) == 1


def test_t11_y117_asking_for_a_reset_looks_the_same_for_every_account_and_none(
    people: list[str], mailbox: Mailbox
) -> None:
    answers = {
        seen(
            ApiClient(REMOTE_ADDR=f"192.0.2.{n}").send(
                "/api/auth/password/forgot", {"email": f"{name}@example.org"}
            )
        )
        for n, name in enumerate(people)
    }
    assert len(answers) == 1
    assert answers.pop().status == 202
    assert sorted(mail.to.split("<")[-1] for mail in mailbox()) == [
        "ann@example.org>", "unchecked@example.org>", "unusable@example.org>",
    ]  # fmt: skip


def test_t11_y117_a_reset_leaves_the_same_work_behind_for_every_account_and_none(
    people: list[str],
) -> None:
    done = []
    for name in people:
        ApiClient().send("/api/auth/password/forgot", {"email": f"{name}@example.org"})
        done.append(run_all())
    assert set(done) == {1}


def test_t11_a_reset_hashes_nothing_before_its_token_is_right(hashings: list[str]) -> None:
    body = {"token": "a:b:c", "password": "another horse battery"}
    assert ApiClient().send("/api/auth/password/reset", body).status_code == 400
    assert hashings == []


def test_t11_a_taken_name_is_said_at_registration_without_a_hash_behind_its_limit(
    ann: User, hashings: list[str]
) -> None:
    body = {"username": "ann", "email": "x@example.org", "password": PASSWORD}
    answers = [ApiClient().send("/api/auth/register", body) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [409] * 5 + [429]
    assert hashings == []
    free = {**body, "username": "free", "password": PASSWORD}
    assert ApiClient(REMOTE_ADDR="192.0.2.9").send("/api/auth/register", free).status_code == 201
    assert len(hashings) == 1


def test_t11_mails_are_no_way_to_find_people(ann: User) -> None:
    for name in ("ann", "nobody"):
        answer = ApiClient().read(f"/api/users/@{name}@example.org")
        assert answer.status_code == 404
    profile = ApiClient().read("/api/users/@ann")
    assert "example.org" not in profile.content.decode()


def test_t11_the_error_of_a_wrong_second_step_names_nobody(ann: User) -> None:
    answers = {
        seen(ApiClient().send("/api/auth/mfa/verify", {"mfa_token": token, "code": "123456"}))
        for token in ("x", "a:b:c", "W10:1x:y")
    }
    assert len({answer.body for answer in answers}) == 1
