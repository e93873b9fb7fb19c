"""The paths of the operator, and the front page."""

from django.conf import settings
from django.urls import URLPattern, path

from operations import views
from operations.viewsets import HealthViewSet, MetricsViewSet
from socialsite.lib.api.paths import HIDDEN, route


def contract_paths() -> list[URLPattern]:
    """Return the paths of the published contract; API_DOCS=0 removes them."""
    if not settings.API_DOCS:
        return []
    document, page = views.ContractView.as_view(), views.ContractPage.as_view()
    sockets = views.SocketContractView.as_view()
    return [
        path("api/schema", document, name="schema"),
        path("api/schema/", document, name=f"schema-{HIDDEN}"),
        path("api/asyncapi", sockets, name="asyncapi"),
        path("api/asyncapi/", sockets, name=f"asyncapi-{HIDDEN}"),
        path("api/docs", page, name="docs"),
        path("api/docs/", page, name=f"docs-{HIDDEN}"),
    ]


urlpatterns = [
    path("", views.index, name="index"),
    *route("health", HealthViewSet, {"get": "read"}, "health"),
    *route("metrics", MetricsViewSet, {"get": "read"}, "metrics"),
    *contract_paths(),
]
