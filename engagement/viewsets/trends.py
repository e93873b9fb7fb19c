"""What trends: by kind, and over all kinds. Feed items of the same ranking are in the app of posts."""

from typing import Any

from engagement.serializers.trends import TrendingAnswer, TrendingQuery, TrendsAnswer
from engagement.trending.kinds import KINDS
from engagement.trending.reading import bring_up_to_date, figures, rows_for, shown
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads
from socialsite.lib.api.views import ApiViewSet


class TrendingViewSet(ApiViewSet):
    @reads(TrendingAnswer, query=TrendingQuery, access=Access.ANYONE)
    def by_kind(self, request: Call, query: dict[str, Any]) -> dict[str, Any]:
        """What trends in a range of time, by kind."""
        name, kinds = query["range"], query.get("kinds", list(KINDS))
        bring_up_to_date(name, kinds)
        found: dict[str, Any] = {"range": name}
        for kind in kinds:
            rows = list(rows_for(name, kind, request.user)[: query["limit"]])
            things = shown(rows, kind, request.user)
            found[kind] = [
                thing | figures(row, rank) for rank, (row, thing) in enumerate(things, 1)
            ]
        return found

    @reads(TrendsAnswer, query=TrendingQuery, access=Access.ANYONE)
    def over_all(self, request: Call, query: dict[str, Any]) -> dict[str, Any]:
        """What trends in a range of time over all kinds, the highest score first."""
        name, kinds = query["range"], query.get("kinds", list(KINDS))
        bring_up_to_date(name, kinds)
        rows = [
            row for kind in kinds for row in rows_for(name, kind, request.user)[: query["limit"]]
        ]
        first = sorted(rows, key=lambda row: (-row.score, row.kind, row.rank))[: query["limit"]]
        things = {
            row.pk: thing
            for kind in kinds
            for row, thing in shown([row for row in first if row.kind == kind], kind, request.user)
        }
        ranked = enumerate((row for row in first if row.pk in things), 1)
        results = [
            {
                "type": KINDS[row.kind].type,
                "id": things[row.pk]["id"],
                **figures(row, rank),
                "object": things[row.pk],
            }
            for rank, row in ranked
        ]
        return {"range": name, "results": results}
