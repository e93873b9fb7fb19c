"""The routes of the operator: health for whoever watches the process, metrics for who may read them."""

import hmac
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiResponse, extend_schema
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from rest_framework.authentication import BaseAuthentication
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response

from accounts.authentication import CredentialAuthentication
from operations.figures import take_figures
from operations.health import doctor
from operations.serializers import HealthAnswer, HealthQuery
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads
from socialsite.lib.api.renderers import JSONRenderer, dumps
from socialsite.lib.api.views import ApiViewSet

JSON, PLAIN = "application/json", "text/plain"


class PlainRenderer(BaseRenderer):
    """Text as it is."""

    media_type = PLAIN
    format = "text"

    def render(
        self, data: Any, accepted_media_type: Any = None, renderer_context: Any = None
    ) -> bytes:
        return data if isinstance(data, bytes) else dumps(data)


class UnlimitedViewSet(ApiViewSet):
    """Routes that cost little and that a monitor must reach whatever else its address does."""

    def check_throttles(self, request: Any) -> None:
        pass

    def handle_exception(self, exc: Exception) -> Response:
        """Refuse in JSON, whatever was asked for."""
        self.request.accepted_renderer = JSONRenderer()
        self.request.accepted_media_type = JSON
        return super().handle_exception(exc)


class HealthViewSet(UnlimitedViewSet):
    authentication_classes: list[type[BaseAuthentication]] = []

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        """Choose the one word for who prefers plain text, by `Accept` or `format`."""
        plain = request.query_params.get("format") == "text"
        if plain or request._request.get_preferred_type([JSON, PLAIN]) == PLAIN:
            return PlainRenderer(), PLAIN
        return JSONRenderer(), JSON

    @extend_schema(
        responses={
            (200, JSON): HealthAnswer,
            (200, PLAIN): OpenApiResponse(str, "OK"),
            (503, JSON): HealthAnswer,
            (503, PLAIN): OpenApiResponse(str, "FAILING"),
        }
    )
    @reads(HealthAnswer, query=HealthQuery, access=Access.ANYONE, conditional=False)
    def read(self, request: Call, query: dict[str, Any]) -> Response:
        """Whether the process, its database, disk, task queue, cache and channel layer work."""
        report = doctor.report()
        status = 200 if report.is_well else 503
        if isinstance(request.accepted_renderer, PlainRenderer):
            return Response(b"OK" if report.is_well else b"FAILING", status=status)
        return Response(report.body(), status=status)


class Scraper:
    """Whoever holds METRICS_TOKEN: reads metrics and nothing else."""

    pk = id = None
    is_authenticated = is_active = True
    is_staff = is_anonymous = is_guest = False
    role = "analyst"


class MetricsTokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <METRICS_TOKEN>`, when the setting has one."""

    def authenticate(self, request: Any) -> tuple[Scraper, None] | None:
        sent = request.headers.get("Authorization", "").encode()
        token = f"Bearer {settings.METRICS_TOKEN}".encode()
        is_right = hmac.compare_digest(sent, token)
        return (Scraper(), None) if settings.METRICS_TOKEN and is_right else None


class MetricsViewSet(UnlimitedViewSet):
    authentication_classes = [MetricsTokenAuthentication, CredentialAuthentication]

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        """Answer the one format there is: scrapers ask for newer ones first."""
        return PlainRenderer(), PLAIN

    @extend_schema(responses={(200, PLAIN): str})
    @reads(HealthAnswer, access=Access.ANALYST, conditional=False)
    def read(self, request: Call, query: dict[str, Any]) -> Response:
        """Figures of this process for Prometheus, in its text format; also with METRICS_TOKEN as bearer token."""
        take_figures()
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
