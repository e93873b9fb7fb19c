"""What people do to a thing with one call: react, share, bookmark, look at it."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from accounts.models import Anonymous, User, Viewer
from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
LIKE = "like"


class Joined(models.Func):
    """The texts of the rows of a subquery as one, with a blank between two; NULL when there are no rows.

    It does not say that it is an aggregate: the rows of a subquery would be grouped, and none made of none.
    """

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, function="STRING_AGG", **context)


class DeedQuerySet(models.QuerySet["Reaction"]):
    def on(self, target_id: Any) -> Self:
        return self.filter(target_id=target_id)

    def visible_to(self, viewer: Viewer) -> Self:
        """What people did whom the viewer may see. Whether they may see the thing itself is for the caller to ask first."""
        return self.filter(User.objects.visible_to(viewer).at("user"))


class ReactionQuerySet(DeedQuerySet):
    def emoji(self) -> Self:
        """Those that are no likes."""
        return self.filter(~Q(name=LIKE))

    def names(self) -> models.Subquery:
        """The names of these in one text, for a statement that reads the things they are on; `names_in` takes it apart."""
        joined = Joined(F("name"), Value(" "), output_field=models.TextField())
        return models.Subquery(self.order_by().annotate(names=joined).values("names"))


def names_in(joined: str | None) -> frozenset[str]:
    """Return the names that `DeedQuerySet.names` joined; no emoji holds a blank."""
    return frozenset(joined.split(" ")) if joined else frozenset()


class Reaction(models.Model):
    """A person likes a thing, or puts an emoji on it."""

    id = IdField(Kind.REACTION)
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="reactions", db_index=False)
    target_id = models.BigIntegerField()
    name = models.CharField(max_length=40, default=LIKE)
    """`like`, or an emoji where a kind takes those"""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReactionQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("reaction", name=40),
            models.UniqueConstraint(fields=["user", "target_id", "name"], name="reaction_once"),
        ]
        indexes = [
            models.Index(fields=["target_id", "name", "-id"], name="reaction_target_idx"),
            models.Index(
                fields=["target_id", "-id"], condition=~Q(name=LIKE), name="reaction_emoji_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id} on {self.target_id}"


class Share(models.Model):
    """A person passes a thing on to those who follow them."""

    id = IdField(Kind.SHARE)
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="shares", db_index=False)
    target_id = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DeedQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "target_id"], name="share_once")]
        indexes = [models.Index(fields=["target_id", "-id"], name="share_target_idx")]

    def __str__(self) -> str:
        return f"share of {self.target_id} by {self.user_id}"


class View(models.Model):
    """Somebody looked at a thing, once in each window of time."""

    id = IdField(Kind.VIEW)
    target_id = models.BigIntegerField()
    user = models.ForeignKey(PERSON, models.CASCADE, null=True, blank=True, related_name="+")
    """None for a caller who is not signed in"""
    viewer = models.CharField(max_length=32)
    """The person's id, or a salted digest of an anonymous caller's address and program"""
    window = models.PositiveIntegerField()
    """The number of the window since 1970"""
    viewed_at = models.DateTimeField()

    class Meta:
        constraints = [
            *bounded("view", viewer=32),
            models.UniqueConstraint(fields=["target_id", "viewer", "window"], name="view_once"),
        ]
        indexes = [models.Index(fields=["viewed_at"], name="view_time_idx")]

    def __str__(self) -> str:
        return f"view of {self.target_id}"


class FolderQuerySet(models.QuerySet["BookmarkFolder"]):
    def visible_to(self, viewer: Viewer) -> "FolderQuerySet":
        """The viewer's own."""
        return self.none() if isinstance(viewer, Anonymous) else self.filter(owner=viewer.pk)

    def for_api(self, viewer: Viewer) -> "FolderQuerySet":
        return self


class BookmarkFolder(models.Model):
    """A folder of a person's bookmarks; nobody else knows of it."""

    id = IdField(Kind.BOOKMARK_FOLDER)
    owner = models.ForeignKey(PERSON, models.CASCADE, related_name="bookmark_folders")
    name = models.CharField(max_length=60)
    bookmark_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FolderQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("bookmark_folder", name=60),
            models.UniqueConstraint(fields=["owner", "name"], name="bookmark_folder_once"),
        ]

    def __str__(self) -> str:
        return self.name


class BookmarkQuerySet(models.QuerySet["Bookmark"]):
    def visible_to(self, viewer: Viewer) -> "BookmarkQuerySet":
        """The viewer's own, also of things that are gone: its note stays theirs."""
        return self.none() if isinstance(viewer, Anonymous) else self.filter(owner=viewer.pk)

    def for_api(self, viewer: Viewer) -> "BookmarkQuerySet":
        return self.select_related("folder")


class Bookmark(models.Model):
    """A thing that a person wants to find again; nobody else knows of it."""

    id = IdField(Kind.BOOKMARK)
    owner = models.ForeignKey(PERSON, models.CASCADE, related_name="bookmarks", db_index=False)
    target_id = models.BigIntegerField()
    folder = models.ForeignKey(
        BookmarkFolder, models.SET_NULL, null=True, blank=True, related_name="bookmarks"
    )
    note = models.CharField(max_length=1000, blank=True)
    remind_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = BookmarkQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("bookmark", note=1000),
            models.UniqueConstraint(fields=["owner", "target_id"], name="bookmark_once"),
        ]
        indexes = [
            models.Index(fields=["owner", "-id"], name="bookmark_owner_idx"),
            models.Index(
                fields=["remind_at"],
                condition=models.Q(reminded_at__isnull=True),
                name="bookmark_reminder_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"bookmark of {self.owner_id} on {self.target_id}"
