"""The paths of connections and of suggestions, under `/api/`."""

from network.viewsets import ConnectionViewSet, SuggestionViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route("connections", ConnectionViewSet, {"get": "list"}, "connections"),
    *route("connections/request", ConnectionViewSet, {"post": "request_one"}, "connection-request"),
    *route("connections/suggestions", SuggestionViewSet, {"get": "to_connect"}, "to-connect"),
    *route(
        "connections/suggestions/<user:user>",
        SuggestionViewSet,
        {"delete": "dismiss"},
        "to-connect-dismiss",
    ),
    *route("v1/follow/suggestions", SuggestionViewSet, {"get": "to_follow"}, "v1-to-follow"),
    *route("recommendations/users", SuggestionViewSet, {"get": "to_follow"}, "to-follow"),
    *route(
        "recommendations/users/<user:user>/dismiss",
        SuggestionViewSet,
        {"post": "dismiss", "delete": "restore"},
        "to-follow-dismiss",
    ),
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
