"""Rooms: where people talk, and who may know of them."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import Anonymous, Block, Viewer
from chat.models.members import Membership
from moderation.models import Report
from socialsite.lib.content import Content, live, there_for_author
from socialsite.lib.ids import IdField
from socialsite.lib.ids import Kind as IdKind
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
LENGTHS = {"name": 80, "folded": 160, "slug": 80, "description": 500}
KEPT_AFTER_DELETION = timedelta(days=30)
"""How long moderators can still look at a room that its owner deleted"""


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, viewer: Viewer) -> "RoomQuerySet":
        """Rooms this viewer may know of: public ones, and those they are in or invited to, but no conversation of two across a block.
        Owners see what moderators hid of theirs.

        Moderators see public rooms in whatever state and what was reported; what is said in rooms is `Message.objects.visible_to`.
        """
        if isinstance(viewer, Anonymous):
            return self.filter(live(), kind=Room.Kind.PUBLIC)
        known = Q(kind=Room.Kind.PUBLIC) | (Q(_is_in(viewer)) & ~across_block())
        if viewer.is_moderator:
            reported = Exists(Report.objects.filter(target_id=OuterRef("pk")))
            return self.filter(known | Q(reported))
        own = there_for_author() & Q(owner=viewer.pk)
        return self.filter((live() & known) | own)

    def named_like(self, start: str) -> "RoomQuerySet":
        """Rooms whose name begins like this, folded already."""
        return self.filter(folded__startswith=start)

    def deleted_before(self, moment: datetime) -> "RoomQuerySet":
        return self.filter(deleted_at__lt=moment)

    def joined_by(self, viewer: Viewer) -> "RoomQuerySet":
        """Rooms that a person is in, and which are there."""
        joined = Membership.objects.joined().filter(room=OuterRef("pk"), user=viewer.pk)
        return self.filter(live()).filter(Exists(joined))

    def for_api(self, viewer: Viewer) -> "RoomQuerySet":
        return self


def _is_in(viewer: Viewer) -> Exists:
    known = Membership.objects.known().filter(room=OuterRef("pk"), user=viewer.pk)
    return Exists(known)


def across_block() -> Q:
    """Return the condition that a room is a conversation of two with a block between them."""
    between = Block.objects.filter(
        Q(blocker=OuterRef("low"), blocked=OuterRef("high"))
        | Q(blocker=OuterRef("high"), blocked=OuterRef("low"))
    )
    return Q(Exists(between), kind=Room.Kind.DIRECT)


class Room(Content):
    """A place with members and a stream of events; its stream has the room's id."""

    class Kind(models.TextChoices):
        PUBLIC = "public"
        """Everybody may find it and join"""
        PRIVATE = "private"
        """By invitation; it has a name and roles"""
        GROUP = "group"
        """A conversation of several people"""
        DIRECT = "direct"
        """A conversation of two"""

    id = IdField(IdKind.ROOM)
    kind = models.CharField(max_length=7, choices=Kind.choices, default=Kind.PUBLIC)
    name = models.CharField(max_length=LENGTHS["name"], blank=True)
    folded = models.CharField(max_length=LENGTHS["folded"], blank=True, db_index=True)
    """The name without case and form, for looking it up by its beginning"""
    slug = models.CharField(max_length=LENGTHS["slug"], blank=True)
    """The name in a path, of public rooms that are there; what keeps their names apart"""
    description = models.CharField(max_length=LENGTHS["description"], blank=True)
    guests_allowed = models.BooleanField(default=False)
    slow_mode_s = models.PositiveIntegerField(default=0)
    """Seconds between two messages of a member; 0 for none"""
    created_by = models.ForeignKey(PERSON, models.PROTECT, related_name="rooms_created")
    owner = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="rooms_owned")
    """The member with this role; a direct room and one without members have none"""
    low = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+", db_index=False)
    """The two of a direct room, the smaller id first"""
    high = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    member_count = models.PositiveIntegerField(default=0)
    """How many are joined"""
    archived_at = models.DateTimeField(null=True, blank=True)
    """From then on it can be read, not written to"""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("room", **LENGTHS),
            models.UniqueConstraint(fields=["slug"], condition=~Q(slug=""), name="room_slug_once"),
            models.UniqueConstraint(fields=["low", "high"], name="room_direct_once"),
            models.CheckConstraint(
                condition=Q(kind="direct", low__lt=F("high"))
                | (~Q(kind="direct") & Q(low__isnull=True, high__isnull=True)),
                name="room_direct_pair",
            ),
            models.CheckConstraint(
                condition=Q(kind="public") | Q(slug=""), name="room_slug_public"
            ),
        ]
        indexes = [
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="room_deleted_idx",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.kind} room {self.pk}"

    @property
    def is_direct(self) -> bool:
        return self.kind == self.Kind.DIRECT
