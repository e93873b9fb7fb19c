"""The routes of the home feed, of everybody's, and whether feeds can be made."""

import time
from typing import Any

from django.db import DatabaseError
from rest_framework.response import Response

from accounts.models import Anonymous
from posts.feeds.pages import MODES, public_page, types_of
from posts.serializers.feeds import FeedHealthAnswer, FeedItem, FeedQuery, GlobalQuery
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import DEFAULT_LIMIT, Ordered, Page
from socialsite.lib.api.operations import lists, reads
from socialsite.lib.api.views import ApiViewSet

PROBE_LIMIT_S = 2.0


class FeedViewSet(ApiViewSet):
    @lists(FeedItem, query=FeedQuery)
    def home(self, request: Call, query: dict[str, Any]) -> Ordered | Page:
        """What the people and tags that the caller follows publish, in the order of `mode`."""
        query.setdefault("mode", request.user.feed_mode)
        return MODES[query["mode"]](request, query)

    @lists(FeedItem, query=GlobalQuery, access=Access.ANYONE)
    def everybody(self, request: Call, query: dict[str, Any]) -> Ordered:
        """Everybody's public posts, newest first."""
        return public_page(request.user, types_of(query))


class FeedHealthViewSet(ApiViewSet):
    def check_throttles(self, request: Any) -> None:
        """Let a monitor ask whatever else its address does."""

    @reads(FeedHealthAnswer, access=Access.ANYONE, conditional=False)
    def read(self, request: Call, query: dict[str, Any]) -> Response:
        """Whether a page of everybody's posts can be gathered in time."""
        started = time.perf_counter()
        try:
            items = len(probe())
        except DatabaseError:
            items = None
        is_well = items is not None and time.perf_counter() - started < PROBE_LIMIT_S
        body = {"status": "ok" if is_well else "failing", "items": items or 0}
        return Response(body, status=200 if is_well else 503)


def probe() -> list[Any]:
    """Gather and render the first page as nobody in particular sees it."""
    page = public_page(Anonymous(), ())
    found = page.fetch(None, True, DEFAULT_LIMIT) if page.fetch else []
    FeedItem.complete(found, Anonymous())
    return FeedItem.rendered(found, {})
