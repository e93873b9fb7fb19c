"""The list of notifications, and what people do with them one by one."""

from typing import Any

from django.db.models import QuerySet

from notifications import actions
from notifications.models import Notification
from notifications.reads import page_of
from notifications.serializers.groups import GroupAnswer
from notifications.serializers.notifications import (
    NotificationAnswer,
    NotificationQuery,
    ReadAllBody,
    UnreadAnswer,
    UnreadQuery,
)
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import Invalid


class NotificationViewSet(ApiViewSet):
    @lists(NotificationAnswer, query=NotificationQuery, also=GroupAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> Ordered:
        """What the caller was told, newest first; with `grouped=1` what several did to one thing is one row."""
        if query.pop("grouped"):
            return grouped(request, query)

        def rows() -> QuerySet[Notification]:
            found = Notification.objects.visible_to(request.user).matching(**query)
            return found.for_api(request.user)

        is_plain = query.get("types") is None and not request.user.filter_count
        unread = query.get("unread", False)
        return Ordered(rows, fetch=page_of(request.user, unread=unread) if is_plain else None)

    @reads(UnreadAnswer, query=UnreadQuery)
    def unread_count(self, request: Call, query: dict[str, Any]) -> dict[str, int]:
        """How many are unread, one by one or by group."""
        if not query["grouped"]:
            return UnreadAnswer.find(request.user, None)
        unread = Notification.objects.visible_to(request.user).unread().order_by()
        return {"unread_count": unread.values("group_id").distinct().count()}

    @writes(NotificationAnswer)
    def mark_read(self, request: Call, data: dict[str, Any], notification: int) -> int:
        """Mark one as read; twice changes nothing."""
        found = NotificationAnswer.find(request.user, notification)
        actions.mark_read(actor=request.user, notification=found)
        return notification

    @writes(UnreadAnswer, body=ReadAllBody)
    def mark_all_read(self, request: Call, data: dict[str, Any]) -> int:
        """Mark all as read, or those up to the one that `up_to` names."""
        actions.mark_all_read(actor=request.user, **data)
        return int(request.user.pk)

    @writes()
    def dismiss(self, request: Call, data: dict[str, Any], notification: int) -> None:
        """Take one off the list."""
        found = NotificationAnswer.find(request.user, notification)
        actions.dismiss_notification(actor=request.user, notification=found)


def grouped(request: Call, query: dict[str, Any]) -> Ordered:
    """Return the rows of the list by group. Raises Invalid."""
    if "ids" in request.query_params:
        raise Invalid("invalid", "Groups are read by their key.", "ids")
    rows = Notification.objects.visible_to(request.user).matching(types=query.get("types"))
    found = rows.grouped(unread=query.get("unread", False))
    return Ordered(found, key="group_id", answer=GroupAnswer)
