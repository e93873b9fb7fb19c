"""Filters: what a person does not want to read, where, and until when. Nobody else learns of them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    from accounts.models.users import Viewer

LENGTHS = {"title": 60}
MAX_TERM = 60


class FilterQuerySet(models.QuerySet["Filter"]):
    def visible_to(self, viewer: "Viewer") -> "FilterQuerySet":
        """The viewer's own filters, those that ran out too."""
        return self.filter(owner=viewer.pk) if viewer.is_authenticated else self.none()

    def for_api(self, viewer: "Viewer") -> "FilterQuerySet":
        return self.prefetch_related("terms")


def in_force(prefix: str = "") -> Q:
    """Return the condition that a filter's time has not run out."""
    until = f"{prefix}expires_at"
    return Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": timezone.now()})


class Filter(models.Model):
    """Terms that are looked for in what is shown to its owner, and what is done about it."""

    class Action(models.TextChoices):
        HIDE = "hide"
        WARN = "warn"
        BLUR = "blur"

    class Scope(models.TextChoices):
        FEED = "feed"
        NOTIFICATIONS = "notifications"
        SEARCH = "search"
        CHAT = "chat"
        COMMENTS = "comments"

    id = IdField(Kind.FILTER)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="filters")
    title = models.CharField(max_length=LENGTHS["title"])
    action = models.CharField(max_length=4, choices=Action.choices, default=Action.HIDE)
    scopes = models.JSONField(default=list)
    """Where it looks, of `Scope`"""
    expires_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FilterQuerySet.as_manager()

    class Meta:
        constraints = bounded("filter", **LENGTHS)

    def __str__(self) -> str:
        return f"filter {self.pk}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()


class FilterTerm(models.Model):
    """One thing a filter looks for."""

    class Kind(models.TextChoices):
        KEYWORD = "keyword"
        PHRASE = "phrase"
        TAG = "tag"
        USER = "user"
        DOMAIN = "domain"

    filter = models.ForeignKey(Filter, models.CASCADE, related_name="terms", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind.choices)
    value = models.CharField(max_length=253)
    """As it was written; a tag folded, a person by their id, a domain in lower case"""
    whole_word = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            *bounded("filter_term", value=253),
            models.UniqueConstraint(fields=["filter", "kind", "value"], name="filter_term_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.filter_id}"
