"""The second factor: an authenticator app (TOTP) and ten recovery codes."""

import secrets
from dataclasses import dataclass

import pyotp
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.events import SecondFactorDisabled, SecondFactorEnabled
from accounts.models import RecoveryCode, SecondFactor, User
from accounts.secrets import hash_secret
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict, Invalid

STEP_S = 30
CODES = 10


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app is set up with."""

    secret: str
    uri: str


@transaction.atomic
def begin_second_factor(*, actor: User) -> Enrolment:
    """Make a secret for an app; it does nothing until `confirm_second_factor`. Raises Conflict (mfa_enabled)."""
    factor = SecondFactor.objects.select_for_update().filter(user=actor).first()
    if factor and factor.confirmed_at:
        raise Conflict("mfa_enabled", "The second factor is on. Switch it off first.")
    secret = pyotp.random_base32()
    SecondFactor.objects.update_or_create(user=actor, defaults={"secret": secret})
    return Enrolment(
        secret,
        pyotp.TOTP(secret).provisioning_uri(name=actor.username, issuer_name=settings.SITE_NAME),
    )


@transaction.atomic
def confirm_second_factor(*, actor: User, code: str) -> list[str]:
    """Switch the second factor on with a first code; returns the recovery codes, shown once.

    Raises Invalid (invalid_code), Conflict (mfa_enabled, invalid_state).
    """
    factor = SecondFactor.objects.select_for_update().filter(user=actor).first()
    if factor is None:
        raise Conflict("invalid_state", "Begin with a secret first.")
    if factor.confirmed_at:
        raise Conflict("mfa_enabled", "The second factor is on.")
    if not _use_totp(factor, code):
        raise _invalid_code()
    SecondFactor.objects.filter(pk=factor.pk).update(confirmed_at=timezone.now())
    codes = _make_recovery_codes(actor)
    emit(SecondFactorEnabled(actor_id=actor.pk))
    return codes


@transaction.atomic
def disable_second_factor(*, actor: User) -> None:
    """Switch the second factor off; twice changes nothing."""
    RecoveryCode.objects.filter(user=actor).delete()
    if SecondFactor.objects.filter(user=actor).delete()[0]:
        emit(SecondFactorDisabled(actor_id=actor.pk))


def use_code(*, user: User, code: str) -> None:
    """Accept a code of the app or a recovery code, each once. Needs the caller's transaction. Raises Invalid (invalid_code)."""
    factor = (
        SecondFactor.objects.select_for_update()
        .filter(user=user, confirmed_at__isnull=False)
        .first()
    )
    if factor and _use_totp(factor, code):
        return
    unused = RecoveryCode.objects.filter(
        user=user, code_hash=_recovery_hash(user, code), used_at__isnull=True
    )
    if not unused.update(used_at=timezone.now()):
        raise _invalid_code()


def _use_totp(factor: SecondFactor, code: str) -> bool:
    """Accept the code of this or a neighbouring time step; compare-and-swap on the step makes each code work once."""
    totp, now = pyotp.TOTP(factor.secret), int(timezone.now().timestamp()) // STEP_S
    for step in (now - 1, now, now + 1):
        if secrets.compare_digest(totp.at(step * STEP_S), code if code.isascii() else ""):
            fresh = SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step)
            return bool(fresh.update(last_step=step))
    return False


def _make_recovery_codes(user: User) -> list[str]:
    codes = [f"{secrets.token_hex(5)}-{secrets.token_hex(5)}" for _ in range(CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, code_hash=_recovery_hash(user, code)) for code in codes
    )
    return codes


def _recovery_hash(user: User, code: str) -> str:
    return hash_secret(f"{user.pk} {code.strip().lower()}")


def _invalid_code() -> Invalid:
    return Invalid("invalid_code", "The code is wrong, was used, or has expired.", "code")
