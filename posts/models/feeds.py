"""How a person wants their feed: mode and weights, whom they want more or less of, and what they said of single posts."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
MIN_PRIORITY, MAX_PRIORITY = -2, 2


class FeedPreferences(models.Model):
    """The weights a person gave the parts of the ranking; the mode is `User.feed_mode`. Nobody else learns of it."""

    user = models.OneToOneField(
        PERSON, models.CASCADE, primary_key=True, related_name="feed_preferences"
    )
    weights = models.JSONField(default=dict, blank=True)
    """Only what differs from the default, by the names of `feeds.ranking.WEIGHTS`"""
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"feed of {self.user_id}"


class AuthorPriority(models.Model):
    """A person wants to see more or less of another in their ranked feed; the other never learns of it."""

    user = models.ForeignKey(
        PERSON, models.CASCADE, related_name="author_priorities", db_index=False
    )
    author = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    priority = models.SmallIntegerField(
        validators=[MinValueValidator(MIN_PRIORITY), MaxValueValidator(MAX_PRIORITY)]
    )
    """From much less to much more; 0 has no row"""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "author"], name="author_priority_once"),
            models.CheckConstraint(condition=~Q(user=F("author")), name="author_priority_not_self"),
            models.CheckConstraint(
                condition=Q(priority__gte=MIN_PRIORITY, priority__lte=MAX_PRIORITY),
                name="author_priority_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} gives {self.author_id} {self.priority}"


class Feedback(models.Model):
    """What a person said of one post in their feed; nobody else learns of it."""

    class Kind(models.TextChoices):
        MORE = "more"
        LESS = "less"
        DISMISS = "dismiss"
        """Never show it in a feed again"""

    user = models.ForeignKey(PERSON, models.CASCADE, related_name="feedback", db_index=False)
    target_id = models.BigIntegerField()
    kind = models.CharField(max_length=7, choices=Kind.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            *bounded("feedback", kind=7),
            models.UniqueConstraint(fields=["user", "target_id"], name="feedback_once"),
        ]
        indexes = [models.Index(fields=["target_id"], name="feedback_target_idx")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.user_id} on {self.target_id}"
