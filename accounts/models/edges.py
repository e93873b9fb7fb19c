"""The edges between people that decide who sees what: follows, requests, blocks and mutes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from socialsite.lib.ids import IdField, Kind

PERSON = settings.AUTH_USER_MODEL


class Follow(models.Model):
    """One person reads another; one-way."""

    id = IdField(Kind.FOLLOW)
    follower = models.ForeignKey(PERSON, models.CASCADE, related_name="follows")
    followed = models.ForeignKey(PERSON, models.CASCADE, related_name="followed_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~Q(follower=F("followed")), name="follow_not_self"),
        ]
        indexes = [
            models.Index(fields=["followed", "-id"], name="follow_followers_idx"),
            models.Index(fields=["follower", "-id"], name="follow_following_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class FollowRequest(models.Model):
    """One person asks to follow another whose account is private; the row is gone once it is answered."""

    id = IdField(Kind.FOLLOW_REQUEST)
    requester = models.ForeignKey(PERSON, models.CASCADE, related_name="follow_requests_sent")
    target = models.ForeignKey(PERSON, models.CASCADE, related_name="follow_requests")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["requester", "target"], name="follow_request_once"),
            models.CheckConstraint(
                condition=~Q(requester=F("target")), name="follow_request_not_self"
            ),
        ]
        indexes = [models.Index(fields=["target", "-id"], name="follow_request_target_idx")]

    def __str__(self) -> str:
        return f"{self.requester_id} asks to follow {self.target_id}"


class Block(models.Model):
    """One person shuts another out, both ways, in every part of the site."""

    id = IdField(Kind.BLOCK)
    blocker = models.ForeignKey(PERSON, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(PERSON, models.CASCADE, related_name="blocked_by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_not_self"),
        ]
        indexes = [models.Index(fields=["blocked", "blocker"], name="block_blocked_idx")]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class MuteQuerySet(models.QuerySet["Mute"]):
    def in_force(self) -> "MuteQuerySet":
        """Mutes whose time has not run out."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()))


class Mute(models.Model):
    """One person does not want to hear of another, for a while or for good; the other never learns of it."""

    id = IdField(Kind.MUTE)
    muter = models.ForeignKey(PERSON, models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(PERSON, models.CASCADE, related_name="muted_by")
    until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MuteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["muter", "muted"], name="mute_once"),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="mute_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.muter_id} mutes {self.muted_id}"
