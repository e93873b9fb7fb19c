"""Connections: two people who know each other, or one who asks; one live row a pair."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from accounts.models.users import Anonymous, User, Viewer
from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def of(self, person_id: int) -> "ConnectionQuerySet":
        """Connections and requests with this person on either side."""
        return self.filter(Q(low=person_id) | Q(high=person_id))

    def between(self, one_id: int, other_id: int) -> "ConnectionQuerySet":
        low, high = sorted((one_id, other_id))
        return self.filter(low=low, high=high)

    def live(self) -> "ConnectionQuerySet":
        return self.filter(status__in=Connection.LIVE)

    def accepted(self) -> "ConnectionQuerySet":
        return self.filter(status=Connection.Status.ACCEPTED)

    def pending(self) -> "ConnectionQuerySet":
        return self.filter(status=Connection.Status.PENDING)

    def visible_to(self, viewer: Viewer) -> "ConnectionQuerySet":
        """The viewer's own connections and requests; the requester never learns of a declined one, nobody of the hidden."""
        if isinstance(viewer, Anonymous):
            return self.none()
        seen = User.objects.visible_to(viewer)
        return self.live().of(viewer.pk).filter(seen.at("low"), seen.at("high"))

    def for_api(self, viewer: Viewer) -> "ConnectionQuerySet":
        return self.select_related("low", "high")


class Connection(models.Model):
    """Two people know each other, or one asks to; the pair is stored once, the lower id first."""

    class Status(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        DECLINED = "declined"

    LIVE = (Status.PENDING, Status.ACCEPTED)
    TRANSITIONS = {Status.PENDING: {Status.ACCEPTED, Status.DECLINED}}
    COOLDOWN = timedelta(days=30)
    """How long a declined request keeps the same person from asking again."""

    id = IdField(Kind.CONNECTION)
    low = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    high = models.ForeignKey(User, models.CASCADE, related_name="+", db_index=False)
    requester = models.ForeignKey(User, models.CASCADE, related_name="+")
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.PENDING)
    message = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("connection", message=300),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="connection_low_first"),
            models.CheckConstraint(
                condition=Q(requester=F("low")) | Q(requester=F("high")),
                name="connection_requester",
            ),
            models.UniqueConstraint(
                fields=["low", "high"],
                condition=Q(status__in=["pending", "accepted"]),
                name="connection_one_live",
            ),
        ]
        indexes = [
            models.Index(fields=["low", "status", "-id"], name="connection_low_idx"),
            models.Index(fields=["high", "status", "-id"], name="connection_high_idx"),
            # Whether two people know each other: SQLite does not see that the constraint's index would do.
            models.Index(fields=["low", "high", "status"], name="connection_pair_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} and {self.high_id}: {self.status}"

    @property
    def recipient_id(self) -> int:
        return self.high_id if self.requester_id == self.low_id else self.low_id

    def other(self, person_id: int) -> User:
        """Return the person at the other end."""
        return self.high if self.low_id == person_id else self.low

    def can_become(self, status: str) -> bool:
        return status in self.TRANSITIONS.get(self.Status(self.status), set())
