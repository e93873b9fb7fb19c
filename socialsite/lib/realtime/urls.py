"""The paths of event streams, under `/api/`."""

from socialsite.lib.api.paths import route
from socialsite.lib.realtime.sse import StreamViewSet

urlpatterns = [
    *route("stream", StreamViewSet, {"get": "own"}, "stream"),
    *route("rooms/<room:room>/stream", StreamViewSet, {"get": "room"}, "room-stream"),
]
