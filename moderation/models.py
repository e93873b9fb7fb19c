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
LENGTHS = {"note": 2000, "statement": 2000}


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


class Action(models.Model):
    """Something a moderator did to a person, with its reason; its id is the cause written on what it changed."""

    class Kind(models.TextChoices):
        SUSPEND = "suspend"

    id = ids.IdField(ids.Kind.MODERATION_ACTION)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    target_id = models.BigIntegerField()
    """The typed id of what it was done to"""
    moderator = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
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
            *bounded("action", **LENGTHS),
            models.CheckConstraint(condition=~Q(note=""), name="action_note_given"),
            models.UniqueConstraint(
                fields=["target_id"],
                condition=Q(kind="suspend", undone_at__isnull=True),
                name="action_one_suspension",
            ),
        ]
        indexes = [
            models.Index(fields=["target_id", "-id"], name="action_target_idx"),
            models.Index(
                fields=["until"], condition=Q(undone_at__isnull=True), name="action_until_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_id}"

    @property
    def is_live(self) -> bool:
        return self.undone_at is None


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
