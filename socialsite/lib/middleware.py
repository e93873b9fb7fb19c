"""Middleware: one for every request (id, log line, metrics, address), and Django's own for the admin alone."""

import re
import secrets
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils.cache import patch_vary_headers

from socialsite.lib import context, headers, limits
from socialsite.lib.logs import write_access_line
from socialsite.lib.metrics import REQUEST_SECONDS

Next = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}\Z")
SESSION_KEY = re.compile(r"[0-9a-z]{8,40}\Z")
ADMIN, API = "/admin/", "/api/"
JSON_POLICY = headers.prepared(
    {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-site",
    }
)
VARY = headers.prepared({"Vary": "origin"})


class RequestMiddleware:
    """Give each request its id, tell the log and the metrics about it, and set the headers every answer has."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        sent = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = sent if REQUEST_ID.match(sent) else secrets.token_hex(8)
        context.request_id.set(request_id)
        context.credential.set("")
        context.address.set(limits.client_address(request.META, settings.TRUSTED_PROXIES))
        response = self.get_response(request)
        headers.put(response, "X-Request-Id", request_id)
        if response.headers.get("Content-Type", "").startswith("application/json"):
            headers.add(response, JSON_POLICY)
        self._tell(request, response, time.perf_counter() - started)
        return response

    @staticmethod
    def _tell(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        match = request.resolver_match
        route = match.route if match else "unknown"
        _timer(str(request.method), route, response.status_code).observe(seconds)
        write_access_line(
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 2),
            user=str(getattr(request, "person_id", "") or ""),
            credential_id=context.credential.get(),
            address=context.address.get(),
        )


@lru_cache(maxsize=4096)
def _timer(method: str, route: str, status: int) -> Any:
    """Return the histogram of one method, route and status; finding it by its labels costs more than the observation."""
    return REQUEST_SECONDS.labels(method, route, status)


class SecurityHeadersMiddleware(SecurityMiddleware):
    """Django's security and frame headers in one layer: they are the same for every answer, so Django is asked for them once."""

    def __init__(self, get_response: Any) -> None:
        super().__init__(get_response)
        self.headers = {is_secure: self._ask(is_secure=is_secure) for is_secure in (False, True)}

    def __call__(self, request: HttpRequest) -> Any:
        response: Any = self.process_request(request) or self.get_response(request)
        headers.add(response, self.headers[self.sts_seconds > 0 and request.is_secure()])
        return response

    def _ask(self, *, is_secure: bool) -> headers.Headers:
        request = HttpRequest()
        request._get_scheme = lambda: "https" if is_secure else "http"  # type: ignore[attr-defined]
        answer: Any = self.process_response(request, HttpResponse(content_type="-"))
        answer = XFrameOptionsMiddleware(self.get_response).process_response(request, answer)
        del answer.headers["Content-Type"]
        return headers.prepared(answer.headers)


class ApiCorsMiddleware(CorsMiddleware):
    """CORS for those who come from another origin; all others only hear that the answer depends on it."""

    def __call__(self, request: HttpRequest) -> Any:
        if "HTTP_ORIGIN" in request.META or not request.path_info.startswith(API):
            return super().__call__(request)
        response: Any = self.get_response(request)
        if response.has_header("Vary"):
            patch_vary_headers(response, ["origin"])
        else:
            headers.add(response, VARY)
        return response


class ForAdmin:
    """Mixin: run a middleware of Django's for the pages of the admin, and step aside for everything else."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(ADMIN):
            return super().__call__(request)  # type: ignore[misc]
        return self.get_response(request)


class AdminSessionMiddleware(ForAdmin, SessionMiddleware):
    """Reads the cookie only when it looks like a key: quoted octal in one can hold NUL, which PostgreSQL refuses."""

    def process_request(self, request: HttpRequest) -> None:
        if not SESSION_KEY.match(request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        super().process_request(request)


class AdminAuthenticationMiddleware(ForAdmin, AuthenticationMiddleware):
    pass


class AdminMessageMiddleware(ForAdmin, MessageMiddleware):
    pass


class AdminCsrfMiddleware(ForAdmin, CsrfViewMiddleware):
    """CSRF for the admin's forms; the API checks cookie sign-ins in its authentication."""

    def process_view(
        self, request: HttpRequest, callback: Any, callback_args: Any, callback_kwargs: Any
    ) -> Any:
        if request.path_info.startswith(ADMIN):
            return super().process_view(request, callback, callback_args, callback_kwargs)
        return None


class AdminContentPolicyMiddleware:
    """The content security policy of the HTML pages: self and a nonce; unfold's Alpine needs `unsafe-eval` (DECISIONS 26).

    The theme has no inline script, so none runs but one that a template of ours marks with `request.csp_nonce`. Its styles are
    attributes, which no nonce can mark.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ADMIN):
            return self.get_response(request)
        nonce = secrets.token_urlsafe(16)
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers["Content-Security-Policy"] = (
            f"default-src 'self'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; "
            "style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
            "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        return response
