"""Node numbers of the processes that mint ids, leased where processes share a database and no disk."""

from django.db import models


class NodeSlot(models.Model):
    """One of the 64 node numbers, held by a process until `leased_until`."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    holder = models.CharField(max_length=64)
    leased_until = models.DateTimeField()

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return f"node {self.number} held by {self.holder}"
