"""What the screening for spam said, and the words it looks for."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from socialsite.lib import ids
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    pass

PERSON = settings.AUTH_USER_MODEL


class Screening(models.Model):
    """What the screening for spam said of one text, when it was written or changed."""

    id = ids.IdField(ids.Kind.SCREENING)
    target_id = models.BigIntegerField()
    author = models.ForeignKey(PERSON, models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=32)
    """Of the text without case, spaces and signs: tells repetitions"""
    score = models.FloatField(default=0)
    """0 for harmless to 1 for certain spam"""
    rules = models.JSONField(default=list, blank=True)
    """The rules that matched, as `{"rule", "score"}`"""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = bounded("screening", digest=32)
        indexes = [
            models.Index(fields=["author", "-id"], name="screening_author_idx"),
            models.Index(fields=["target_id", "-id"], name="screening_target_idx"),
        ]

    def __str__(self) -> str:
        return f"screening of {self.target_id}: {self.score}"


class Keyword(models.Model):
    """A word or phrase that raises the score of a text it stands in; administrators keep the list."""

    phrase = models.CharField(max_length=100, unique=True)
    """In lower case; found as whole words"""
    score = models.FloatField(default=0.5)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            *bounded("keyword", phrase=100),
            models.CheckConstraint(
                condition=Q(score__gt=0, score__lte=1), name="keyword_score_range"
            ),
        ]

    def __str__(self) -> str:
        return self.phrase
