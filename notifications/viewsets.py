"""The routes of notifications: thin, each method hands what was sent to one action."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.limits import EDITS
from notifications import actions
from notifications.models import Notification, Preferences
from notifications.serializers import (
    NotificationAnswer,
    NotificationQuery,
    PreferencesAnswer,
    PreferencesBody,
    ReadAllBody,
    UnreadAnswer,
)
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet


class NotificationViewSet(ApiViewSet):
    @lists(NotificationAnswer, query=NotificationQuery)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Notification]:
        """What the caller was told, newest first."""
        rows = Notification.objects.visible_to(request.user).for_api(request.user)
        return rows.matching(**query)

    @reads(UnreadAnswer)
    def unread_count(self, request: Call, query: dict[str, Any]) -> dict[str, int]:
        """How many are unread."""
        return UnreadAnswer.find(request.user, None)

    @writes(NotificationAnswer)
    def mark_read(self, request: Call, data: dict[str, Any], notification: int) -> int:
        """Mark one as read; twice changes nothing."""
        found = NotificationAnswer.find(request.user, notification)
        actions.mark_read(actor=request.user, notification=found)
        return notification

    @writes(UnreadAnswer, body=ReadAllBody)
    def mark_all_read(self, request: Call, data: dict[str, Any]) -> int:
        """Mark all as read, or those up to the one that `before` names."""
        actions.mark_all_read(actor=request.user, **data)
        return int(request.user.pk)

    @writes()
    def dismiss(self, request: Call, data: dict[str, Any], notification: int) -> None:
        """Take one off the list."""
        found = NotificationAnswer.find(request.user, notification)
        actions.dismiss_notification(actor=request.user, notification=found)


class PreferencesViewSet(ApiViewSet):
    @reads(PreferencesAnswer)
    def read(self, request: Call, query: dict[str, Any]) -> Preferences:
        """Which notifications the caller gets, and how."""
        return Preferences.of(request.user)

    @writes(PreferencesAnswer, body=PreferencesBody, limit=EDITS)
    def edit(self, request: Call, data: dict[str, Any]) -> int:
        """Change the channels and the quiet hours that are sent."""
        check = partial(check_if_match, request)
        return actions.change_preferences(actor=request.user, changes=data, check=check).pk
