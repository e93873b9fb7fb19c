"""The paths of notifications, under `/api/`."""

from notifications.viewsets.groups import GroupViewSet
from notifications.viewsets.notifications import NotificationViewSet
from notifications.viewsets.preferences import PreferencesViewSet
from notifications.viewsets.senders import RequestViewSet, TargetMuteViewSet
from notifications.viewsets.unsubscribe import UnsubscribeViewSet
from socialsite.lib.api.paths import route

ROUTES = (
    ("v1/notifications", NotificationViewSet, {"get": "list"}, "v1-notifications"),
    ("notifications", NotificationViewSet, {"get": "list"}, "notifications"),
    ("v1/notifications/unread-count", NotificationViewSet, {"get": "unread_count"}, "unread-count"),
    ("v1/notifications/read-all", NotificationViewSet, {"post": "mark_all_read"}, "read-all"),
    (
        "v1/notifications/<notification:notification>",
        NotificationViewSet,
        {"delete": "dismiss"},
        "notification",
    ),
    (
        "v1/notifications/<notification:notification>/read",
        NotificationViewSet,
        {"post": "mark_read"},
        "notification-read",
    ),
    (
        "v1/notifications/groups/<notification:group>",
        GroupViewSet,
        {"get": "members", "delete": "dismiss"},
        "notification-group",
    ),
    (
        "v1/notifications/groups/<notification:group>/read",
        GroupViewSet,
        {"post": "mark_read"},
        "notification-group-read",
    ),
    ("notifications/requests", RequestViewSet, {"get": "list"}, "notification-requests"),
    (
        "notifications/requests/<user:user>/accept",
        RequestViewSet,
        {"post": "accept"},
        "notification-request-accept",
    ),
    (
        "notifications/requests/<user:user>/dismiss",
        RequestViewSet,
        {"post": "dismiss"},
        "notification-request-dismiss",
    ),
    ("notifications/mutes", TargetMuteViewSet, {"get": "list"}, "notification-mutes"),
    (
        "notifications/mutes/<target:target>",
        TargetMuteViewSet,
        {"put": "mute", "delete": "unmute"},
        "notification-mute",
    ),
    (
        "notifications/unsubscribe",
        UnsubscribeViewSet,
        {"get": "ask", "post": "end"},
        "unsubscribe",
    ),
    (
        "settings/notifications",
        PreferencesViewSet,
        {"get": "read", "put": "edit"},
        "notification-settings",
    ),
)
urlpatterns = [pattern for path in ROUTES for pattern in route(*path)]
