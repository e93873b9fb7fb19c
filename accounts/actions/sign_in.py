"""Checking who someone is: name and password, then the second factor when there is one; guesses are counted before they are tried."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actions.factors import use_code
from accounts.actions.sessions import Origin, SignIn, open_session
from accounts.addresses import plain_address
from accounts.limits import (
    FACTOR_GUESSES,
    GUESSES,
    GUESSES_BY_ACCOUNT,
    GUESSES_BY_ADDRESS,
    PASSWORD_CHECKS,
)
from accounts.models import KnownDevice, SecondFactor, Session, User
from accounts.passwords import is_password_of
from accounts.secrets import FACTOR_DUE, hash_secret, invalid_token
from socialsite.lib import limits
from socialsite.lib.errors import AppError, Forbidden, NotSignedIn
from socialsite.lib.tasks import enqueue_at

CONSOLE_AGE = timedelta(seconds=settings.SESSION_COOKIE_AGE)
"""How long a sign-in to the console lasts, used or not"""


class FactorDue(AppError):
    """The password was right and a second factor is asked for; `mfa_token` carries that on for five minutes."""

    status_code = 401

    def __init__(self, mfa_token: str) -> None:
        super().__init__("mfa_required", "Send the code of your authenticator app.")
        self.extra = {"mfa_token": mfa_token}


def sign_in(*, identifier: str, password: str, origin: Origin, to_console: bool = False) -> SignIn:
    """Sign in by username or mail address; `to_console` lets staff in only, and for as long as the console allows.

    Raises NotSignedIn (invalid_credentials) alike for an unknown name, a wrong password and who is not let in, FactorDue,
    Forbidden (account_suspended, said only to who knows the password), RateLimited.
    """
    user = find_person(identifier)
    counted = _count_guess(identifier, user, origin)
    if not is_password_of(user, password) or user is None or (to_console and not user.is_staff):
        raise NotSignedIn("invalid_credentials", "The name or the password is wrong.")
    _forget_guess(counted)
    if user.suspended_by is not None:
        raise Forbidden("account_suspended", "This account is suspended.")
    if SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists():
        raise FactorDue(FACTOR_DUE.make(user))
    return _let_in(user, origin, to_console=to_console)


def sign_in_with_factor(
    *, mfa_token: str, code: str, origin: Origin, to_console: bool = False
) -> SignIn:
    """Finish a sign-in with a code of the second factor or a recovery code.

    Raises Invalid (invalid_token, invalid_code), RateLimited, Forbidden (account_suspended).
    """
    user = FACTOR_DUE.read(mfa_token)
    actor_key = f"user:{user.pk}"
    limits.take(FACTOR_GUESSES, actor_key)
    if not user.is_active:
        raise Forbidden("account_suspended", "This account is suspended.")
    if to_console and not user.is_staff:
        raise invalid_token()
    with transaction.atomic():
        use_code(user=user, code=code)
        made = _let_in(user, origin, to_console=to_console)
    limits.refund(FACTOR_GUESSES, actor_key)
    return made


def confirm_password(*, actor: User, session: Session, password: str) -> None:
    """Open ten minutes in which this sign-in may do what asks for a confirmed password. Raises Forbidden (wrong_password)."""
    check_password_of(actor, password)
    Session.objects.filter(pk=session.pk).update(confirmed_at=timezone.now())


def check_password_of(actor: User, password: str) -> None:
    """Raise Forbidden (wrong_password) or RateLimited unless the password is the actor's."""
    actor_key = f"user:{actor.pk}"
    limits.take(PASSWORD_CHECKS, actor_key)
    if not is_password_of(actor, password):
        raise wrong_password()
    limits.forget(PASSWORD_CHECKS, actor_key)


def wrong_password() -> Forbidden:
    return Forbidden("wrong_password", "The password is wrong.", "password")


def find_person(identifier: str) -> User | None:
    """Return the person with this username or mail address, whatever its case."""
    named = Q(username=identifier.strip().lower()) | Q(email=plain_address(identifier))
    return User.objects.filter(named, deleted_at__isnull=True).first()


def _count_guess(
    identifier: str, user: User | None, origin: Origin
) -> list[tuple[limits.Policy, str]]:
    """Take the guess from every budget it belongs to, before the hasher runs: parallel guesses cannot slip through."""
    account = f"user:{user.pk}" if user else f"name:{hash_secret(identifier.strip().lower())[:32]}"
    address = limits.actor_address(origin.address)
    budgets = [
        (GUESSES_BY_ADDRESS, f"address:{address}"),
        (GUESSES, f"{account} address:{address}"),
        (GUESSES_BY_ACCOUNT, account),
    ]
    if user and _is_known_device(user, origin):
        budgets = [(GUESSES, f"{account} device:{origin.device_mark[:32]}")]
    for policy, actor in budgets:
        limits.take(policy, actor)
    return budgets


def _is_known_device(user: User, origin: Origin) -> bool:
    if not origin.device:
        return False
    return KnownDevice.objects.filter(user=user, fingerprint=origin.device_mark).exists()


def _forget_guess(budgets: list[tuple[limits.Policy, str]]) -> None:
    for policy, actor in budgets:
        limits.refund(policy, actor)


@transaction.atomic
def _let_in(user: User, origin: Origin, *, to_console: bool) -> SignIn:
    made = open_session(actor=user, origin=origin)
    if to_console:
        end = made.session.created_at + CONSOLE_AGE
        enqueue_at(end, "accounts.expire_session", session_id=made.session.pk)
    return made
