"""What moderators do without a report, what was done to one, and the trail."""

from typing import Any

from django.db.models import QuerySet

from moderation import kinds
from moderation.actions import Grounds, act_on, undo_action
from moderation.models import Action, AuditEntry
from moderation.serializers.actions import (
    ActionAnswer,
    ActionBody,
    ActionQuery,
    StatementAnswer,
    UndoBody,
)
from moderation.serializers.audit import AuditEntryAnswer, AuditQuery
from socialsite.lib import targets
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet


class ActionViewSet(ApiViewSet):
    @lists(ActionAnswer, query=ActionQuery, access=Access.MODERATOR, scope="moderate")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Action]:
        """What moderators and the screening did, newest first."""
        return Action.objects.visible_to(request.user).matching(**query)

    @writes(ActionAnswer, body=ActionBody, status=201, access=Access.MODERATOR, scope="moderate")
    def act(self, request: Call, data: dict[str, Any]) -> int:
        """Act without a report: hide or delete a thing, warn or suspend a person or the owner of a thing, for good or `until`."""
        target_id, action = data.pop("target_id"), data.pop("action")
        kinds.known(target_id)
        thing = targets.find(target_id, request.user)
        (done,) = act_on(actor=request.user, thing=thing, actions=[action], grounds=Grounds(**data))
        return done.pk

    @writes(ActionAnswer, body=UndoBody, access=Access.MODERATOR, scope="moderate")
    def undo(self, request: Call, data: dict[str, Any], action: int) -> int:
        """Take an action back exactly: what it changed, and nothing else."""
        found = ActionAnswer.find(request.user, action)
        return undo_action(actor=request.user, action=found, **data).pk

    @lists(StatementAnswer)
    def own(self, request: Call, query: dict[str, Any]) -> QuerySet[Action]:
        """What was done to the caller and their things, each with its reasons, newest first."""
        return Action.objects.concerning(request.user)


class AuditViewSet(ApiViewSet):
    @lists(AuditEntryAnswer, query=AuditQuery, access=Access.MODERATOR, scope="moderate")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[AuditEntry]:
        """Everything that was done on the site, by whom and by which credential, newest first."""
        return AuditEntry.objects.visible_to(request.user).matching(**query)
