"""Comments in threads, on anything whose kind counts them."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Anonymous, Viewer, may_know_of
from moderation.models import Report
from socialsite.lib import targets
from socialsite.lib.content import Content, live, there_for_author
from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
LENGTHS = {"content": 5000}


def readable_to(viewer: Viewer) -> Q:
    """Return the condition that a viewer who sees the thing may read a comment on it."""
    seen = may_know_of("author", viewer)
    if viewer.is_moderator:
        return seen
    shown = live() & Q(standing=Comment.Standing.SHOWN)
    if isinstance(viewer, Anonymous):
        return shown & seen
    own = there_for_author() & Q(author=viewer.pk)
    waiting = live() & Q(target_owner_id=viewer.pk)
    return (shown | own | waiting) & seen


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, viewer: Viewer) -> "CommentQuerySet":
        """Comments on what the viewer may see, by people they may see; those that wait for leave show to both sides only.

        Moderators see every comment on what they see, and those that were reported.
        """
        things = targets.visible_q("target_id", viewer, "comment_count")
        if viewer.is_moderator:
            things |= Q(Exists(Report.objects.filter(target_id=OuterRef("pk"))))
        return self.filter(things).readable_by(viewer)

    def readable_by(self, viewer: Viewer) -> "CommentQuerySet":
        """As `visible_to`, where the caller has made sure already that the viewer may see the thing itself."""
        return self.filter(readable_to(viewer))

    def counted(self) -> "CommentQuerySet":
        """Comments that count: there for others, and let through by the owner of the thing."""
        return self.filter(live(), standing=Comment.Standing.SHOWN)

    def pending(self) -> "CommentQuerySet":
        """Comments that wait for the leave of the thing's owner."""
        return self.filter(live(), standing=Comment.Standing.PENDING)

    def for_api(self, viewer: Viewer) -> "CommentQuerySet":
        """All that an answer needs but what `Comment` answers read for a whole page."""
        return self.select_related("author")


class Comment(Content):
    """What a person says below a thing, or in answer to another comment on the same thing."""

    class Standing(models.TextChoices):
        SHOWN = "shown"
        PENDING = "pending"
        """Waits for the leave of the thing's owner"""
        TURNED_AWAY = "turned_away"
        """Hidden for all by the thing's owner"""

    TRANSITIONS = {
        Standing.PENDING: {Standing.SHOWN, Standing.TURNED_AWAY},
        # It waits anew when its author changes it.
        Standing.SHOWN: {Standing.TURNED_AWAY, Standing.PENDING},
        Standing.TURNED_AWAY: {Standing.SHOWN},
    }

    id = IdField(Kind.COMMENT)
    target_id = models.BigIntegerField()
    """The typed id of what it is on"""
    target_owner_id = models.BigIntegerField()
    """Whose thing that is; a thing never changes hands"""
    author = models.ForeignKey(PERSON, models.CASCADE, related_name="comments", db_index=False)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies", db_index=False
    )
    depth = models.PositiveSmallIntegerField(default=0)
    """0 for a comment on the thing itself, its parent's and one for a reply"""
    content = models.CharField(max_length=LENGTHS["content"])
    mentions = models.JSONField(default=list, blank=True)
    """The people its text names, as `{"id", "username"}`"""
    standing = models.CharField(max_length=11, choices=Standing.choices, default=Standing.SHOWN)
    like_count = models.PositiveIntegerField(default=0)
    reply_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("comment", **LENGTHS),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, depth=0) | Q(parent__isnull=False, depth__gt=0),
                name="comment_depth_of_reply",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="comment_not_own_parent"),
        ]
        indexes = [
            models.Index(fields=["target_id", "-id"], name="comment_target_idx"),
            models.Index(fields=["target_id", "-like_count", "-id"], name="comment_top_idx"),
            models.Index(fields=["parent", "id"], name="comment_parent_idx"),
            models.Index(fields=["author", "-id"], name="comment_author_idx"),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} by {self.author_id}"

    @property
    def is_counted(self) -> bool:
        return self.is_live and self.standing == self.Standing.SHOWN
