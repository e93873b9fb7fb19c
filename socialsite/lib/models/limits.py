"""Counts of the limiter that every process shares, kept here when there is no Redis."""

from django.db import models


class LimitWindow(models.Model):
    """What one actor did lately under one policy; the row is worthless after `expires_at`."""

    key = models.CharField(max_length=100, primary_key=True)
    """Name of the policy and a digest of the actor: addresses and mails are not kept in the clear."""
    slots = models.TextField(default="[]")
    """JSON [[ms since 1970 of the newest call, calls], …], oldest first. Text, as only Python reads it."""
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key
