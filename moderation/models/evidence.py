"""Small copies of the media that cases are about."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from moderation.models.cases import Case
from socialsite.lib import ids
from socialsite.lib.rows import bounded
from socialsite.lib.text.links import MAX_URL

if TYPE_CHECKING:
    from accounts.models import Viewer


class EvidenceCopyQuerySet(models.QuerySet["EvidenceCopy"]):
    def visible_to(self, viewer: "Viewer") -> "EvidenceCopyQuerySet":
        """Moderators see every copy, others none."""
        return self if getattr(viewer, "is_moderator", False) else self.none()

    def waiting(self) -> "EvidenceCopyQuerySet":
        return self.filter(state=EvidenceCopy.State.WAITING)


class EvidenceCopy(models.Model):
    """A medium of a reported thing, with the thumbnail that the site made of it; so moderators see it without asking its server,
    and still do when it is changed there."""

    class State(models.TextChoices):
        WAITING = "waiting"
        KEPT = "kept"
        VIDEO = "video"
        """Has no thumbnail"""
        FAILED = "failed"

    id = ids.IdField(ids.Kind.EVIDENCE_COPY)
    case = models.ForeignKey(Case, models.CASCADE, related_name="copies", db_index=False)
    url = models.CharField(max_length=MAX_URL)
    url_sha256 = models.CharField(max_length=64)
    """Stands for the address in the constraint: an index has no room for long ones"""
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=12, blank=True)
    """Why it failed: a `Failure` of `lib.outbound` or a `Flaw` of `lib.pictures`"""
    tries = models.PositiveSmallIntegerField(default=0)
    thumbnail = models.BinaryField(null=True, blank=True)
    """WebP; in the row, so that it is in every backup and gone with the row"""
    sha256 = models.CharField(max_length=64, blank=True)
    """Of the original, as it was fetched"""
    fetched_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceCopyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "evidence copies"
        constraints = [
            *bounded("copy", url=MAX_URL, url_sha256=64, reason=12, sha256=64),
            models.UniqueConstraint(fields=["case", "url_sha256"], name="copy_once"),
            models.CheckConstraint(
                condition=Q(
                    state="kept",
                    thumbnail__isnull=False,
                    sha256__length=64,
                    fetched_at__isnull=False,
                )
                | (~Q(state="kept") & Q(thumbnail__isnull=True)),
                name="copy_kept_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"copy of {self.url}"
