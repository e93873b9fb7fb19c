"""The event log, one row a deed, and what a job counts of what people did."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from accounts.conditions import PreparedCondition
from accounts.models import Anonymous, User, Viewer
from socialsite.lib import targets
from socialsite.lib.ids import IdField, Kind, first_id_at
from socialsite.lib.rows import bounded

LENGTHS = {"type": 40}
STANDING_LENGTHS = {"measure": 20, "period": 5}

_OBJECT_SEEN = PreparedCondition(
    lambda: Activity, lambda viewer: targets.visible_q("object_id", viewer)
)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def visible_to(self, viewer: Viewer) -> "ActivityQuerySet":
        """The viewer's own log: what others see of it is on their page (`analytics.reads`)."""
        return self.none() if isinstance(viewer, Anonymous) else self.filter(user=viewer.pk)

    def public(self) -> "ActivityQuerySet":
        """Deeds that were meant for others and have not been taken back."""
        return self.filter(is_public=True)

    def matching(self, *, types: list[str] | None = None) -> "ActivityQuerySet":
        return self if types is None else self.filter(type__in=types)

    def since(self, moment: datetime) -> "ActivityQuerySet":
        return self.filter(pk__gte=first_id_at(moment))

    def per_day(self, zone: ZoneInfo) -> models.QuerySet["Activity", tuple[object, str, int]]:
        """How many there are of each type on each day of a time zone: (date, type, number)."""
        days = self.annotate(day=TruncDate("created_at", tzinfo=zone)).order_by()
        return days.values_list("day", "type").annotate(number=Count("pk"))

    def for_api(self, viewer: User) -> "ActivityQuerySet":
        """Adds what is shown of the objects, and whether the viewer may see them."""
        columns = targets.summary_columns("object_id")
        return self.annotate(object_seen=_OBJECT_SEEN.for_reader(viewer), **columns)


class Activity(models.Model):
    """One thing a person did."""

    id = IdField(Kind.ACTIVITY)
    user = models.ForeignKey(User, models.CASCADE, related_name="activities")
    type = models.CharField(max_length=LENGTHS["type"])
    object_id = models.BigIntegerField(null=True, blank=True)
    """What it was done to"""
    is_public = models.BooleanField(default=False)
    """Whether the person's page may show it; taken away when the deed is taken back"""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "activities"
        constraints = bounded("activity", **LENGTHS)
        indexes = [
            models.Index(fields=["user", "-id"], name="activity_user_idx"),
            models.Index(
                fields=["user", "-id"], condition=Q(is_public=True), name="activity_public_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} by {self.user_id}"

    @property
    def line(self) -> dict[str, str] | None:
        """The object in one line, for rows read `for_api`; None when there is none that the viewer may see."""
        columns = vars(self)
        if self.object_id is None or not columns["object_seen"]:
            return None
        return targets.line(self.object_id, columns)


class StandingQuerySet(models.QuerySet["Standing"]):
    def visible_to(self, viewer: Viewer) -> "StandingQuerySet":
        """People whom the viewer may know of and who take part."""
        people = User.objects.visible_to(viewer).filter(leaderboard_opt_out=False)
        return self.filter(people.at("user"))

    def of(self, measure: str, period: str) -> "StandingQuerySet":
        return self.filter(measure=measure, period=period)

    def for_api(self, viewer: Viewer) -> "StandingQuerySet":
        return self.select_related("user")


class Standing(models.Model):
    """What one person has of a measure in a period; the rows of both are replaced together."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    measure = models.CharField(max_length=STANDING_LENGTHS["measure"])
    period = models.CharField(max_length=STANDING_LENGTHS["period"])
    value = models.PositiveIntegerField()

    rank: int
    """Where the person stands among those the reader sees; put on the rows of a page"""

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("standing", **STANDING_LENGTHS),
            models.UniqueConstraint(fields=["measure", "period", "user"], name="standing_once"),
        ]
        indexes = [
            models.Index(fields=["measure", "period", "-value", "-user"], name="standing_value_idx")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.value} {self.measure} ({self.period})"
