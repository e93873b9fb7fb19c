"""The feeds of a person's own lists."""

from typing import Any

from accounts.actions.audiences import own_list
from posts.feeds.lists import feed_of
from posts.serializers.feeds import FeedItem
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered, Page
from socialsite.lib.api.operations import lists
from socialsite.lib.api.views import ApiViewSet


class ListFeedViewSet(ApiViewSet):
    @lists(FeedItem)
    def read(self, request: Call, query: dict[str, Any], list: int) -> Ordered | Page:  # noqa: A002 - the path's word
        """Posts by who is in a list of the caller's, and public ones with its tags and words, newest first."""
        return feed_of(request.user, own_list(request.user, list)).page(request)
