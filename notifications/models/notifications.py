"""Notifications: what a person is told, one row for each cause."""

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from accounts.conditions import PreparedCondition
from accounts.filters import filters_of
from accounts.models import Anonymous, User, Viewer
from notifications.filters import SCOPE, hidden
from notifications.types import TYPES
from socialsite.lib import targets
from socialsite.lib.ids import IdField, Kind, first_id_at
from socialsite.lib.rows import bounded

LENGTHS = {"type": 40, "dedup_key": 100}
SHOWN = (
    "id", "group_id", "type", "target_id", "params", "version", "created_at", "read_at", "actor__id",
    "actor__username", "actor__display_name", "actor__avatar_url", "actor__headline", "actor__is_verified",
    "actor__private_account",
)  # fmt: skip


def standing(viewer: User) -> Q:
    """Return the condition that a notification's actor and its target are there and visible to the viewer."""
    actor = Q(actor__isnull=True) | User.objects.visible_to(viewer).at("actor")
    return actor & targets.visible_q("target_id", viewer)


_STANDING = PreparedCondition(lambda: Notification, standing)


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, viewer: Viewer) -> "NotificationQuerySet":
        """The viewer's list: their own, not dismissed, with nobody and nothing in it that is hidden from them."""
        return self.standing_for(viewer).filter(
            in_app=True, dismissed_at__isnull=True, is_held=False
        )

    def held_for(self, viewer: User, *, within: bool = False) -> "NotificationQuerySet":
        """What the viewer's policy keeps back until they accept or dismiss its sender; `within` another query or by itself."""
        rows = self.standing_for(viewer, within=within)
        return rows.filter(in_app=True, dismissed_at__isnull=True, is_held=True)

    def standing_for(self, viewer: Viewer, *, within: bool = False) -> "NotificationQuerySet":
        """What the viewer may be told by any channel: its actor and its target are there and visible to them, and no filter of theirs
        hides it.

        Within another query the table has another name, which the compiled condition does not know.
        """
        if isinstance(viewer, Anonymous):
            return self.none()
        condition = standing(viewer) if within else _STANDING.for_reader(viewer)
        rows = self.filter(condition, recipient=viewer.pk)
        sieve = filters_of(viewer, SCOPE)
        return rows.exclude(hidden(sieve)) if sieve.hides else rows

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at__isnull=True)

    def matching(
        self, *, unread: bool = False, types: list[str] | None = None
    ) -> "NotificationQuerySet":
        rows = self.unread() if unread else self
        return rows if types is None else rows.filter(type__in=types)

    def up_to(self, pk: int | None) -> "NotificationQuerySet":
        """Rows that are no newer than the one with this id."""
        return self if pk is None else self.filter(pk__lte=pk)

    def since(self, moment: datetime) -> "NotificationQuerySet":
        return self.filter(pk__gte=first_id_at(moment))

    def grouped(self, *, unread: bool = False) -> "models.QuerySet[Any, Any]":
        """A row for each group among these, or for those in which one is unread: how many, how many of them unread, the newest.

        Ordered by `group_id`, which never changes: a group stays where it began, so no page repeats or skips one.
        """
        unread_count = Count("pk", filter=Q(read_at__isnull=True))
        ends = {"newest": Max("pk"), "oldest": Min("pk")}
        rows = self.order_by()
        if unread:
            # Narrowed by an index first, however little of the list is unread; whether any of it is seen is counted.
            open_rows = Notification.objects.filter(recipient=OuterRef("recipient")).unread()
            there = open_rows.filter(dismissed_at__isnull=True, in_app=True)
            rows = rows.filter(Exists(there.filter(group_id=OuterRef("group_id"))))
        found = rows.values("group_id").annotate(
            count=Count("pk"), unread_count=unread_count, **ends
        )
        return found.filter(unread_count__gt=0) if unread else found

    def newest_of_each(self, number: int) -> "NotificationQuerySet":
        """The newest rows of each group among these, the newest first."""
        place = Window(RowNumber(), partition_by="group_id", order_by="-id")
        return self.annotate(place=place).filter(place__lte=number).order_by("-id")

    def open_groups(self, moment: datetime) -> "NotificationQuerySet":
        """Rows whose group may still grow: unread, and begun less than a day ago; the newest first."""
        began = first_id_at(moment - Notification.GROUP_SPAN)
        fresh = self.unread().filter(dismissed_at__isnull=True, in_app=True, group_id__gte=began)
        return fresh.order_by("-id")

    def unmailed(self) -> "NotificationQuerySet":
        """Rows whose mail still makes sense: neither sent nor read, to a person who is there with a proven address.

        A second mail within a day about the same act of the same person is spared: who asks, withdraws and asks again sends one.
        """
        recent = Notification.objects.filter(
            recipient=OuterRef("recipient"),
            type=OuterRef("type"),
            actor=OuterRef("actor"),
            emailed_at__gt=timezone.now() - Notification.MAIL_PAUSE,
        )
        return self.filter(
            ~Exists(recent),
            emailed_at__isnull=True,
            is_held=False,
            read_at__isnull=True,
            dismissed_at__isnull=True,
            recipient__email_verified_at__isnull=False,
            recipient__suspended_by__isnull=True,
            recipient__deleted_at__isnull=True,
        )

    def for_api(self, viewer: Viewer) -> "NotificationQuerySet":
        """All that an answer needs: the row's own columns, and those of its actor's card."""
        return self.select_related("actor").only(*SHOWN)


class GroupField(models.BigIntegerField):  # type: ignore[type-arg]  # Django has no generic fields at run time
    """The group a row is in; one that is in none is a group of its own, by its own id."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, model_instance.pk)
        return super().pre_save(model_instance, add)


class Notification(models.Model):
    """One thing a person is told; a cause is told once, however often it repeats."""

    MAIL_PAUSE = timedelta(days=1)
    GROUP_SPAN = timedelta(days=1)

    id = IdField(Kind.NOTIFICATION)
    recipient = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    type = models.CharField(max_length=LENGTHS["type"])
    actor = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    """Who did it; none for what the site says by itself"""
    target_id = models.BigIntegerField(null=True, blank=True)
    """What it is about: the notification is hidden with it"""
    group_id = GroupField(editable=False)
    """What several people did to one thing within a day, until it is read, is one group; the id is minted when it begins."""
    is_held = models.BooleanField(default=False)
    """Kept back by its reader's policy: in the inbox of requests, and nowhere else"""
    params = models.JSONField(default=dict, blank=True)
    dedup_key = models.CharField(max_length=LENGTHS["dedup_key"])
    in_app = models.BooleanField(default=True)
    """Not set for one that goes out by mail alone"""
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    """Deleted by its reader; the row stays a while, so that the same cause does not tell them again."""
    emailed_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            *bounded("notification", **LENGTHS),
            models.UniqueConstraint(fields=["recipient", "dedup_key"], name="notification_once"),
            models.CheckConstraint(
                condition=Q(actor__isnull=True) | ~Q(actor=F("recipient")),
                name="notification_not_self",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_list_idx"),
            models.Index(
                fields=["recipient", "-id"],
                condition=Q(read_at__isnull=True, dismissed_at__isnull=True, in_app=True),
                name="notification_unread_idx",
            ),
            models.Index(fields=["recipient", "-group_id", "-id"], name="notification_group_idx"),
            # For the group that a new row joins.
            models.Index(
                fields=["recipient", "target_id", "type", "-id"],
                condition=Q(read_at__isnull=True, dismissed_at__isnull=True, in_app=True),
                name="notification_open_idx",
            ),
            models.Index(
                fields=["recipient", "actor"],
                condition=Q(is_held=True),
                name="notification_held_idx",
            ),
            # For the mail that is spared, and for following the actor's deletion.
            models.Index(
                fields=["actor", "recipient", "type"],
                condition=Q(actor__isnull=False),
                name="notification_actor_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} to {self.recipient_id}"

    @property
    def target(self) -> dict[str, str] | None:
        if self.target_id is None:
            return None
        return {"id": str(self.target_id), "type": targets.noun_of(self.target_id)}

    @property
    def text(self) -> str:
        """The sentence its reader sees, with the actor's name as it is now."""
        known = TYPES.get(self.type)
        actor = self.actor.display_name if self.actor else ""
        return known.text.format(actor=actor, **self.params) if known else ""
