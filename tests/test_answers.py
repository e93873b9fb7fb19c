"""What every answer carries: set once for all by the site's middleware, held here against Django's own."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.security import SecurityMiddleware
from django.test import Client, RequestFactory

from socialsite.lib import headers
from socialsite.lib.middleware import ApiCorsMiddleware, SecurityHeadersMiddleware
from socialsite.lib.testing.client import ApiClient

HTTPS = {"SECURE_HSTS_SECONDS": 1000, "SECURE_SSL_REDIRECT": True}


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize("options", [{}, HTTPS])
@pytest.mark.parametrize("is_secure", [False, True])
def test_security_headers_are_djangos_own(
    settings: Any, options: dict[str, Any], is_secure: bool
) -> None:
    for name, value in options.items():
        setattr(settings, name, value)
    request = RequestFactory().get("/api/users/me", secure=is_secure)
    plain: Any = SecurityMiddleware(XFrameOptionsMiddleware(empty))(request)
    quick = SecurityHeadersMiddleware(empty)(request)
    assert quick.status_code == plain.status_code
    if plain.status_code == 200:
        assert dict(quick.headers) == dict(plain.headers)


def test_a_view_keeps_the_security_header_it_sets() -> None:
    def framed(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"X-Frame-Options": "SAMEORIGIN"})

    answer = SecurityHeadersMiddleware(framed)(RequestFactory().get("/"))
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/api/users/1", "/health", "/admin/"])
@pytest.mark.parametrize("vary", ["", "Accept-Language"])
def test_without_an_origin_an_answer_varies_as_the_library_says(path: str, vary: str) -> None:
    def answering(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Vary": vary} if vary else {})

    request = RequestFactory().get(path)
    plain: Any = super(ApiCorsMiddleware, ApiCorsMiddleware(answering)).__call__(request)
    assert dict(ApiCorsMiddleware(answering)(request).headers) == dict(plain.headers)


def test_prepared_headers_are_read_and_changed_like_others() -> None:
    answer = HttpResponse(headers={"X-One": "kept"})
    headers.add(answer, headers.prepared({"X-One": "1", "X-Two": "2"}))
    headers.put(answer, "X-Three", "3")
    assert (answer["x-one"], answer["x-two"], answer["X-THREE"]) == ("kept", "2", "3")
    answer["x-two"] = "new"
    assert answer.headers["X-Two"] == "new"


@pytest.mark.django_db
def test_y113_json_is_private_and_runs_nothing(api: ApiClient) -> None:
    answer = api.read("/api/auth/csrf")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert len(answer["X-Request-Id"]) == 16


@pytest.mark.django_db
def test_a_request_id_that_is_no_id_is_replaced() -> None:
    forged = Client().get("/api/auth/csrf", headers={"X-Request-Id": "a\r\nSet-Cookie: b"})
    assert len(forged["X-Request-Id"]) == 16
    assert (
        Client().get("/api/auth/csrf", headers={"X-Request-Id": "abcdefgh"})["X-Request-Id"]
        == "abcdefgh"
    )
