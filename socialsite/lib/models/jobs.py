from django.db import models


class PeriodicJob(models.Model):
    """When a handler declared by `@periodic` runs next; every scheduler of the site reads these rows."""

    class Status(models.TextChoices):
        WAITING = "waiting"  # never ran
        QUEUED = "queued"
        DONE = "done"
        FAILED = "failed"  # of the last attempt; the task may still be tried again

    name = models.CharField(max_length=100, unique=True)
    # A copy of what the code declares, to notice in a new release that it changed.
    schedule = models.CharField(max_length=100)
    enabled = models.BooleanField(default=True)
    next_run_at = models.DateTimeField()
    last_run_at = models.DateTimeField(null=True)
    # The task of the last slot; while it is unfinished no other is enqueued.
    task_id = models.UUIDField(null=True)
    last_status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    last_error = models.TextField(blank=True)
    # Slots fired, not attempts.
    runs = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} ({self.schedule})"
