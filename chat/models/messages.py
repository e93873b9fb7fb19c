"""Messages: what is said in a room."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from accounts.models import Anonymous, Block, User, Viewer
from chat.models.members import Membership
from moderation.models import Report
from socialsite.lib.content import Content, live, there_for_author
from socialsite.lib.ids import IdField, Kind
from socialsite.lib.rows import bounded

PERSON = settings.AUTH_USER_MODEL
LENGTHS = {"content": 4_000, "sender_name": 30, "client_id": 64}
KEPT_AFTER_DELETION = timedelta(days=30)
"""How long moderators can still look at a message that was deleted"""


class MessageQuerySet(models.QuerySet["Message"]):
    def visible_to(self, viewer: Viewer) -> "MessageQuerySet":
        """Messages this viewer may read: of rooms they are in, and of public ones, by people who are there and whom no block keeps away.

        Writers see what moderators hid of theirs, not what was removed. Moderators of the site read like others, and what was reported.
        """
        if isinstance(viewer, Anonymous):
            return self.none()
        blocked = Block.objects.filter(blocker=viewer.pk, blocked=OuterRef("sender"))
        blocking = Block.objects.filter(blocker=OuterRef("sender"), blocked=viewer.pk)
        shown = Q(sender_is_there(), live()) & Q(~Exists(blocked)) & Q(~Exists(blocking))
        own = Q(there_for_author()) & Q(sender=viewer.pk)
        read = (shown | own) & Q(readable_room("room", viewer))
        if viewer.is_moderator:
            read |= Q(Exists(Report.objects.filter(target_id=OuterRef("pk"))))
        return self.filter(read)

    def countable(self) -> "MessageQuerySet":
        """Messages that count as unread for somebody: there, and written by a person who is."""
        return self.filter(live(), sender_is_there(), message_type=Message.Type.TEXT)

    def for_api(self, viewer: Viewer) -> "MessageQuerySet":
        return self.select_related("sender", "room", "pin")

    def newest_of_rooms(self, room_ids: Iterable[int]) -> "MessageQuerySet":
        """The newest of these in each room: looked up by the index of each room's numbers, from the end."""
        newest = self.filter(room=OuterRef("pk")).order_by("-seq").values("pk")[:1]
        rooms = apps.get_model("chat", "Room")._default_manager.filter(pk__in=list(room_ids))
        return self.model._default_manager.filter(pk__in=rooms.values_list(Subquery(newest)))

    def deleted_before(self, moment: datetime) -> "MessageQuerySet":
        return self.filter(deleted_at__lt=moment)


def sender_is_there() -> Q:
    """Return the condition that who wrote a message is neither suspended nor gone."""
    return Q(sender__suspended_by__isnull=True, sender__deleted_at__isnull=True)


def readable_room(field: str, viewer: User) -> Q:
    """Return the condition that the viewer may read what is said in the room in `field` of another table's row.

    Members may, and everybody who is signed in while the room is public, but who is banned; guests where guests are let in.
    """
    mine = Membership.objects.filter(room=OuterRef(field), user=viewer.pk)
    open_to_all = Q(**{f"{field}__kind": "public"}) & ~Q(
        Exists(mine.filter(state=Membership.State.BANNED))
    )
    if viewer.is_guest:
        open_to_all &= Q(**{f"{field}__guests_allowed": True})
    return Q(live(f"{field}__")) & (Q(Exists(mine.joined())) | open_to_all)


class Message(Content):
    """Something said in a room; `seq` is the number of its event in the room's stream."""

    class Type(models.TextChoices):
        TEXT = "text"
        SYSTEM = "system"

    id = IdField(Kind.MESSAGE)
    room = models.ForeignKey("chat.Room", models.CASCADE, related_name="messages", db_index=False)
    seq = models.PositiveBigIntegerField()
    sender = models.ForeignKey(PERSON, models.CASCADE, related_name="messages_sent")
    sender_name = models.CharField(max_length=LENGTHS["sender_name"])
    """The username when it was sent"""
    message_type = models.CharField(max_length=6, choices=Type.choices, default=Type.TEXT)
    content = models.CharField(max_length=LENGTHS["content"])
    reply_to = models.ForeignKey(
        "self", models.DO_NOTHING, null=True, related_name="+", db_constraint=False, db_index=False
    )
    """What it answers, also once that is forgotten: what its readers were told stays true"""
    reply_seq = models.PositiveBigIntegerField(null=True)
    """The number of what it answers"""
    client_id = models.CharField(max_length=LENGTHS["client_id"], blank=True)
    """What its sender calls it: a repeat with the same is the same message, for ever"""
    mentions = models.JSONField(default=list)
    """The members it names, as `{"id", "username"}`"""
    reaction_counts = models.JSONField(default=list)
    """`{"emoji", "count"}` in the order in which they were first used"""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("message", **LENGTHS),
            models.UniqueConstraint(fields=["room", "seq"], name="message_seq_once"),
            models.UniqueConstraint(
                fields=["room", "sender", "client_id"],
                condition=~Q(client_id=""),
                name="message_client_id_once",
            ),
            models.CheckConstraint(
                condition=Q(reply_to__isnull=True, reply_seq__isnull=True)
                | Q(reply_to__isnull=False, reply_seq__isnull=False),
                name="message_reply_numbered",
            ),
        ]
        indexes = [
            models.Index(fields=["room", "sender", "-seq"], name="message_sender_idx"),
            models.Index(
                fields=["deleted_at"],
                condition=Q(deleted_at__isnull=False),
                name="message_deleted_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk} in {self.room_id}"

    @property
    def author(self) -> User:
        """As other content names who wrote it."""
        return self.sender

    @property
    def author_id(self) -> int:
        return self.sender_id


class MessageMention(models.Model):
    """A member that a message names; mention counts are made of these rows."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mention_rows")
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+", db_index=False)
    room = models.ForeignKey("chat.Room", models.CASCADE, related_name="+", db_index=False)
    seq = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="message_mention_once")
        ]
        indexes = [models.Index(fields=["user", "room", "seq"], name="message_mention_idx")]

    def __str__(self) -> str:
        return f"message {self.message_id} names {self.user_id}"


class MessageReaction(models.Model):
    """An emoji that a person put on a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="reactions")
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=32)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            *bounded("message_reaction", emoji=32),
            models.UniqueConstraint(
                fields=["message", "user", "emoji"], name="message_reaction_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.emoji} by {self.user_id}"


class Pin(models.Model):
    """A message that is kept at the top of its room."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="pin")
    room = models.ForeignKey("chat.Room", models.CASCADE, related_name="pins")
    user = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"pin of {self.message_id}"
