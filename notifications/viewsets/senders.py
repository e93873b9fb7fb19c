"""Whom and what people want to hear of: the inbox of requests, and muted things."""

from typing import Any

from django.db.models import QuerySet

from accounts.limits import EDITS
from accounts.models import User
from accounts.models.users import Reference
from accounts.viewsets.people import seen
from notifications import actions
from notifications.models import MutedTarget
from notifications.requests import held_senders
from notifications.serializers.senders import MuteAnswer, RequestAnswer
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet


class RequestViewSet(ApiViewSet):
    @lists(RequestAnswer, key="first")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[User]:
        """People whose acts the caller's policy holds back, the newest request first."""
        return held_senders(request.user)

    @writes()
    def accept(self, request: Call, data: dict[str, Any], user: Reference) -> None:
        """Let through what is held of a person, and all they do from now on."""
        actions.accept_sender(actor=request.user, sender=seen(request, user))

    @writes()
    def dismiss(self, request: Call, data: dict[str, Any], user: Reference) -> None:
        """Take away what is held of a person."""
        actions.dismiss_sender(actor=request.user, sender=seen(request, user))


class TargetMuteViewSet(ApiViewSet):
    @lists(MuteAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[MutedTarget]:
        """Things the caller does not want to hear of, the last muted first."""
        return MutedTarget.objects.visible_to(request.user)

    @writes(MuteAnswer, limit=EDITS)
    def mute(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Hear no more of a thing, nor of what is said below it."""
        actions.mute_target(actor=request.user, target_id=target)
        return target

    @writes(limit=EDITS)
    def unmute(self, request: Call, data: dict[str, Any], target: int) -> None:
        """Hear of a thing again."""
        actions.unmute_target(actor=request.user, target_id=target)
