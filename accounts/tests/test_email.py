from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.limits import TOKEN_CHECKS, VERIFICATION_MAILS
from accounts.models import User
from accounts.secrets import EMAIL_CHECK, FACTOR_DUE, PASSWORD_RESET
from accounts.testing import PASSWORD, UserFactory, client_of
from accounts.tests.browser import Browser
from accounts.tests.mailbox import Mailbox
from socialsite.lib.api.views import NEW_ACCOUNT_SHARE
from socialsite.lib.ids import Kind, compose
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

VERIFY, RESEND, CHANGE = (
    "/api/auth/verify-email",
    "/api/auth/verify-email/resend",
    "/api/auth/email",
)
NEW = "ann@new.example"
OLD_ID = compose(0, 0, 0, Kind.USER)
"""Of an account that is older than a day, so that limits hold whole"""


@pytest.fixture
def kim(db: None) -> User:
    """A person whose address is not verified."""
    return UserFactory.create(username="kim", email_verified_at=None, id=OLD_ID)


@pytest.fixture
def sure(ann: User) -> ApiClient:
    person = client_of(ann)
    person.send("/api/auth/confirm", {"password": PASSWORD})
    return person


def verify(token: str) -> Any:
    return ApiClient().send(VERIFY, {"token": token})


def test_y118_y115_verifying_marks_the_address_and_sends_one_welcome(
    kim: User, mailbox: Mailbox
) -> None:
    assert client_of(kim).send(RESEND).status_code == 204
    [check] = mailbox()
    assert "kim@example.org" in check.to
    assert verify(check.token).status_code == 204
    kim.refresh_from_db()
    assert kim.email_verified_at is not None
    assert [mail.subject for mail in mailbox()[1:]] == ["Welcome to Social site"]
    assert client_of(kim).read("/api/auth/user").json()["email_verified"] is True


def test_y118_the_token_works_once(kim: User, mailbox: Mailbox) -> None:
    token = EMAIL_CHECK.make(kim)
    assert verify(token).status_code == 204
    answer = verify(token)
    assert (answer.status_code, code_of(answer)) == (400, "invalid_token")
    assert len(mailbox()) == 1


def test_y118_the_token_lives_for_three_days(kim: User) -> None:
    token = EMAIL_CHECK.make(kim)
    with time_machine.travel(timezone.now() + timedelta(days=3, seconds=2)):
        assert code_of(verify(token)) == "invalid_token"
    with time_machine.travel(timezone.now() + timedelta(days=2, hours=23)):
        assert verify(token).status_code == 204


def test_y118_a_token_is_in_the_fragment_so_that_no_server_logs_it(
    kim: User, mailbox: Mailbox, settings: Any
) -> None:
    client_of(kim).send(RESEND)
    assert f"{settings.FRONTEND_URL}/verify-email#token=" in mailbox()[0].text


@pytest.mark.parametrize("other", [PASSWORD_RESET, FACTOR_DUE])
def test_y118_tokens_for_something_else_verify_nothing(kim: User, other: Any) -> None:
    assert code_of(verify(other.make(kim))) == "invalid_token"
    for broken in ("", "x", "a:b:c", EMAIL_CHECK.make(kim)[:-1], "é:ü"):
        assert verify(broken).status_code == 400
    kim.refresh_from_db()
    assert kim.email_verified_at is None


def test_t10_guesses_at_verification_tokens_are_limited(kim: User) -> None:
    answers = [verify("x:y:z").status_code for _ in range(TOKEN_CHECKS.limit + 1)]
    assert answers == [400] * TOKEN_CHECKS.limit + [429]


def test_y118_resending_is_limited(kim: User, mailbox: Mailbox) -> None:
    person = client_of(kim)
    answers = [person.send(RESEND) for _ in range(VERIFICATION_MAILS.limit + 2)]
    assert [answer.status_code for answer in answers] == [204] * 3 + [429] * 2
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert len(mailbox()) == VERIFICATION_MAILS.limit


def test_y118_resending_for_a_verified_address_is_a_conflict(ann: User) -> None:
    answer = client_of(ann).send(RESEND)
    assert (answer.status_code, code_of(answer)) == (409, "already_verified")


def test_y118_anonymous_cannot_have_mail_sent(api: ApiClient) -> None:
    assert api.send(RESEND).status_code == 401
    assert api.send(CHANGE, {"email": NEW}).status_code == 401


def test_y118_a_change_waits_for_its_verification_and_the_old_address_stays(
    ann: User, sure: ApiClient, mailbox: Mailbox
) -> None:
    assert sure.send(CHANGE, {"email": NEW.upper()}).status_code == 204
    [mail] = mailbox()
    assert NEW in mail.to
    ann.refresh_from_db()
    assert (ann.email, ann.pending_email) == ("ann@example.org", NEW)
    assert Browser().sign_in(NEW).status_code == 401
    assert Browser().sign_in("ann@example.org").status_code == 200
    assert verify(mail.token).status_code == 204
    ann.refresh_from_db()
    assert (ann.email, ann.pending_email, ann.email_verified_at is None) == (NEW, "", False)
    assert Browser().sign_in(NEW).status_code == 200
    assert Browser().sign_in("ann@example.org").status_code == 401


def test_y118_a_change_sends_no_second_welcome(sure: ApiClient, mailbox: Mailbox) -> None:
    sure.send(CHANGE, {"email": NEW})
    verify(mailbox()[0].token)
    assert [mail.subject for mail in mailbox()].count("Welcome to Social site") == 0


def test_y118_a_reset_goes_to_the_old_address_while_a_change_waits(
    sure: ApiClient, mailbox: Mailbox
) -> None:
    sure.send(CHANGE, {"email": NEW})
    for email in (NEW, "ann@example.org"):
        sure.send("/api/auth/password/forgot", {"email": email})
    resets = [mail.to for mail in mailbox() if mail.subject == "Set a new password"]
    assert len(resets) == 1
    assert "ann@example.org" in resets[0]


def test_y118_only_the_last_of_two_changes_counts(
    ann: User, sure: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 2.0 / (VERIFICATION_MAILS.limit * NEW_ACCOUNT_SHARE)
    sure.send(CHANGE, {"email": NEW})
    ann.refresh_from_db()
    first = EMAIL_CHECK.make(ann)
    assert sure.send(CHANGE, {"email": "ann@newer.example"}).status_code == 204
    assert code_of(verify(first)) == "invalid_token"
    ann.refresh_from_db()
    assert verify(EMAIL_CHECK.make(ann)).status_code == 204
    ann.refresh_from_db()
    assert ann.email == "ann@newer.example"


def test_d23_a_change_needs_a_confirmed_password(ann: User) -> None:
    answer = client_of(ann).send(CHANGE, {"email": NEW})
    assert (answer.status_code, code_of(answer)) == (403, "confirmation_required")
    ann.refresh_from_db()
    assert ann.pending_email == ""


def test_y118_an_address_in_use_is_a_conflict_at_once_and_at_its_verification(
    ann: User, sure: ApiClient
) -> None:
    UserFactory.create(email="bea@example.org")
    answer = sure.send(CHANGE, {"email": "BEA@example.org"})
    assert (answer.status_code, code_of(answer)) == (409, "email_taken")
    User.objects.filter(pk=ann.pk).update(pending_email=NEW)
    ann.refresh_from_db()
    token = EMAIL_CHECK.make(ann)
    UserFactory.create(email=NEW)
    answer = verify(token)
    assert (answer.status_code, code_of(answer)) == (409, "email_taken")
    ann.refresh_from_db()
    assert ann.email == "ann@example.org"


def test_y118_a_key_repeats_no_mail(kim: User, mailbox: Mailbox) -> None:
    person = client_of(kim)
    for _ in range(2):
        assert person.send(RESEND, Idempotency_Key="once").status_code == 204
    assert len(mailbox()) == 1


@pytest.mark.parametrize(
    "name", ["Evil\r\nBcc: x@example.org", 'A" <x@example.org>, "B', "<b>A</b>"]
)
def test_t19_a_name_cannot_change_where_a_mail_goes(kim: User, mailbox: Mailbox, name: str) -> None:
    User.objects.filter(pk=kim.pk).update(display_name=name[:50])
    client_of(kim).send(RESEND)
    [mail] = mailbox()
    assert mail.to.endswith("<kim@example.org>")
    assert "\n" not in mail.to + mail.subject


def test_y118_mail_of_a_deleted_person_is_not_sent(kim: User, mailbox: Mailbox) -> None:
    client_of(kim).send(RESEND)
    User.objects.filter(pk=kim.pk).update(deleted_at=timezone.now())
    assert mailbox() == []
