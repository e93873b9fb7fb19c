"""The paths of the event log, the leaderboard and a person's own figures, under `/api/`."""

from analytics.viewsets import ActivityViewSet, StandingViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route("me/activity", ActivityViewSet, {"get": "list"}, "my-activity"),
    *route("v1/users/leaderboard", StandingViewSet, {"get": "leaderboard"}, "leaderboard"),
    *route("v1/users/me/stats", StandingViewSet, {"get": "own_stats"}, "my-stats"),
]
