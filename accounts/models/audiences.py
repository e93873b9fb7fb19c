"""Audiences: named sets of people, so that one predicate answers who may see a thing meant for some."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

if TYPE_CHECKING:
    from accounts.models.users import Viewer


class AudienceQuerySet(models.QuerySet["Audience"]):
    def visible_to(self, viewer: "Viewer") -> "AudienceQuerySet":
        """The viewer's own audiences: its members never learn that one exists."""
        return self.filter(owner=viewer.pk) if viewer.is_authenticated else self.none()

    def lists(self) -> "AudienceQuerySet":
        """Those that their owner made and named, not those that a text made by naming people."""
        return self.filter(purpose=Audience.Purpose.LIST)

    def containing(self, person_id: int) -> "AudienceQuerySet":
        """Audiences this person belongs to: what is meant for them, they may see."""
        return self.filter(memberships__member=person_id)

    def for_api(self, viewer: "Viewer") -> "AudienceQuerySet":
        return self


class Audience(models.Model):
    """A set of people one person keeps: a list, a group, the people mentioned somewhere."""

    class Purpose(models.TextChoices):
        LIST = "list"
        GROUP = "group"
        MENTIONED = "mentioned"

    id = IdField(Kind.AUDIENCE)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="audiences")
    purpose = models.CharField(max_length=9, choices=Purpose.choices, default=Purpose.LIST)
    name = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)
    member_count = models.PositiveIntegerField(default=0)
    tags = models.JSONField(default=list, blank=True)
    """Folded: posts that carry one stand in a list's feed as those of its members do"""
    keywords = models.JSONField(default=list, blank=True)
    """Whole words or phrases: the same for posts whose text has one"""
    exclusive = models.BooleanField(default=False)
    """Its members do not show in its owner's home feed"""
    with_shares = models.BooleanField(default=True)
    """Its feed shows what its members pass on"""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        constraints = bounded("audience", name=60)

    def __str__(self) -> str:
        return self.name or f"{self.purpose} {self.pk}"


class AudienceMember(models.Model):
    """One person in an audience."""

    audience = models.ForeignKey(Audience, models.CASCADE, related_name="memberships")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audience", "member"], name="audience_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.audience_id}"
