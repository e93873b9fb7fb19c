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
from accounts.reads import (
    find_session,
    find_session_by_cookie,
    find_token,
    find_token_by_hash,
)
from accounts.secrets import hash_secret, read_access_token
from socialsite.lib import context
from socialsite.lib.errors import Forbidden, NotSignedIn
from socialsite.lib.ids import Kind, kind_of

Credential = Session | ApiToken
LAST_USED_STEP = timedelta(minutes=5)
SAFE = {"GET", "HEAD", "OPTIONS"}


class CredentialAuthentication(BaseAuthentication):
    """`Authorization: Bearer` with an access token (JWT) or a personal token, else the session cookie with its CSRF token."""

    def authenticate(self, request: Request) -> tuple[User, Credential] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is not None:
            credential = of_header(header)
        else:
            found = of_cookie(request.COOKIES.get(settings.API_SESSION_COOKIE))
            if found is None:
                return None
            credential = found
            check_csrf(request)
        check_active(credential)
        request._request.person_id = credential.user_id  # type: ignore[attr-defined]
        note_use(credential)
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


def find_guest(request: Request) -> User | None:
    """Return the guest who calls a route that asks for no credential; another caller's is not looked at there."""
    header = request.META.get("HTTP_AUTHORIZATION")
    try:
        found = (
            of_header(header)
            if header is not None
            else of_cookie(request.COOKIES.get(settings.API_SESSION_COOKIE))
        )
    except NotSignedIn:
        return None
    return found.user if found and found.user.is_guest and found.user.is_active else None


def of_header(header: str) -> Credential:
    """Return the credential of an `Authorization: Bearer` header. Raises NotSignedIn."""
    scheme, _, token = header.partition(" ")
    return of_token(token if scheme.lower() == "bearer" else "")


def of_token(token: str) -> Credential:
    """Return the credential that an access token or a personal token proves. Raises NotSignedIn."""
    credential: Credential | None = None
    if token.isascii():
        is_personal = token.startswith(ApiToken.PREFIX)
        credential = find_token_by_hash(hash_secret(token)) if is_personal else _of_jwt(token)
    if credential is None:
        raise refused()
    return credential


def of_cookie(secret: str | None) -> Session | None:
    """Return the sign-in of a cookie; one that has ended leaves its browser anonymous."""
    return find_session_by_cookie(hash_secret(secret)) if secret else None


def of_id(pk: int) -> Credential:
    """Return a credential by its id, with its person, as they are now. Raises NotSignedIn when it has ended."""
    is_session = kind_of(pk) is Kind.SESSION
    credential: Credential | None = find_session(pk) if is_session else find_token(pk)
    if credential is None:
        raise refused()
    return credential


def check_active(credential: Credential) -> None:
    """Raise NotSignedIn when the person of a credential may not be here."""
    if not credential.user.is_active:
        raise NotSignedIn("account_suspended", "This account is suspended.")


def refused() -> NotSignedIn:
    return NotSignedIn("authentication_failed", "The token is not valid, or its sign-in has ended.")


def note_use(credential: Credential) -> None:
    """Tell logs and audit who calls, and when the credential was last used, to five minutes."""
    context.credential.set(str(credential))
    now = timezone.now()
    if credential.last_used_at is None or credential.last_used_at < now - LAST_USED_STEP:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - LAST_USED_STEP)
        rows: Any = type(credential)._default_manager.filter(stale, pk=credential.pk)
        rows.update(last_used_at=now)


def _of_jwt(token: str) -> Session | None:
    pk = read_access_token(token)
    return find_session(pk) if pk else None
