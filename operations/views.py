"""The HTML pages: the front page, and the published contract for people."""

import functools
import secrets
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiJsonRenderer2, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from socialsite.lib.api.access import AllowAll
from socialsite.lib.realtime import asyncapi

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What this server is, and the ways on."""
    nonce = secrets.token_urlsafe(16)
    page = render(
        request,
        "index.html",
        {"site": settings.SITE_NAME, "api_docs": settings.API_DOCS, "nonce": nonce},
    )
    page.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )
    return page


@functools.cache
def contract() -> dict[str, Any]:
    """Return the OpenAPI document: made once, as the paths do not change while the process lives."""
    document: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return document


class ContractView(SpectacularAPIView):
    """The OpenAPI document, as JSON unless YAML is asked for."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiJsonRenderer, OpenApiYamlRenderer]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(contract(), headers={"Cache-Control": "public, max-age=300"})


class SocketContractView(APIView):
    """The AsyncAPI document of the sockets."""

    authentication_classes: list[type[BaseAuthentication]] = []
    permission_classes = [AllowAll]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(asyncapi.contract(), headers={"Cache-Control": "public, max-age=300"})


class ContractPage(SpectacularSwaggerSplitView):
    """Swagger UI from our own files: nothing is asked of another server."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page: Response = super().get(request, *args, **kwargs)
        page.headers["Content-Security-Policy"] = DOCS_POLICY
        return page
