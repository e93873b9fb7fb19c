"""The paths of moderators, under `/api/`."""

from moderation.viewsets import ActionViewSet, AuditViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route(
        "v1/moderation/actions",
        ActionViewSet,
        {"get": "list", "post": "act"},
        "moderation-actions",
    ),
    *route(
        "v1/moderation/actions/<moderation_action:action>/undo",
        ActionViewSet,
        {"post": "undo"},
        "moderation-undo",
    ),
    *route("v1/moderation/audit", AuditViewSet, {"get": "list"}, "moderation-audit"),
]
