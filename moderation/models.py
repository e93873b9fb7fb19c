"""What moderators did, so that it can be taken back exactly, and the audit trail of everything done on the site."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from socialsite.lib import ids
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    from accounts.models import Viewer

PERSON = settings.AUTH_USER_MODEL
LENGTHS = {"note": 2000, "statement": 2000, "comment": 1000, "evidence": 500}


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, viewer: "Viewer") -> "ActionQuerySet":
        """Moderators see every action, others none."""
        return self if getattr(viewer, "is_moderator", False) else self.none()

    def for_api(self, viewer: "Viewer") -> "ActionQuerySet":
        return self

    def live(self) -> "ActionQuerySet":
        """Actions that nobody has taken back."""
        return self.filter(undone_at__isnull=True)

    def run_out(self, now: datetime) -> "ActionQuerySet":
        """Live actions whose time has passed."""
        return self.live().filter(until__lte=now)

    def matching(
        self,
        *,
        target: int | None = None,
        moderator: int | None = None,
        action: str | None = None,
        state: str | None = None,
    ) -> "ActionQuerySet":
        """Narrow a list of actions by what was asked for; `state` is live or undone."""
        asked = {"target_id": target, "moderator": moderator, "kind": action}
        rows = self.filter(**{name: value for name, value in asked.items() if value is not None})
        return rows if state is None else rows.filter(undone_at__isnull=state == "live")


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
                fields=["-priority", "id"],
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


class Action(models.Model):
    """Something a moderator or the site did to a person or a thing, with its reason; its id is the cause written on what it changed."""

    class Kind(models.TextChoices):
        SUSPEND = "suspend"
        WARN = "warn"
        """Changes nothing; the person is told"""
        HOLD = "hold"
        """The site hides a thing until a moderator looks at it"""
        HIDE = "hide"
        """Only its author and moderators still see it"""
        DELETE = "delete"
        """Only moderators still see it"""

    id = ids.IdField(ids.Kind.MODERATION_ACTION)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    target_id = models.BigIntegerField()
    """The typed id of what it was done to"""
    owner_id = models.BigIntegerField()
    """The person it concerns: the target itself, or whose thing that is"""
    moderator = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    """None for what the site did by itself"""
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="actions")
    reason = models.CharField(max_length=14, choices=Reason.choices, default=Reason.OTHER)
    """The rule it stands on"""
    evidence = models.CharField(max_length=LENGTHS["evidence"], blank=True)
    """The beginning of the text as it was then"""
    covers = models.BigIntegerField(null=True, blank=True)
    """The action that hid the thing before this one did: what undoing leaves behind"""
    note = models.CharField(max_length=LENGTHS["note"])
    """The reason, for moderators only"""
    statement = models.CharField(max_length=LENGTHS["statement"], blank=True)
    """The reason as the affected person reads it"""
    until = models.DateTimeField(null=True, blank=True)
    """When the site takes it back by itself; null for never"""
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    """Null also when the site took it back, its time being over"""

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("action", **{n: LENGTHS[n] for n in ("note", "statement", "evidence")}),
            models.CheckConstraint(condition=~Q(note=""), name="action_note_given"),
            models.UniqueConstraint(
                fields=["target_id", "kind"],
                condition=Q(undone_at__isnull=True) & ~Q(kind="warn"),
                name="action_one_live",
            ),
        ]
        indexes = [
            models.Index(fields=["target_id", "-id"], name="action_target_idx"),
            models.Index(fields=["owner_id", "-id"], name="action_owner_idx"),
            models.Index(
                fields=["until"], condition=Q(undone_at__isnull=True), name="action_until_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id}"

    @property
    def is_live(self) -> bool:
        return self.undone_at is None


class Screening(models.Model):
    """What the screening for spam said of one text, when it was written or changed."""

    id = ids.IdField(ids.Kind.SCREENING)
    target_id = models.BigIntegerField()
    author = models.ForeignKey(PERSON, models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=32)
    """Of the text without case, spaces and signs: tells repetitions"""
    score = models.FloatField(default=0)
    """0 for harmless to 1 for certain spam"""
    rules = models.JSONField(default=list, blank=True)
    """The rules that matched, as `{"rule", "score"}`"""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = bounded("screening", digest=32)
        indexes = [
            models.Index(fields=["author", "-id"], name="screening_author_idx"),
            models.Index(fields=["target_id", "-id"], name="screening_target_idx"),
        ]

    def __str__(self) -> str:
        return f"screening of {self.target_id}: {self.score}"


class Keyword(models.Model):
    """A word or phrase that raises the score of a text it stands in; administrators keep the list."""

    phrase = models.CharField(max_length=100, unique=True)
    """In lower case; found as whole words"""
    score = models.FloatField(default=0.5)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            *bounded("keyword", phrase=100),
            models.CheckConstraint(
                condition=Q(score__gt=0, score__lte=1), name="keyword_score_range"
            ),
        ]

    def __str__(self) -> str:
        return self.phrase


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, viewer: "Viewer") -> "AuditEntryQuerySet":
        """Moderators read the whole trail, others nothing."""
        return self if getattr(viewer, "is_moderator", False) else self.none()

    def for_api(self, viewer: "Viewer") -> "AuditEntryQuerySet":
        return self

    def matching(
        self,
        *,
        actor: int | None = None,
        verb: str | None = None,
        target: int | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
    ) -> "AuditEntryQuerySet":
        """Narrow the trail by what was asked for; times become ranges of the ids, which carry them."""
        asked = {
            "actor_id": actor,
            "verb": verb,
            "target_id": target,
            "pk__gte": after and ids.first_id_at(after),
            "pk__lt": before and ids.first_id_at(before),
        }
        return self.filter(**{name: value for name, value in asked.items() if value is not None})


class AuditEntry(models.Model):
    """One thing that was done, by whom and by which credential. Triggers refuse to change or delete a row (`triggers.py`).

    It holds ids and no texts of people, so that erasing a person need not touch it; the ids are no foreign keys for the same reason.
    """

    id = ids.IdField(ids.Kind.AUDIT_ENTRY)
    actor_id = models.BigIntegerField(null=True)
    """Null for what the site did by itself"""
    credential = models.CharField(max_length=100, blank=True)
    """As `lib.context.credential` has it; empty where none is needed: at a sign-up or a sign-in"""
    verb = models.CharField(max_length=60)
    """The name of the effect: `connection_requested`"""
    target_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)
    """What else the effect carries: ids as strings, yes or no, words of closed lists"""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = bounded("audit_entry", credential=100, verb=60, request_id=64)
        indexes = [
            models.Index(fields=["actor_id", "-id"], name="audit_actor_idx"),
            models.Index(fields=["target_id", "-id"], name="audit_target_idx"),
            models.Index(fields=["verb", "-id"], name="audit_verb_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.verb} {self.target_id}"
