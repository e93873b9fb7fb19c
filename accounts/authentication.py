"""Who is calling: a bearer token, or the session cookie of a browser; one indexed query either way."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import ApiToken, Session, User
from accounts.reads import find_session, find_session_by_cookie
from accounts.secrets import hash_secret, read_access_token
from socialsite.lib import context
from socialsite.lib.errors import Forbidden, NotSignedIn

Credential = Session | ApiToken
LAST_USED_STEP = timedelta(minutes=5)
SAFE = {"GET", "HEAD", "OPTIONS"}


class CredentialAuthentication(BaseAuthentication):
    """`Authorization: Bearer` with an access token (JWT) or a personal token, else the session cookie with its CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is not None:
            credential = _of_bearer(header)
        else:
            found = _of_cookie(request.COOKIES.get(settings.API_SESSION_COOKIE))
            if found is None:
                return None
            credential = found
            check_csrf(request)
        if not credential.user.is_active:
            raise NotSignedIn("account_suspended", "This account is suspended.")
        _note(request, credential)
        return credential.user, credential

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def check_csrf(request: Request) -> None:
    """Raise Forbidden (csrf_failed) when an unsafe call by cookie lacks the token, or comes from a foreign origin."""
    checker = _CsrfCheck(_any_view)
    checker.process_request(request._request)
    if checker.process_view(request._request, _any_view, (), {}):
        raise Forbidden("csrf_failed", "The CSRF token or the origin is wrong: GET /api/auth/csrf.")


def make_csrf_token(request: Request) -> str:
    """Return a token that fits the browser's CSRF cookie; a browser without one gets it by `set_csrf_cookie`."""
    _CsrfCheck(_any_view).process_request(request._request)
    return get_token(request._request)


def set_csrf_cookie(request: Request, response: Response) -> None:
    """Set the CSRF cookie on the answer if a token was made for it: as middleware, Django's check serves the admin alone."""
    _CsrfCheck(_any_view).process_response(request._request, response)


def _any_view(request: HttpRequest) -> HttpResponse:
    """Stand in for the view that Django's check asks about exemptions: there are none."""
    return HttpResponse()


class _CsrfCheck(CsrfViewMiddleware):
    def _check_token(self, request: HttpRequest) -> None:
        # Only the header counts. In a POST Django looks for a form field first and so reads the body, which is the parser's.
        method, request.method = request.method, "PUT"
        try:
            super()._check_token(request)  # type: ignore[misc]
        finally:
            request.method = method

    def _reject(self, request: Any, reason: str) -> str:
        return reason


def _of_bearer(header: str) -> Credential:
    scheme, _, token = header.partition(" ")
    credential: Credential | None = None
    if scheme.lower() == "bearer" and token.isascii():
        credential = _of_api_token(token) if token.startswith(ApiToken.PREFIX) else _of_jwt(token)
    if credential is None:
        raise NotSignedIn(
            "authentication_failed", "The token is not valid, or its sign-in has ended."
        )
    return credential


def _of_api_token(token: str) -> ApiToken | None:
    return (
        ApiToken.objects.live().select_related("user").filter(token_hash=hash_secret(token)).first()
    )


def _of_jwt(token: str) -> Session | None:
    pk = read_access_token(token)
    return find_session(pk) if pk else None


def _of_cookie(secret: str | None) -> Session | None:
    """Return the sign-in of a cookie; one that has ended leaves its browser anonymous."""
    return find_session_by_cookie(hash_secret(secret)) if secret else None


def _note(request: Request, credential: Credential) -> None:
    """Tell logs and audit who calls, and when the credential was last used, to five minutes."""
    context.credential.set(str(credential))
    request._request.person_id = credential.user_id  # type: ignore[attr-defined]
    now = timezone.now()
    if credential.last_used_at is None or credential.last_used_at < now - LAST_USED_STEP:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - LAST_USED_STEP)
        rows: Any = type(credential)._default_manager.filter(stale, pk=credential.pk)
        rows.update(last_used_at=now)
