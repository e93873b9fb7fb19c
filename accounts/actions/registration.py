"""Making an account."""

from typing import Any

from django.db import transaction

from accounts.events import Registered
from accounts.models import User
from accounts.passwords import hash_password
from socialsite.lib.effects import emit
from socialsite.lib.errors import Conflict
from socialsite.lib.rows import insert_once
from socialsite.lib.tasks import enqueue


def register_user(*, username: str, email: str, password: str, **profile: Any) -> User:
    """Make an account and send the mail that verifies its address.

    `display_name` falls back to first and last name, then to the username. The password is hashed before the transaction.
    Raises Conflict (username_taken, email_taken), Invalid (weak_password).
    """
    user = User(username=username, email=email, **profile)
    user.display_name = (
        user.display_name or f"{user.first_name} {user.last_name}".strip()[:50] or username
    )
    _refuse_taken(username, email)
    user.password = hash_password(password, user)
    with transaction.atomic():
        made = insert_once(User, **_columns(user))
        if made is None:
            _refuse_taken(username, email)
            raise Conflict("conflict", "The account was made by another call just now.")
        emit(Registered(actor_id=made.pk))
        enqueue("accounts.send_email_check", user_id=made.pk)
    return made


def _refuse_taken(username: str, email: str) -> None:
    """Sign-up says what is taken (API.md section 5); the limit on sign-ups keeps it from being a directory."""
    if User.objects.filter(username=username).exists():
        raise Conflict("username_taken", "This username is taken.", "username")
    if User.objects.filter(email=email).exists():
        raise Conflict("email_taken", "An account uses this address.", "email")


def _columns(user: User) -> dict[str, Any]:
    return {field.attname: getattr(user, field.attname) for field in User._meta.concrete_fields}
