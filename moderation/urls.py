"""The paths of reports and of moderators, under `/api/`."""

from moderation.viewsets.actions import ActionViewSet, AuditViewSet
from moderation.viewsets.cases import CaseViewSet, ReportViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route("v1/moderation/report", ReportViewSet, {"post": "report"}, "moderation-report"),
    *route("v1/moderation/reports/my", ReportViewSet, {"get": "own"}, "moderation-own-reports"),
    *route(
        "v1/moderation/reports/<report:report>/review",
        ReportViewSet,
        {"post": "review"},
        "moderation-review",
    ),
    *route("v1/moderation/queue", CaseViewSet, {"get": "queue"}, "moderation-queue"),
    *route("v1/moderation/cases/<case:case>", CaseViewSet, {"get": "read"}, "moderation-case"),
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
    *route("v1/moderation/my-actions", ActionViewSet, {"get": "own"}, "moderation-own-actions"),
    *route("v1/moderation/audit", AuditViewSet, {"get": "list"}, "moderation-audit"),
]
