"""What is kept about the texts of things: their tags, whom they name, and their earlier versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
MAX_TAG = 100


class TagQuerySet(models.QuerySet["Tag"]):
    def in_use(self) -> "TagQuerySet":
        """Tags of something that everybody may find."""
        return self.filter(usage_count__gt=0)


class Tag(models.Model):
    """A hashtag, as `lib.text.fold_tag` writes it."""

    tag = models.CharField(max_length=MAX_TAG, unique=True)
    usage_count = models.PositiveIntegerField(default=0)
    """How many public things that are there carry it"""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = bounded("tag", tag=MAX_TAG)
        indexes = [models.Index(fields=["-usage_count", "-id"], name="tag_usage_idx")]

    def __str__(self) -> str:
        return f"#{self.tag}"


class Tagging(models.Model):
    """A thing carries a tag."""

    tag = models.ForeignKey(Tag, models.CASCADE, related_name="taggings", db_index=False)
    target_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tag", "target_id"], name="tagging_once")]
        # With the tag, so that the tags of a time are read from the index alone.
        indexes = [models.Index(fields=["target_id", "tag"], name="tagging_target_idx")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.target_id}"


class Mention(models.Model):
    """A thing's text names a person."""

    user = models.ForeignKey(PERSON, models.CASCADE, related_name="mentions", db_index=False)
    target_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "target_id"], name="mention_once")]
        indexes = [models.Index(fields=["target_id"], name="mention_target_idx")]

    def __str__(self) -> str:
        return f"mention of {self.user_id} in {self.target_id}"


class RevisionQuerySet(models.QuerySet["Revision"]):
    def of(self, target_id: int) -> "RevisionQuerySet":
        return self.filter(target_id=target_id)


class Revision(models.Model):
    """One version of a thing's text, as it was after its author wrote it; kept from the first edit on."""

    id = IdField(Kind.REVISION)
    target_id = models.BigIntegerField()
    number = models.PositiveIntegerField()
    """1 for the text as it was published"""
    content = models.CharField(max_length=10_000, blank=True)
    content_warning = models.CharField(max_length=200, blank=True)
    meant_for = models.CharField(max_length=11, blank=True)
    """The visibility it had; empty when only its author read it: private, for named people, waiting, held or hidden"""
    editor = models.ForeignKey(PERSON, models.CASCADE, related_name="+", db_index=False)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    """When its text was taken out of the history; the row stays, so that the numbers do"""
    removed_by_id = models.BigIntegerField(null=True, blank=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("revision", content=10_000, content_warning=200, meant_for=11),
            models.UniqueConstraint(fields=["target_id", "number"], name="revision_once"),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(content="", content_warning=""),
                name="revision_removed_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.target_id}"
