"""What trends, as items of a feed: the ranking that all routes of trending share, without what the reader does not want to hear."""

from typing import Any

from django.db.models import OuterRef, Subquery

from engagement.models import Trend
from engagement.serializers.trends import RangeQuery
from engagement.trending.reading import bring_up_to_date, table_of
from posts.feeds.sources import audible
from posts.models import Post
from posts.serializers.trending import TrendItem
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.operations import lists
from socialsite.lib.api.views import ApiViewSet

KIND = "posts"


class TrendingFeedViewSet(ApiViewSet):
    @lists(TrendItem, query=RangeQuery, access=Access.ANYONE)
    def list(self, request: Call, query: dict[str, Any]) -> Ordered:
        """The posts that trend in a range of time, the first first."""
        if "cursor" not in request.query_params:
            bring_up_to_date(query["range"], [KIND])
        table = table_of(query["range"], KIND)
        found = Post.objects.listed_for(request.user).filter(pk__in=table.values("object_id"))
        row = Trend.objects.filter(range=query["range"], kind=KIND, object_id=OuterRef("pk"))
        rows = audible(found, request.user, "feed").for_api(request.user)
        places = {
            f"trend_{name}": Subquery(row.values(name)) for name in ("rank", "score", "people")
        }
        return Ordered(rows.annotate(**places), "trend_rank", newest_first=False)
