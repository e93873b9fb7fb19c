"""What people report, and the cases that moderators decide."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from socialsite.lib import ids
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    from accounts.models import Viewer

PERSON = settings.AUTH_USER_MODEL
KIND_MASK = (1 << ids.KIND_BITS) - 1
LENGTHS = {"note": 2000, "statement": 2000, "comment": 1000, "evidence": 500}


class Reason(models.TextChoices):
    """What a thing is reported for, and which rule an action stands on."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HATE = "hate"
    VIOLENCE = "violence"
    NUDITY = "nudity"
    SELF_HARM = "self_harm"
    MISINFORMATION = "misinformation"
    IMPERSONATION = "impersonation"
    COPYRIGHT = "copyright"
    ILLEGAL = "illegal"
    OTHER = "other"


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, viewer: "Viewer") -> "CaseQuerySet":
        """Moderators see every case, others none."""
        return self if getattr(viewer, "is_moderator", False) else self.none()

    def open(self) -> "CaseQuerySet":
        return self.filter(closed_at__isnull=True)

    def matching(
        self, *, kind: ids.Kind | None = None, reason: str | None = None, state: str = "open"
    ) -> "CaseQuerySet":
        """Narrow the queue: the kind of thing, a reason that one of the reports gives, open or closed."""
        rows = self.filter(closed_at__isnull=state == "open")
        if kind is not None:
            rows = rows.alias(kind=models.F("target_id").bitand(KIND_MASK)).filter(kind=kind)
        if reason is not None:
            reports = Report.objects.filter(case=models.OuterRef("pk"), reason=reason)
            rows = rows.filter(models.Exists(reports))
        return rows

    def for_api(self, viewer: "Viewer") -> "CaseQuerySet":
        return self


class Case(models.Model):
    """All that is reported about one thing, from the first report until moderators decide."""

    id = ids.IdField(ids.Kind.CASE)
    target_id = models.BigIntegerField()
    reason = models.CharField(max_length=14, choices=Reason.choices)
    """The gravest of what its reports say"""
    priority = models.PositiveSmallIntegerField(default=0)
    """0 to 100, by `moderation.priority`"""
    rank = models.GeneratedField(
        expression=models.Value(100) - models.F("priority"),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    """The priority upside down: with the id it is the order of the queue"""
    report_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        PERSON, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target_id"], condition=Q(closed_at__isnull=True), name="case_one_open"
            )
        ]
        indexes = [
            models.Index(fields=["target_id", "-id"], name="case_target_idx"),
            models.Index(
                fields=["rank", "id"],
                condition=Q(closed_at__isnull=True),
                name="case_queue_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"case about {self.target_id}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, viewer: "Viewer") -> "ReportQuerySet":
        """One's own reports; moderators see all."""
        if getattr(viewer, "is_moderator", False):
            return self
        return self.filter(reporter=viewer.pk) if viewer.is_authenticated else self.none()

    def open(self) -> "ReportQuerySet":
        return self.filter(outcome="")

    def for_api(self, viewer: "Viewer") -> "ReportQuerySet":
        return self


class Report(models.Model):
    """A person says that something breaks the rules."""

    class Outcome(models.TextChoices):
        OPEN = ""
        DISMISSED = "dismissed"
        ACTED = "acted"

    id = ids.IdField(ids.Kind.REPORT)
    case = models.ForeignKey(Case, models.CASCADE, related_name="reports", db_index=False)
    reporter = models.ForeignKey(
        PERSON, models.CASCADE, null=True, blank=True, related_name="reports", db_index=False
    )
    """None for what the site's own screening reports"""
    target_id = models.BigIntegerField()
    reason = models.CharField(max_length=14, choices=Reason.choices)
    comment = models.CharField(max_length=LENGTHS["comment"], blank=True)
    outcome = models.CharField(
        max_length=9, choices=Outcome.choices, default=Outcome.OPEN, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("report", comment=LENGTHS["comment"]),
            models.UniqueConstraint(
                fields=["reporter", "target_id"], condition=Q(outcome=""), name="report_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-id"], name="report_case_idx"),
            models.Index(fields=["reporter", "-id"], name="report_reporter_idx"),
            models.Index(fields=["target_id"], name="report_target_idx"),
        ]

    def __str__(self) -> str:
        return f"report of {self.target_id}"
