"""The paths of notifications, under `/api/`."""

from notifications.viewsets import NotificationViewSet, PreferencesViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route("v1/notifications", NotificationViewSet, {"get": "list"}, "v1-notifications"),
    *route("notifications", NotificationViewSet, {"get": "list"}, "notifications"),
    *route(
        "v1/notifications/unread-count",
        NotificationViewSet,
        {"get": "unread_count"},
        "unread-count",
    ),
    *route("v1/notifications/read-all", NotificationViewSet, {"post": "mark_all_read"}, "read-all"),
    *route(
        "v1/notifications/<notification:notification>",
        NotificationViewSet,
        {"delete": "dismiss"},
        "notification",
    ),
    *route(
        "v1/notifications/<notification:notification>/read",
        NotificationViewSet,
        {"post": "mark_read"},
        "notification-read",
    ),
    *route(
        "settings/notifications",
        PreferencesViewSet,
        {"get": "read", "put": "edit"},
        "notification-settings",
    ),
]
