"""Who is in a room, as what, and how far they have read."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from socialsite.lib.ids import IdField, Kind

PERSON = settings.AUTH_USER_MODEL


class MembershipQuerySet(models.QuerySet["Membership"]):
    def joined(self) -> "MembershipQuerySet":
        return self.filter(state=Membership.State.JOINED)

    def known(self) -> "MembershipQuerySet":
        """Those whose person may know of the room: members, and who is invited."""
        return self.filter(state__in=(Membership.State.JOINED, Membership.State.INVITED))


class Membership(models.Model):
    """What binds a person to a room. Who leaves has none; who is banned has one that says so."""

    class Role(models.TextChoices):
        OWNER = "owner"
        MODERATOR = "moderator"
        MEMBER = "member"

    class State(models.TextChoices):
        JOINED = "joined"
        INVITED = "invited"
        BANNED = "banned"

    id = IdField(Kind.MEMBERSHIP)
    room = models.ForeignKey(
        "chat.Room", models.CASCADE, related_name="memberships", db_index=False
    )
    user = models.ForeignKey(
        PERSON, models.CASCADE, related_name="room_memberships", db_index=False
    )
    role = models.CharField(max_length=9, choices=Role.choices, default=Role.MEMBER)
    state = models.CharField(max_length=7, choices=State.choices, default=State.JOINED)
    changed_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    """Who invited or banned them"""
    joined_at = models.DateTimeField(null=True)
    joined_seq = models.PositiveBigIntegerField(default=0)
    """The number of the event by which they came: what was said before is read, not counted as unread"""
    read_seq = models.PositiveBigIntegerField(default=0)
    """All events up to here are read; may be set back"""
    read_at = models.DateTimeField(null=True)
    """When they last read on"""
    delivered_seq = models.PositiveBigIntegerField(default=0)
    """All events up to here have reached a device; never goes back"""
    is_muted = models.BooleanField(default=False)
    """The person wants no notifications of this room"""
    silenced_until = models.DateTimeField(null=True)
    """A moderator of the room lets them read, not write, until then"""

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["room"], condition=Q(role="owner"), name="membership_one_owner"
            ),
            models.CheckConstraint(
                condition=Q(state="joined")
                | Q(role="member")
                | Q(state="invited", role="moderator"),
                name="membership_role_joined",
            ),
            models.CheckConstraint(
                condition=Q(read_seq__gte=0) & Q(delivered_seq__gte=0), name="membership_marks"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "state", "room"], name="membership_user_idx"),
            models.Index(fields=["room", "state", "-id"], name="membership_room_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.state} in {self.room_id}"

    @property
    def unread_from(self) -> int:
        """The number after which messages count as unread."""
        return max(self.read_seq, self.joined_seq)


class Silence(models.Model):
    """A silence that waits for who left: nobody ends it by coming back."""

    room = models.ForeignKey("chat.Room", models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["room", "user"], name="silence_once")]

    def __str__(self) -> str:
        return f"{self.user_id} is silenced in {self.room_id}"
