"""The routes to what strangers publish, and the one that makes a feed anew."""

from typing import Any

from posts.feeds.kept import forget
from posts.feeds.ranked import discovery_feed, recommendations_for
from posts.serializers.feeds import FeedItem
from posts.serializers.preferences import RefreshAnswer
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Page
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet


class DiscoveryViewSet(ApiViewSet):
    @lists(FeedItem)
    def discover(self, request: Call, query: dict[str, Any]) -> Page:
        """Posts of people whom the caller neither follows nor is connected to."""
        return discovery_feed(request.user).page(request)

    @lists(FeedItem)
    def recommend(self, request: Call, query: dict[str, Any]) -> Page:
        """Posts of such people that the caller has neither looked at nor liked, each with why it is shown."""
        return recommendations_for(request.user).page(request)

    @writes(RefreshAnswer)
    def refresh(self, request: Call, data: dict[str, Any]) -> int:
        """Rank the caller's feed anew at once, and count what is in it."""
        forget(request.user.pk)
        return request.user.pk
