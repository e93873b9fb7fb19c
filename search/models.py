"""The tables of the index: a document for each thing that can be found, the letters of people's names, and how far it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from socialsite.lib.ids import Kind
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
LENGTHS = {"title": 4000, "tags": 8000, "body": 80_000, "facets": 8000}


class DocumentQuerySet(models.QuerySet["Document"]):
    def of_kind(self, kind: int) -> "DocumentQuerySet":
        return self.filter(kind=kind)

    def about(self, ids: list[int]) -> "DocumentQuerySet":
        """Documents of things, and of what stood below them."""
        return self.filter(Q(pk__in=ids) | Q(container_id__in=ids))


class Document(models.Model):
    """What a thing is found by, as words in their plain form (`search.folding`).

    What the database makes of it to find it quickly is kept by its own triggers (`search.backends`), whatever writes the row.
    """

    id = models.BigIntegerField(primary_key=True)
    """The typed id of the thing"""
    kind = models.PositiveSmallIntegerField()
    author = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    container_id = models.BigIntegerField(null=True, blank=True)
    """The thing it stands below, and with which it goes"""
    title = models.CharField(max_length=LENGTHS["title"], blank=True)
    tags = models.CharField(max_length=LENGTHS["tags"], blank=True)
    body = models.CharField(max_length=LENGTHS["body"], blank=True)
    facets = models.CharField(max_length=LENGTHS["facets"], blank=True)
    """What operators ask for, one made-up word each"""

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = bounded("document", **LENGTHS)
        indexes = [
            models.Index(fields=["kind", "id"], name="document_kind_idx"),
            models.Index(
                fields=["container_id"],
                condition=Q(container_id__isnull=False),
                name="document_container_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"document of {self.pk}"


class NameGram(models.Model):
    """Three letters of a name, to find a person in spite of a typing error."""

    gram = models.CharField(max_length=3)
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            *bounded("name_gram", gram=3),
            models.UniqueConstraint(fields=["gram", "user"], name="name_gram_once"),
        ]

    def __str__(self) -> str:
        return f"{self.gram} of {self.user_id}"


class IndexState(models.Model):
    """How far the index of a kind is: made from the first day on, or by `search_reindex`."""

    kind = models.PositiveSmallIntegerField(unique=True)
    position = models.BigIntegerField(default=0)
    """The last thing that the run under way has looked at"""
    written = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    """When a run last came to its end"""

    class Meta:
        verbose_name = "index"
        verbose_name_plural = "index"

    def __str__(self) -> str:
        return f"index of {Kind(self.kind).name.lower()}s"

    @property
    def is_running(self) -> bool:
        return self.started_at is not None
