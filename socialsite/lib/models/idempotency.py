"""Answers kept for a day, so that a call repeated with the same key has one effect."""

from django.db import models


class IdempotencyKey(models.Model):
    """One acknowledged call: the unique pair decides which of two twins is the first."""

    scope = models.CharField(max_length=100)
    """The credential, or address and route of an anonymous caller."""
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of method, path and body, in hex"""
    status = models.PositiveSmallIntegerField()
    object_id = models.BigIntegerField(null=True)
    """What the answer is rendered from again; the answer itself is not kept."""
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"
