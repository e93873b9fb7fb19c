"""The paths of the event log, under `/api/`."""

from analytics.viewsets import ActivityViewSet
from socialsite.lib.api.paths import route

urlpatterns = [*route("me/activity", ActivityViewSet, {"get": "list"}, "my-activity")]
