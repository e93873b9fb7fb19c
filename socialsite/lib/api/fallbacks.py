"""Answers made outside any view: unknown paths, refused forms and failures, in the one error shape."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from socialsite.lib.api.failures import body
from socialsite.lib.api.renderers import dumps


def answer(status: int, code: str, detail: str) -> HttpResponse:
    """Return an error body as a plain Django response."""
    return HttpResponse(
        dumps(body(status, code, detail)), status=status, content_type="application/json"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(400, "invalid", "The request is not acceptable.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(403, "permission_denied", "You may not do this.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(404, "not_found", "Not found.")


def server_error(request: HttpRequest) -> HttpResponse:
    return answer(500, "error", "Server Error (500)")


def csrf_failure(request: HttpRequest, reason: Any = "") -> HttpResponse:
    return answer(403, "csrf_failed", "The CSRF token or the origin is wrong.")
