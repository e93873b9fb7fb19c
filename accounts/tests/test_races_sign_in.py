from collections.abc import Callable
from functools import partial
from typing import Any

import pyotp
import pytest
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from accounts.actions import emails, factors, passwords, registration, sessions, sign_in
from accounts.actions.sessions import Origin
from accounts.models import RecoveryCode, RefreshToken, SecondFactor, Session, User
from accounts.secrets import EMAIL_CHECK, FACTOR_DUE, PASSWORD_RESET
from accounts.testing import PASSWORD, UserFactory
from accounts.tests.racing import duel, race

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = Origin("192.0.2.1", "tests")
NEW = "another horse battery"
ROUNDS = 12


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def wins(act: Callable[[int], Any], contenders: int = 8) -> list[int]:
    """Let all do the same at once; return who was not refused."""
    won: list[int] = []

    def one(number: int) -> None:
        act(number)
        won.append(number)

    assert race(*([partial(one, number)] for number in range(contenders))) == []
    return won


def enrolled() -> tuple[User, list[str]]:
    user = UserFactory.create(password=PASSWORD)
    enrolment = factors.begin_second_factor(actor=user)
    codes = factors.confirm_second_factor(actor=user, code=pyotp.TOTP(enrolment.secret).now())
    SecondFactor.objects.update(last_step=0)
    return user, codes


def test_m19_t45_one_of_eight_who_register_a_name_at_once_gets_it() -> None:
    won = wins(
        lambda n: registration.register_user(
            username="kim", email=f"kim{n}@example.org", password=PASSWORD
        )
    )
    assert len(won) == User.objects.count() == 1


def test_y117_t45_one_of_eight_uses_of_a_reset_token_counts() -> None:
    token = PASSWORD_RESET.make(UserFactory.create(password=PASSWORD))
    [winner] = wins(lambda n: passwords.reset_password(token=token, password=f"{NEW} {n}"))
    assert check_password(f"{NEW} {winner}", User.objects.get().password)


def test_y118_t45_one_of_eight_uses_of_a_verification_token_counts() -> None:
    token = EMAIL_CHECK.make(UserFactory.create(email_verified_at=None))
    assert len(wins(lambda n: emails.verify_email(token=token))) == 1


def test_y118_t45_two_who_verify_one_new_address_at_once_do_not_both_get_it() -> None:
    people: Any = UserFactory.create_batch(4, pending_email="new@example.org")
    tokens = [EMAIL_CHECK.make(user) for user in people]
    assert len(wins(lambda n: emails.verify_email(token=tokens[n]), len(tokens))) == 1
    assert User.objects.filter(email="new@example.org").count() == 1


@pytest.mark.parametrize("kind", ["code", "recovery"])
def test_b39_t45_one_of_eight_uses_of_a_code_counts(kind: str) -> None:
    user, codes = enrolled()
    code = codes[0] if kind == "recovery" else pyotp.TOTP(SecondFactor.objects.get().secret).now()
    token = FACTOR_DUE.make(user)
    signed_in = partial(sign_in.sign_in_with_factor, mfa_token=token, code=code, origin=ORIGIN)
    assert len(wins(lambda n: signed_in())) == 1
    assert Session.objects.count() == 1
    assert RecoveryCode.objects.exclude(used_at=None).count() == (kind == "recovery")


def test_y95_t45_of_eight_twins_made_at_once_only_one_can_live_on() -> None:
    first = sessions.open_session(actor=UserFactory.create(), origin=ORIGIN).refresh_token
    made: list[str] = []
    wins(lambda n: made.append(sessions.refresh_session(refresh_token=first).refresh_token))
    assert len(made) == 8
    won = wins(lambda n: sessions.refresh_session(refresh_token=made[n]))
    assert len(won) == 1
    assert not Session.objects.live().exists()
    assert RefreshToken.objects.filter(parent__parent__isnull=False).count() == 1


def test_t13_t45_no_sign_in_with_the_old_password_outlives_its_change() -> None:
    people: Any = UserFactory.create_batch(ROUNDS, password=PASSWORD)
    old: dict[str, Any] = {"password": PASSWORD, "origin": ORIGIN}
    logins = [partial(sign_in.sign_in, identifier=p.username, **old) for p in people]
    changes = [partial(passwords.change_password, actor=p, new_password=NEW, **old) for p in people]
    assert duel(logins, list(logins), changes) == []
    changed_at = {user.pk: user.password for user in User.objects.all()}
    assert all(check_password(NEW, password) for password in changed_at.values())
    assert Session.objects.live().count() == ROUNDS


def test_t13_t45_no_refresh_outlives_a_change_of_password() -> None:
    people: Any = UserFactory.create_batch(ROUNDS, password=PASSWORD)
    tokens = [sessions.open_session(actor=p, origin=ORIGIN).refresh_token for p in people]
    refreshes = [partial(sessions.refresh_session, refresh_token=token) for token in tokens]
    resets = [
        partial(passwords.reset_password, token=PASSWORD_RESET.make(p), password=NEW)
        for p in people
    ]
    assert duel(refreshes, resets) == []
    assert not Session.objects.live().exists()


def test_t45_signing_out_while_the_password_changes_waits_for_nobody_for_ever() -> None:
    people: Any = UserFactory.create_batch(ROUNDS, password=PASSWORD)
    made = [sessions.open_session(actor=p, origin=ORIGIN).session for p in people]
    outs = [partial(sessions.end_session, actor=s.user, session=s) for s in made]
    others = [partial(sessions.end_sessions, actor=s.user) for s in made]
    resets = [
        partial(passwords.reset_password, token=PASSWORD_RESET.make(p), password=NEW)
        for p in people
    ]
    started = timezone.now()
    assert duel(outs, others, resets) == []
    assert (timezone.now() - started).total_seconds() < 30
    assert not Session.objects.live().exists()
