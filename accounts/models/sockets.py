"""What sockets leave in the database: tickets to open one with, how a person wants to be seen, and who is there now."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
TEXT_LENGTH = 100


class Ticket(models.Model):
    """Opens one socket, once, for whoever asked for it; only its hash is stored."""

    LIFETIME = timedelta(seconds=30)

    secret_hash = models.CharField(max_length=64, unique=True)
    credential_id = models.BigIntegerField()
    """The sign-in or the personal token that asked: the socket ends with it"""
    created_at = models.DateTimeField(default=timezone.now, db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"ticket {self.pk} of {self.credential_id}"


class Presence(models.Model):
    """How a person wants to be seen, and when they were last there; a row from their first socket on."""

    class Status(models.TextChoices):
        ONLINE = "online"
        AWAY = "away"
        DND = "dnd"
        INVISIBLE = "invisible"

    OFFLINE = "offline"
    """Shown, never chosen"""

    user = models.OneToOneField(PERSON, models.CASCADE, primary_key=True, related_name="presence")
    chosen = models.CharField(max_length=9, choices=Status.choices, default=Status.ONLINE)
    text = models.CharField(max_length=TEXT_LENGTH, blank=True)
    expires_at = models.DateTimeField(null=True)
    """From then on the choice and the text count no more"""
    last_seen_at = models.DateTimeField(null=True)
    """When their last socket closed, or when they became invisible: what came after is nobody's business"""

    class Meta:
        constraints = bounded("presence", text=TEXT_LENGTH)

    def __str__(self) -> str:
        return f"presence of {self.user_id}"

    @property
    def in_force(self) -> bool:
        return self.expires_at is None or self.expires_at > timezone.now()

    @property
    def wanted(self) -> str:
        """What the person wants to be seen as while they have a socket."""
        return self.chosen if self.in_force else self.Status.ONLINE

    @property
    def is_hidden(self) -> bool:
        return self.wanted == self.Status.INVISIBLE


class SocketHost(models.Model):
    """A process that holds sockets. Its rows count while its lease lasts: a killed one leaves nobody online for ever."""

    name = models.CharField(max_length=64, primary_key=True)
    leased_until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = bounded("socket_host", name=64)

    def __str__(self) -> str:
        return self.name


class SocketUserQuerySet(models.QuerySet["SocketUser"]):
    def live(self) -> "SocketUserQuerySet":
        """Those whose process is there."""
        return self.filter(host__leased_until__gt=timezone.now())


class SocketUser(models.Model):
    """A person with a socket in a process, or with one that closed there a moment ago."""

    host = models.ForeignKey(SocketHost, models.CASCADE, related_name="people", db_index=False)
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="socket_hosts")

    objects = SocketUserQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "user"], name="socket_user_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.host_id}"


def has_socket(field: str = "pk") -> Exists:
    """Return the condition that the person in `field` of another table's row has a socket somewhere."""
    return Exists(SocketUser.objects.live().filter(user=OuterRef(field)))
