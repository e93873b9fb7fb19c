import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from django.contrib.sessions.models import Session as BrowserSession
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.actions import factors, passwords, sessions
from accounts.models import Session, User
from accounts.secrets import FACTOR_DUE
from accounts.tasks import purge_credentials
from accounts.testing import PASSWORD, Cast, UserFactory, console_of
from socialsite.lib import context
from socialsite.lib.tasks import run_all

LOGIN = "/admin/login/"


@pytest.fixture
def moderator() -> User:
    user: User = UserFactory.create(username="mo", role=User.Role.MODERATOR)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(browser: Client, name: str = "mo", password: str = PASSWORD, **extra: str) -> Any:
    return browser.post(LOGIN, {"identifier": name, "password": password, **extra})


def is_in(browser: Client) -> bool:
    return browser.get("/admin/").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mo", "MO@example.org"])
def test_t6_staff_sign_in_by_name_or_mail(moderator: User, client: Client, name: str) -> None:
    answer = sign_in(client, name)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    assert is_in(client)
    session = Session.objects.get(user=moderator)
    assert session.address == "127.0.0.1"


@pytest.mark.django_db
def test_t11_a_member_a_wrong_password_and_nobody_get_the_same_answer(
    moderator: User, client: Client
) -> None:
    member = UserFactory.create(username="member")
    User.objects.filter(pk=member.pk).update(password=moderator.password)
    pages = []
    for name, password in (("member", PASSWORD), ("mo", "wrong"), ("nobody", "wrong")):
        answer = sign_in(client, name, password)
        assert answer.status_code == 401
        pages.append(re.sub(r'value="[^"]*"', "", answer.content.decode()))
    assert pages[0] == pages[1] == pages[2]
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_t10_the_sixth_guess_is_429_whatever_the_password(moderator: User, client: Client) -> None:
    answers = [sign_in(client, password=f"wrong {n}").status_code for n in range(5)]
    locked = sign_in(client)
    assert answers == [401] * 5
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0
    assert not is_in(client)


@pytest.mark.django_db
def test_t10_guesses_at_the_api_count_here_too(moderator: User, client: Client, api: Any) -> None:
    for n in range(5):
        api.send("/api/auth/login", {"identifier": "mo", "password": f"wrong {n}"})
    assert sign_in(client).status_code == 429


@pytest.mark.django_db
def test_t12_signing_in_gives_the_browser_a_new_key(moderator: User, client: Client) -> None:
    fixed = BrowserSession.objects.create(
        session_key="f" * 32, session_data="", expire_date=timezone.now() + timedelta(hours=1)
    )
    client.cookies["admin"] = fixed.session_key
    sign_in(client)
    assert client.cookies["admin"].value != fixed.session_key
    assert client.cookies["admin"]["httponly"]


@pytest.mark.django_db
def test_b39_the_second_factor_is_asked_for_and_each_code_works_once(
    moderator: User, client: Client
) -> None:
    secret = factors.begin_second_factor(actor=moderator).secret
    with time_machine.travel(timezone.now() - timedelta(minutes=2)):
        factors.confirm_second_factor(actor=moderator, code=pyotp.TOTP(secret).now())
    step = sign_in(client)
    assert step.status_code == 200
    assert not is_in(client)
    token = step.context["form"].initial["mfa_token"]
    wrong = client.post(LOGIN, {"mfa_token": token, "code": "000000"})
    code = pyotp.TOTP(secret).now()
    right = client.post(LOGIN, {"mfa_token": token, "code": code})
    again = Client().post(LOGIN, {"mfa_token": token, "code": code})
    assert [wrong.status_code, right.status_code, again.status_code] == [400, 302, 400]
    assert is_in(client)


@pytest.mark.django_db
def test_b39_a_recovery_code_stands_in_and_a_member_stays_out(client: Client) -> None:
    member = UserFactory.create(username="member")
    secret = factors.begin_second_factor(actor=member).secret
    codes = factors.confirm_second_factor(actor=member, code=pyotp.TOTP(secret).now())
    token = FACTOR_DUE.make(member)
    out = client.post(LOGIN, {"mfa_token": token, "code": codes[0]})
    assert (out.status_code, is_in(client)) == (400, False)
    User.objects.filter(pk=member.pk).update(role=User.Role.MODERATOR)
    client.post(LOGIN, {"mfa_token": token, "code": codes[0]})
    assert is_in(client)


@pytest.mark.django_db
def test_t6_the_console_asks_again_after_thirty_minutes_used_or_not(
    moderator: User, client: Client
) -> None:
    start = timezone.now()
    sign_in(client)
    for minutes, expected in ((10, True), (20, True), (29, True), (31, False)):
        with time_machine.travel(start + timedelta(minutes=minutes), tick=False):
            assert is_in(client) is expected, minutes


@pytest.mark.django_db
def test_t13_the_sign_in_leaves_the_list_when_its_time_is_over(
    moderator: User, client: Client
) -> None:
    sign_in(client)
    run_all()
    assert Session.objects.live().count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        run_all()
        assert Session.objects.live().count() == 0


@pytest.mark.django_db
def test_t13_the_console_sign_in_is_listed_and_dies_when_it_is_ended(cast: Cast) -> None:
    browser = console_of(cast.moderator)
    phone = cast.client(cast.moderator)
    listed = phone.read("/api/auth/sessions").json()["results"]
    assert len(listed) == 2
    other = Session.objects.exclude(pk=listed[-1]["id"]).get(user=cast.moderator)
    assert phone.drop(f"/api/auth/sessions/{listed[-1]['id']}").status_code == 204
    assert other.ended_at is None
    assert not is_in(browser)


def lose_role(user: User) -> None:
    User.objects.filter(pk=user.pk).update(role=User.Role.MEMBER)


def get_suspended(user: User) -> None:
    User.objects.filter(pk=user.pk).update(suspended_by=1)


def get_deleted(user: User) -> None:
    User.objects.filter(pk=user.pk).update(deleted_at=timezone.now())


def change_password(user: User) -> None:
    user.refresh_from_db()
    passwords.change_password(
        actor=user,
        password=PASSWORD,
        new_password="another long phrase",
        origin=sessions.Origin("192.0.2.7"),
    )


def end_all(user: User) -> None:
    sessions.end_sessions(actor=user)


@pytest.mark.django_db
@pytest.mark.parametrize("loss", [lose_role, get_suspended, get_deleted, change_password, end_all])
def test_t13_what_ends_a_sign_in_ends_the_console_with_the_next_request(
    moderator: User, client: Client, loss: Callable[[User], None]
) -> None:
    sign_in(client)
    assert is_in(client)
    loss(moderator)
    answer = client.get("/admin/accounts/user/")
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, LOGIN)


@pytest.mark.django_db
def test_t13_signing_out_ends_both_sessions(moderator: User, client: Client) -> None:
    sign_in(client)
    key = client.cookies["admin"].value
    client.post("/admin/logout/")
    client.cookies["admin"] = key
    assert not is_in(client)
    assert Session.objects.get().ended_at is not None


@pytest.mark.django_db
def test_t14_forms_without_the_token_are_refused(moderator: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert sign_in(browser).status_code == 403
    assert not Session.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_t15_the_goal_of_a_sign_in_is_a_page_of_this_host(
    moderator: User, client: Client, goal: str
) -> None:
    assert sign_in(client, next=goal).headers["Location"] == "/admin/"
    assert sign_in(client, next="/admin/accounts/").headers["Location"] == "/admin/accounts/"


@pytest.mark.django_db
def test_a_password_changed_in_the_console_ends_every_sign_in(
    moderator: User, client: Client
) -> None:
    sign_in(client)
    weak = client.post("/admin/password_change/", {"password": PASSWORD, "new_password": "short"})
    assert weak.status_code == 200
    body = {"password": PASSWORD, "new_password": "another long phrase"}
    assert client.post("/admin/password_change/", body).headers["Location"] == LOGIN
    assert not is_in(client)
    assert not Session.objects.live().exists()
    assert sign_in(client, password="another long phrase").status_code == 302


@pytest.mark.django_db
def test_audit_and_logs_learn_who_is_at_the_console(moderator: User, client: Client) -> None:
    sign_in(client)
    answer = client.get("/admin/")
    assert context.credential.get() == f"admin:{Session.objects.get().pk}"
    assert vars(answer.wsgi_request)["person_id"] == moderator.pk


@pytest.mark.django_db
def test_createsuperuser_makes_an_admin_who_gets_in(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="Root", email="Root@Example.org", interactive=False)
    assert sign_in(client, "root").status_code == 302
    assert is_in(client)


@pytest.mark.django_db
def test_sessions_of_browsers_are_purged_when_they_are_over(
    moderator: User, client: Client
) -> None:
    sign_in(client)
    purge_credentials()
    assert BrowserSession.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        purge_credentials()
    assert BrowserSession.objects.count() == 0
