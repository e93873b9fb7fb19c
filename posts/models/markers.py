"""How far a person has read their feeds, the same on all their devices."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Audience, Viewer

PERSON = settings.AUTH_USER_MODEL


class MarkerQuerySet(models.QuerySet["Marker"]):
    def visible_to(self, viewer: Viewer) -> "MarkerQuerySet":
        """The viewer's own."""
        return self.filter(owner=viewer.pk) if viewer.is_authenticated else self.none()

    def for_api(self, viewer: Viewer) -> "MarkerQuerySet":
        return self


class Marker(models.Model):
    """The last thing a person has read of one of their feeds."""

    class Feed(models.TextChoices):
        HOME = "home"
        NOTIFICATIONS = "notifications"
        LIST = "list"

    owner = models.ForeignKey(PERSON, models.CASCADE, related_name="markers")
    feed = models.CharField(max_length=13, choices=Feed.choices)
    audience = models.ForeignKey(
        Audience, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    """Which list, for one"""
    last_read_id = models.BigIntegerField()
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    objects = MarkerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(feed="list", audience__isnull=False)
                | (~Q(feed="list") & Q(audience__isnull=True)),
                name="marker_list_has_audience",
            ),
            models.UniqueConstraint(
                fields=["owner", "feed"],
                condition=Q(audience__isnull=True),
                name="marker_once",
            ),
            models.UniqueConstraint(
                fields=["audience"],
                condition=Q(audience__isnull=False),
                name="marker_list_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.owner_id}"

    @property
    def name(self) -> str:
        """As paths and bodies call the feed: `home`, `list:<id>`."""
        return f"{self.feed}:{self.audience_id}" if self.audience_id else self.feed
