"""One group of notifications: its members, and what people do with all of them."""

from typing import Any

from django.db.models import QuerySet

from notifications import actions
from notifications.models import Notification
from notifications.serializers.groups import GroupAnswer, GroupReadBody
from notifications.serializers.notifications import NotificationAnswer
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import NotFound


class GroupViewSet(ApiViewSet):
    @lists(NotificationAnswer)
    def members(self, request: Call, query: dict[str, Any], group: int) -> QuerySet[Notification]:
        """The notifications of a group, newest first."""
        return of_group(request, group).for_api(request.user)

    @writes(GroupAnswer, body=GroupReadBody)
    def mark_read(self, request: Call, data: dict[str, Any], group: int) -> int:
        """Mark a group as read, or those of it up to the one that `up_to` names."""
        of_group(request, group)
        actions.mark_group_read(actor=request.user, group_id=group, **data)
        return group

    @writes()
    def dismiss(self, request: Call, data: dict[str, Any], group: int) -> None:
        """Take a group off the list."""
        of_group(request, group)
        actions.dismiss_group(actor=request.user, group_id=group)


def of_group(request: Call, group: int) -> Any:
    """Return the rows of a group that the caller sees. Raises NotFound when there are none."""
    rows = Notification.objects.visible_to(request.user).filter(group_id=group)
    if not rows.exists():
        raise NotFound
    return rows
