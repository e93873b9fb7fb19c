"""The audit trail of everything done on the site."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from socialsite.lib import ids
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    from accounts.models import Viewer

PERSON = settings.AUTH_USER_MODEL


PRIVATE_VERBS = (
    *("muted", "unmuted", "bookmarked", "unbookmarked", "tag_followed", "tag_unfollowed"),
    *("target_muted", "target_unmuted", "sender_accepted", "sender_dismissed"),
    *("feedback_given", "feed_preferences_changed"),
    *("filter_created", "filter_changed", "filter_deleted", "filters_imported"),
    *("list_created", "list_changed", "list_deleted", "list_member_added", "list_member_removed"),
    *("suggestion_dismissed", "suggestion_restored"),
    *("message_sent", "message_edited", "message_reacted", "reaction_withdrawn"),
    *("message_pinned", "message_unpinned", "message_deleted", "message_purged"),
    *("room_joined", "room_left", "member_added", "member_invited"),
)
"""What the trail keeps and moderators do not read: whom a person does not want to hear of, what they keep for later and want to see,
where they talk"""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, viewer: "Viewer") -> "AuditEntryQuerySet":
        """Moderators read the trail but for what is a person's own business, others nothing."""
        if not getattr(viewer, "is_moderator", False):
            return self.none()
        return self.exclude(verb__in=PRIVATE_VERBS)

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
