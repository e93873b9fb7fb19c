"""Secrets that are given out and how they are recognised: only hashes of them are ever stored."""

import contextlib
import hashlib
import secrets
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import jwt
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.encoding import force_bytes

from accounts.models import Session, User
from socialsite.lib.errors import Invalid

ACCESS_LIFETIME = timedelta(minutes=15)
ALGORITHM = "HS256"


def make_secret(prefix: str = "") -> str:
    """Return a new opaque secret of 32 random bytes."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return the SHA-256 of a secret, in hex: what is stored and looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make_access_token(session: Session) -> str:
    """Return a JWT (RFC 7519) that names its sign-in and lives for fifteen minutes."""
    now = timezone.now()
    claims = {
        "sub": str(session.user_id),
        "sid": str(session.pk),
        "iat": now,
        "exp": now + ACCESS_LIFETIME,
    }
    return jwt.encode(claims, _jwt_key(settings.SECRET_KEY), algorithm=ALGORITHM)


def read_access_token(token: str) -> int | None:
    """Return the id of the sign-in a JWT names, or None when it is not ours, damaged or too old."""
    try:
        session_id, expires = _verified(token)
    except (jwt.InvalidTokenError, ValueError):
        return None
    return session_id if expires > time.time() else None


@lru_cache(maxsize=4096)
def _verified(token: str) -> tuple[int, float]:
    """Check a signature, once for each token that a process sees: (sign-in, end of its life). Refusals are not kept."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        with contextlib.suppress(jwt.InvalidSignatureError):
            claims = jwt.decode(
                token,
                _jwt_key(key),
                algorithms=[ALGORITHM],
                # The time of issue guards nothing, and another host's clock may be a little ahead.
                options={"require": ["exp", "sub", "sid"], "verify_iat": False},
            )
            return int(claims["sid"]), float(claims["exp"])
    raise jwt.InvalidSignatureError


def _jwt_key(secret_key: str | bytes) -> bytes:
    return hashlib.sha256(b"access token\0" + force_bytes(secret_key)).digest()


@dataclass(frozen=True)
class SignedToken:
    """A signed text for one purpose that carries a person and dies when what it was made for has happened.

    Nothing is stored: the signature covers a fingerprint of the person's state, which use of the token changes.
    """

    purpose: str
    lifetime: timedelta
    state: tuple[str, ...]
    """The columns whose change ends the token"""

    def make(self, user: User) -> str:
        return signing.dumps([user.pk, self._fingerprint(user)], salt=self.purpose)

    def read(self, token: str, *, lock: bool = False) -> User:
        """Return the person a token was made for; raises Invalid (invalid_token)."""
        try:
            pk, fingerprint = signing.loads(token, salt=self.purpose, max_age=self.lifetime)
        except (signing.BadSignature, ValueError, TypeError) as error:
            raise invalid_token() from error
        people = User.objects.select_for_update() if lock else User.objects.all()
        user = people.filter(pk=pk, deleted_at__isnull=True).first()
        if user is None or not secrets.compare_digest(fingerprint, self._fingerprint(user)):
            raise invalid_token()
        return user

    def _fingerprint(self, user: User) -> str:
        state: list[Any] = [str(getattr(user, name)) for name in self.state]
        return salted_hmac(self.purpose, "\0".join(state)).hexdigest()[:32]


PASSWORD_RESET = SignedToken("password reset", timedelta(hours=1), ("password", "email"))
EMAIL_CHECK = SignedToken(
    "email check", timedelta(days=3), ("email", "email_verified_at", "pending_email")
)
FACTOR_DUE = SignedToken("second factor due", timedelta(minutes=5), ("password",))


def invalid_token() -> Invalid:
    return Invalid("invalid_token", "The token is not valid, was used, or has expired.", "token")
