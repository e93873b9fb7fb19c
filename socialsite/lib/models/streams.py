"""Streams: numbered events of a room or of a person, the truth behind everything that sockets say."""

from django.db import models
from django.utils import timezone


class Stream(models.Model):
    """The events of one room, or of one person: numbered from 1 without a gap."""

    id = models.BigIntegerField(primary_key=True)
    """The id of the room or person"""
    last_seq = models.PositiveBigIntegerField(default=0)
    oldest_seq = models.PositiveBigIntegerField(default=1)
    """The first number that is still kept: older events have been cleared away"""

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(oldest_seq__lte=models.F("last_seq") + 1),
                name="stream_oldest_seq",
            )
        ]

    def __str__(self) -> str:
        return f"stream {self.pk} at {self.last_seq}"


class StreamEvent(models.Model):
    """One event: it names what happened to what, and its kind renders it for whoever reads it now."""

    stream = models.ForeignKey(Stream, models.CASCADE, related_name="events", db_index=False)
    seq = models.PositiveBigIntegerField()
    name = models.CharField(max_length=30)
    person_id = models.BigIntegerField(null=True)
    """Whom it shows: who may not see that person gets `hidden` in its place"""
    subject_id = models.BigIntegerField(null=True)
    """What it is about, as a message or a notification: read anew each time, so nothing shows that is gone"""
    data = models.JSONField(default=dict)
    """What else it says, ids and numbers alone"""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="stream_event_once"),
            models.CheckConstraint(
                condition=models.Q(name__length__lte=30), name="event_name_length"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.seq} of stream {self.stream_id}"
