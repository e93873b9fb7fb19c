"""Making an account."""

from typing import Any

from django.db import IntegrityError, transaction

from accounts.actions.guests import upgrade_guest
from accounts.events import Registered
from accounts.models import User
from accounts.passwords import hash_password
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict
from socialsite.lib.rows import insert_once
from socialsite.lib.tasks import enqueue


def register_user(
    *, username: str, email: str, password: str, guest: User | None = None, **profile: Any
) -> User:
    """Make an account, or make one of a guest, and send the mail that verifies its address.

    `display_name` falls back to first and last name, then to the username. The password is hashed before the transaction.
    Raises Conflict (username_taken, email_taken), Invalid (weak_password).
    """
    user = User(username=username, email=email, **profile)
    user.display_name = (
        user.display_name or f"{user.first_name} {user.last_name}".strip()[:50] or username
    )
    _refuse_taken(username, email, guest)
    user.password = hash_password(password, user)
    with transaction.atomic():
        made = _upgraded(guest, user, profile) if guest else insert_once(User, **_columns(user))
        if made is None:
            _refuse_taken(username, email, guest)
            raise Conflict("conflict", "The account was made by another call just now.")
        emit(Registered(actor_id=made.pk))
        enqueue("accounts.send_email_check", user_id=made.pk)
    return made


def _upgraded(guest: User, user: User, profile: dict[str, Any]) -> User | None:
    """Return a guest's row with the columns of the account, or None when a unique constraint says that a name is taken."""
    names = {"username", "email", "password", "display_name", *profile}
    try:
        with transaction.atomic():
            return upgrade_guest(guest=guest, **{name: getattr(user, name) for name in names})
    except IntegrityError:
        return None


def _refuse_taken(username: str, email: str, guest: User | None) -> None:
    """Sign-up says what is taken (API.md section 5); the limit on sign-ups keeps it from being a directory."""
    others = User.objects.exclude(pk=guest.pk) if guest else User.objects.all()
    if others.filter(username=username).exists():
        raise Conflict("username_taken", "This username is taken.", "username")
    if others.filter(email=email).exists():
        raise Conflict("email_taken", "An account uses this address.", "email")


def _columns(user: User) -> dict[str, Any]:
    return {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}
