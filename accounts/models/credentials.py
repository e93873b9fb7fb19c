"""What proves who is calling: sign-ins, their refresh tokens, personal tokens, second factors. Only hashes of secrets are stored."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    from accounts.models.users import User, Viewer

PERSON = settings.AUTH_USER_MODEL


class SessionQuerySet(models.QuerySet["Session"]):
    def live(
        self, used_after: datetime | None = None, made_after: datetime | None = None
    ) -> "SessionQuerySet":
        """Sign-ins that still count: not ended, used within the idle time, younger than the greatest age."""
        now = timezone.now()
        return self.filter(
            ended_at__isnull=True,
            last_used_at__gt=used_after or now - Session.IDLE,
            created_at__gt=made_after or now - Session.GREATEST_AGE,
        )

    def visible_to(self, viewer: "Viewer") -> "SessionQuerySet":
        return self.live().filter(user=viewer.pk) if viewer.is_authenticated else self.none()

    def for_api(self, viewer: "Viewer") -> "SessionQuerySet":
        return self


class Session(models.Model):
    """One sign-in: its cookie, its access tokens (which name the row) and its refresh tokens all end with it."""

    IDLE = timedelta(days=14)
    GREATEST_AGE = timedelta(days=90)
    CONFIRMED_FOR = timedelta(minutes=10)
    scopes = None
    """A sign-in may do all that its person may."""

    id = IdField(Kind.SESSION)
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="sessions")
    key_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the cookie, in hex"""
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(default=timezone.now)
    """Kept to five minutes, so that reading costs no write."""
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = bounded("session", user_agent=200)
        indexes = [models.Index(fields=["user", "-id"], name="session_user_idx")]

    def __str__(self) -> str:
        return f"session:{self.pk}"

    @property
    def is_confirmed(self) -> bool:
        """Whether the password was given again in the last ten minutes."""
        return bool(self.confirmed_at and self.confirmed_at > timezone.now() - self.CONFIRMED_FOR)


class RefreshToken(models.Model):
    """One link in the chain of a sign-in's refresh tokens; a used one that comes back ends the sign-in (DECISIONS 12)."""

    GRACE = timedelta(seconds=30)

    id = IdField(Kind.REFRESH_TOKEN)
    session = models.ForeignKey(Session, models.CASCADE, related_name="refresh_tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"refresh token {self.pk} of session {self.session_id}"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self, now: datetime | None = None) -> "ApiTokenQuerySet":
        """Tokens that still count: neither revoked nor expired."""
        not_expired = Q(expires_at__isnull=True) | Q(expires_at__gt=now or timezone.now())
        return self.filter(not_expired, revoked_at__isnull=True)

    def visible_to(self, viewer: "Viewer") -> "ApiTokenQuerySet":
        return self.live().filter(user=viewer.pk) if viewer.is_authenticated else self.none()

    def for_api(self, viewer: "Viewer") -> "ApiTokenQuerySet":
        return self


class ApiToken(models.Model):
    """A personal token for a program: opaque, scoped, expiring."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"
        CHAT = "chat"
        MODERATE = "moderate"

    PREFIX = "pat_"
    is_confirmed = False

    id = IdField(Kind.API_TOKEN)
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = bounded("api_token", name=60)

    def __str__(self) -> str:
        return f"token:{self.pk}"


class SecondFactor(models.Model):
    """A person's authenticator app (TOTP, RFC 6238)."""

    user = models.OneToOneField(
        PERSON, models.CASCADE, primary_key=True, related_name="second_factor"
    )
    secret = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True)
    """Unset until the first code proved that the app has the secret."""
    last_step = models.BigIntegerField(default=0)
    """The time step of the last code accepted: each code works once."""

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """A code that stands in for the authenticator app, once."""

    user = models.ForeignKey(PERSON, models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code_hash"], name="recovery_code_once")
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class KnownDevice(models.Model):
    """A device a person signed in from: no mail is sent about it, and guesses from elsewhere do not lock it out."""

    id = IdField(Kind.KNOWN_DEVICE)
    user: "models.ForeignKey[User, User]" = models.ForeignKey(
        PERSON, models.CASCADE, related_name="known_devices"
    )
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the device cookie, or of address and user agent"""
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "fingerprint"], name="known_device_once")
        ]

    def __str__(self) -> str:
        return f"device of {self.user_id}"
