"""The site's paths, and behind them one operation that does nothing: what a signed-in request costs by itself."""

from types import SimpleNamespace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads
from socialsite.lib.api.paths import route
from socialsite.lib.api.serializers import Answer
from socialsite.lib.api.views import ApiViewSet


class NothingAnswer(Answer):
    @classmethod
    def render(cls, thing: Any, context: dict[str, Any]) -> dict[str, Any]:
        return {}


class EmptyViewSet(ApiViewSet):
    @reads(NothingAnswer)
    def read(self, request: Call, query: dict[str, Any]) -> Any:
        """Nothing, to those who are signed in."""
        return SimpleNamespace()


def plain(request: HttpRequest) -> HttpResponse:
    """Answer as an API page does, without DRF: what is left is Django and the middleware."""
    return HttpResponse(b"{}", content_type="application/json")


urlpatterns = [
    path("", include("socialsite.urls")),
    path("api/", include(route("empty", EmptyViewSet, {"get": "read"}, "empty"))),
    path("api/plain", plain),
]
