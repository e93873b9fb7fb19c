"""The routes of moderators."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from moderation.actions import suspend_user, undo_action
from moderation.models import Action, AuditEntry
from moderation.serializers import (
    ActionAnswer,
    ActionBody,
    ActionQuery,
    AuditEntryAnswer,
    AuditQuery,
)
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet

ACTIONS: dict[str, Callable[..., Action]] = {Action.Kind.SUSPEND: suspend_user}


class ActionViewSet(ApiViewSet):
    @lists(ActionAnswer, query=ActionQuery, access=Access.MODERATOR, scope="moderate")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Action]:
        """What moderators did, newest first."""
        return Action.objects.visible_to(request.user).matching(**query)

    @writes(ActionAnswer, body=ActionBody, status=201, access=Access.MODERATOR, scope="moderate")
    def act(self, request: Call, data: dict[str, Any]) -> int:
        """Act on a person without a report: `suspend` shuts them out until it is undone or its time is over."""
        person = User.objects.visible_to(request.user).named(data.pop("target_id"), request.user)
        return ACTIONS[data.pop("action")](actor=request.user, user=person, **data).pk

    @writes(ActionAnswer, access=Access.MODERATOR, scope="moderate")
    def undo(self, request: Call, data: dict[str, Any], action: int) -> int:
        """Take an action back exactly: what it changed, and nothing else."""
        found = ActionAnswer.find(request.user, action)
        return undo_action(actor=request.user, action=found).pk


class AuditViewSet(ApiViewSet):
    @lists(AuditEntryAnswer, query=AuditQuery, access=Access.MODERATOR, scope="moderate")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[AuditEntry]:
        """Everything that was done on the site, by whom and by which credential, newest first."""
        return AuditEntry.objects.visible_to(request.user).matching(**query)
