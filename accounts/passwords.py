"""Hashing and checking passwords: a slow hash, a few at a time, and always one, whoever is named."""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.models import User
from socialsite.lib.errors import Invalid

MAX_LENGTH = 1024
"""In characters; longer ones are refused before any hashing (T17)."""

_at_once = threading.BoundedSemaphore(4)


def hash_password(password: str, user: User, attr: str = "password") -> str:
    """Return the hash of a new password. Raises Invalid (weak_password)."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("weak_password", " ".join(error.messages), attr) from error
    if _says_the_site(password):
        raise Invalid("weak_password", "The password is the name of this site.", attr)
    with _at_once:
        return make_password(password)


def _says_the_site(password: str) -> bool:
    """Tell whether a password is the site's name or host with nothing but digits and signs around it."""
    host = urlsplit(settings.FRONTEND_URL).hostname or ""
    names = {_letters(settings.SITE_NAME), _letters(host), _letters(host.partition(".")[0])}
    return _letters(password) in names - {""}


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())


def is_password_of(user: User | None, password: str) -> bool:
    """Tell whether the password is this person's; without a person the hasher runs all the same (T11)."""
    with _at_once:
        if user is None or not user.has_usable_password():
            make_password(password)
            return False
        return check_password(password, user.password, setter=_upgrade(user))


def _upgrade(user: User) -> Callable[[str], None]:
    """Return what stores the password under the first hasher, called when it was hashed by another."""

    def store(raw: str) -> None:
        old, user.password = user.password, make_password(raw)
        # Only over the hash that was checked: a password that is being changed meanwhile must not come back.
        User.objects.filter(pk=user.pk, password=old).update(password=user.password)

    return store
