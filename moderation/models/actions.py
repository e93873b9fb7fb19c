"""What moderators and the site did, so that it can be taken back exactly."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from moderation.models.cases import LENGTHS, Case, Reason
from socialsite.lib import ids
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    from accounts.models import Viewer

PERSON = settings.AUTH_USER_MODEL


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, viewer: "Viewer") -> "ActionQuerySet":
        """Moderators see every action, others none."""
        return self if getattr(viewer, "is_moderator", False) else self.none()

    def for_api(self, viewer: "Viewer") -> "ActionQuerySet":
        return self

    def concerning(self, person: "Viewer") -> "ActionQuerySet":
        """What was done to a person or a thing of theirs: they may know it, but not who did it and what moderators say of it."""
        return self.none() if person.pk is None else self.filter(owner_id=person.pk)

    def live(self) -> "ActionQuerySet":
        """Actions that nobody has taken back."""
        return self.filter(undone_at__isnull=True)

    def causing(self, target_id: int, column: str) -> "ActionQuerySet":
        """The live actions that keep `hidden_by` or `removed_by` of a thing set, the newest first."""
        kinds = [kind for kind, known in COLUMNS.items() if known == column]
        return self.live().filter(target_id=target_id, kind__in=kinds).order_by("-pk")

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
    undo_note = models.CharField(max_length=LENGTHS["note"], blank=True)
    """Why it was taken back, for moderators only"""

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("action", **{n: LENGTHS[n] for n in ("note", "statement", "evidence")}),
            *bounded("action", undo_note=LENGTHS["note"]),
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


COLUMNS = {
    Action.Kind.HOLD: "hidden_by",
    Action.Kind.HIDE: "hidden_by",
    Action.Kind.DELETE: "removed_by",
}
"""The column of a thing that holds the id of the action which changed it"""
