"""What network keeps beside the connections of accounts: whom a person does not want suggested, and who is well known."""

from django.db import models
from django.db.models import F, Q

from accounts.models import Anonymous, User, Viewer
from accounts.models.users import LENGTHS
from socialsite.lib.rows import bounded


class DismissalQuerySet(models.QuerySet["Dismissal"]):
    def visible_to(self, viewer: Viewer) -> "DismissalQuerySet":
        """The viewer's own: nobody learns that they were dismissed."""
        return self.none() if isinstance(viewer, Anonymous) else self.filter(user=viewer.pk)


class Dismissal(models.Model):
    """A person does not want another to be suggested to them."""

    user = models.ForeignKey(User, models.CASCADE, related_name="dismissals", db_index=False)
    dismissed = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "dismissed"], name="dismissal_once"),
            models.CheckConstraint(condition=~Q(user=F("dismissed")), name="dismissal_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} dismissed {self.dismissed_id}"


class WellKnown(models.Model):
    """One of the most followed people, of all or of an industry; a job makes the rows anew."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    industry = models.CharField(max_length=LENGTHS["industry"], blank=True)
    """Empty for the most followed of all"""
    rank = models.PositiveIntegerField()
    """1 for the most followed"""

    class Meta:
        verbose_name_plural = "well known"
        constraints = [
            *bounded("well_known", industry=LENGTHS["industry"]),
            models.UniqueConstraint(fields=["industry", "rank"], name="well_known_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.rank} of {self.industry or 'all'}"
