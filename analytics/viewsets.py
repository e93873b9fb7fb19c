"""The routes of the event log."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

from analytics.models import Activity
from analytics.reads import daily_summary
from analytics.serializers import ActivityAnswer, ActivityQuery, DayAnswer
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import lists
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
