"""Digests: the mails that sum up what a person has not read, one for each person and slot."""

from django.db import models

from accounts.models import User


class DigestQuerySet(models.QuerySet["Digest"]):
    def to_send(self) -> "DigestQuerySet":
        """Those whose mail still makes sense: not sent, to a person who is there with a proven address and wants it."""
        return self.filter(
            sent_at__isnull=True,
            user__email_verified_at__isnull=False,
            user__suspended_by__isnull=True,
            user__deleted_at__isnull=True,
        ).exclude(user__digest=User.Digest.OFF)


class Digest(models.Model):
    """The slot of one person: a day, by their own clock. The row is the claim, so that no slot is sent twice."""

    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    slot = models.DateField()
    claim = models.UUIDField()
    """The run that made the row: which of several that race for the slot has it"""
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    """Not set for a person there was nothing to tell"""

    objects = DigestQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "slot"], name="digest_once")]
        indexes = [
            models.Index(fields=["slot"], name="digest_slot_idx"),
            models.Index(fields=["claim"], name="digest_claim_idx"),
            models.Index(
                fields=["sent_at"],
                condition=models.Q(sent_at__isnull=False),
                name="digest_sent_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot} for {self.user_id}"
