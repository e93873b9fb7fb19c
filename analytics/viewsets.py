"""The routes of the event log, the leaderboard and a person's own figures."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

from analytics.models import Activity, Standing
from analytics.reads import daily_summary
from analytics.serializers import (
    ActivityAnswer,
    ActivityQuery,
    DayAnswer,
    LeaderboardQuery,
    StandingAnswer,
    StatsAnswer,
    StatsQuery,
)
from analytics.stats import stats_of
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import lists, reads
from socialsite.lib.api.views import ApiViewSet


class ActivityViewSet(ApiViewSet):
    @lists(ActivityAnswer, query=ActivityQuery, instead=DayAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Activity] | Response:
        """What the caller did, newest first.

        With `summary=daily` the answer is an array instead, one object for each of the last `days` in the caller's time zone, the
        oldest first.
        """
        if "summary" in query:
            days = daily_summary(request.user, query["days"])
            return Response(DayAnswer(days, many=True).data)
        rows = Activity.objects.visible_to(request.user).for_api(request.user)
        return rows.matching(types=query.get("types"))


class StandingViewSet(ApiViewSet):
    @lists(StandingAnswer, key=("value", "user_id"), query=LeaderboardQuery, instead=StandingAnswer)
    def leaderboard(self, request: Call, query: dict[str, Any]) -> QuerySet[Standing] | Response:
        """Who did most, as of the last count.

        With `me=1` the answer is an array of the caller's own row, empty when they have none or do not take part.
        """
        rows = Standing.objects.visible_to(request.user).for_api(request.user)
        rows = rows.of(query["by"], query["period"])
        if query["me"] == "0":
            return rows
        own = list(rows.filter(user=request.user.pk))
        StandingAnswer.complete(own, request.user)
        return Response(StandingAnswer(own, many=True, context=self.answer_context()).data)

    @reads(StatsAnswer, query=StatsQuery)
    def own_stats(self, request: Call, query: dict[str, Any]) -> dict[str, Any]:
        """The caller's own figures."""
        return stats_of(request.user, query["days"])
