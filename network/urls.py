"""The paths of connections, under `/api/`."""

from network.viewsets import ConnectionViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route("connections", ConnectionViewSet, {"get": "list"}, "connections"),
    *route("connections/request", ConnectionViewSet, {"post": "request_one"}, "connection-request"),
    *route("connections/mutual/<user:user>", ConnectionViewSet, {"get": "mutual"}, "mutual"),
    *route(
        "connections/<connection:connection>",
        ConnectionViewSet,
        {"get": "read", "delete": "remove"},
        "connection",
    ),
    *route(
        "connections/<connection:connection>/accept",
        ConnectionViewSet,
        {"put": "accept"},
        "connection-accept",
    ),
    *route(
        "connections/<connection:connection>/decline",
        ConnectionViewSet,
        {"put": "decline"},
        "connection-decline",
    ),
]
