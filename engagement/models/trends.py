"""The tags that people follow, and what trends: tables that a job makes and everybody reads."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Anonymous, Viewer
from engagement.models.texts import Tag
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
MAX_KIND, MAX_REASON = 20, 1000


class TagFollowQuerySet(models.QuerySet["TagFollow"]):
    def visible_to(self, viewer: Viewer) -> "TagFollowQuerySet":
        """The viewer's own: nobody else learns what a person follows."""
        return self.none() if isinstance(viewer, Anonymous) else self.filter(user=viewer.pk)


class TagFollow(models.Model):
    """A person wants to see the posts of a tag."""

    user = models.ForeignKey(PERSON, models.CASCADE, related_name="tag_follows", db_index=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="follows")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TagFollowQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "tag"], name="tag_follow_once")]
        indexes = [models.Index(fields=["user", "-id"], name="tag_follow_user_idx")]

    def __str__(self) -> str:
        return f"{self.user_id} follows tag {self.tag_id}"


class Trend(models.Model):
    """A thing that trends in a range of time; the rows of a range and a kind are replaced together."""

    class Range(models.TextChoices):
        HOUR = "1h"
        DAY = "24h"
        WEEK = "7d"
        MONTH = "30d"

    range = models.CharField(max_length=3, choices=Range.choices)
    kind = models.CharField(max_length=MAX_KIND)
    """A name in the registry of `engagement.trending`"""
    object_id = models.BigIntegerField()
    rank = models.PositiveIntegerField()
    previous_rank = models.PositiveIntegerField(null=True, blank=True)
    """Where it stood a job ago; null when it did not trend then"""
    score = models.FloatField()
    people = models.PositiveIntegerField()
    """How many different people made it trend"""
    parts = models.JSONField(default=dict, blank=True)
    """How many people did each of the deeds that count"""
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounded("trend", kind=MAX_KIND),
            models.UniqueConstraint(fields=["range", "kind", "object_id"], name="trend_once"),
        ]
        indexes = [models.Index(fields=["range", "kind", "rank"], name="trend_rank_idx")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}, {self.range}: {self.rank}"


class TrendTable(models.Model):
    """When the trends of a range and a kind were made, and who makes them now: one row for each pair."""

    range = models.CharField(max_length=3, choices=Trend.Range.choices)
    kind = models.CharField(max_length=MAX_KIND)
    made_at = models.DateTimeField(null=True, blank=True)
    newest_id = models.BigIntegerField(default=0)
    """The newest deed that was counted: one beyond it makes the table old"""
    deeds = models.PositiveBigIntegerField(default=0)
    """How many deeds were counted, which is what making it costs"""
    took_ms = models.PositiveIntegerField(default=0)
    busy_since = models.DateTimeField(null=True, blank=True)
    """When somebody began to make it anew; one at a time does"""

    class Meta:
        constraints = [
            *bounded("trend_table", kind=MAX_KIND),
            models.UniqueConstraint(fields=["range", "kind"], name="trend_table_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.range}"


class TrendBar(models.Model):
    """A moderator keeps a thing out of what trends; undone, the row stays."""

    kind = models.CharField(max_length=MAX_KIND)
    object_id = models.BigIntegerField()
    moderator = models.ForeignKey(PERSON, models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=MAX_REASON)
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            *bounded("trend_bar", kind=MAX_KIND, reason=MAX_REASON),
            models.CheckConstraint(condition=~Q(reason=""), name="trend_bar_reason_given"),
            models.UniqueConstraint(
                fields=["kind", "object_id"],
                condition=Q(undone_at__isnull=True),
                name="trend_bar_one_live",
            ),
        ]
        indexes = [models.Index(fields=["object_id", "-id"], name="trend_bar_object_idx")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} kept out of trends"
