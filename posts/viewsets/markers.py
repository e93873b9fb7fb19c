"""How far a person has read, synchronised over their devices."""

from typing import Any

from posts.actions.markers import move_markers
from posts.serializers.markers import MarkersAnswer, MarkersBody, MarkersQuery
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads, writes
from socialsite.lib.api.views import ApiViewSet


class MarkerViewSet(ApiViewSet):
    @reads(MarkersAnswer, query=MarkersQuery)
    def read(self, request: Call, query: dict[str, Any]) -> Any:
        """Where the caller's markers stand, and how much is newer."""
        return MarkersAnswer.of(request.user, query.get("names"))

    @writes(MarkersAnswer, body=MarkersBody)
    def move(self, request: Call, data: dict[str, Any]) -> int:
        """Say how far feeds were read. What was read on another device since is not unread again."""
        move_markers(actor=request.user, readings=data)
        return request.user.pk
