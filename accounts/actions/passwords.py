"""Changing a password, knowing the old one or holding a mail."""

from django.db import transaction

from accounts.actions.api_tokens import revoke_api_tokens
from accounts.actions.sessions import Origin, SignIn, end_sessions, open_session
from accounts.actions.sign_in import check_password_of, find_person, wrong_password
from accounts.events import PasswordChanged
from accounts.models import User
from accounts.passwords import hash_password
from accounts.secrets import PASSWORD_RESET
from socialsite.lib.effects import emit
from socialsite.lib.tasks import enqueue


def change_password(*, actor: User, password: str, new_password: str, origin: Origin) -> SignIn:
    """Set a new password; every sign-in and personal token ends, and a fresh sign-in takes the caller's place (T12).

    Raises Forbidden (wrong_password), Invalid (weak_password), RateLimited.
    """
    check_password_of(actor, password)
    hashed = hash_password(new_password, actor, "new_password")
    with transaction.atomic():
        _store(actor, hashed)
        return open_session(actor=actor, origin=origin, is_first=True)


@transaction.atomic
def request_password_reset(*, email: str) -> None:
    """Have a reset mail sent if the address belongs to an account; the caller cannot tell whether it does."""
    user = find_person(email) if "@" in email else None
    # A task either way: the same work for every address. The mail itself is made when it is sent.
    enqueue("accounts.send_password_reset", user_id=user.pk if user else None)


def reset_password(*, token: str, password: str) -> User:
    """Set a new password by the token of a mail, once; every sign-in ends. Raises Invalid (invalid_token, weak_password)."""
    hashed = hash_password(password, PASSWORD_RESET.read(token))
    with transaction.atomic():
        user = PASSWORD_RESET.read(token, lock=True)
        _store(user, hashed)
    return user


def _store(user: User, hashed: str) -> None:
    """Replace the password the caller has checked, and end what it opened: sign-ins and personal tokens (T13)."""
    same = User.objects.filter(pk=user.pk, password=user.password)
    if not same.update(password=hashed):
        raise wrong_password()
    user.password = hashed
    end_sessions(actor=user)
    revoke_api_tokens(actor=user)
    emit(PasswordChanged(actor_id=user.pk))
    enqueue("accounts.send_password_changed", user_id=user.pk)
