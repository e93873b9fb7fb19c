"""Signing up, in and out, and the tokens of a sign-in."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions import registration, sessions, sign_in
from accounts.actions.sessions import SignIn
from accounts.authentication import find_guest, make_csrf_token, set_csrf_cookie
from accounts.browsers import origin_of, replacing_origin_of, set_cookie
from accounts.limits import REFRESHES, SIGN_UPS
from accounts.models import Session
from accounts.sections import sections_of
from accounts.serializers.accounts import (
    CsrfAnswer,
    FactorBody,
    LoginBody,
    RefreshBody,
    RegisterBody,
    SignInAnswer,
    TokenAnswer,
)
from accounts.serializers.people import OwnProfile
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.operations import reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import Forbidden


class SignInViewSet(ApiViewSet):
    """Routes that take no credential but give one: the origin is checked instead of a CSRF token (API.md section 5)."""

    authentication_classes = []

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        refuse_foreign_origin(request)
        super().initial(request, *args, **kwargs)

    @writes(
        SignInAnswer,
        body=RegisterBody,
        status=201,
        access=Access.ANYONE,
        limit=SIGN_UPS,
        repeatable=False,
    )
    def register(self, request: Call, data: dict[str, Any]) -> Response:
        """Make an account and sign in; a guest who sends its token keeps its rooms and what it said."""
        user = registration.register_user(**data, guest=find_guest(request))
        made = sessions.open_session(actor=user, origin=replacing_origin_of(request), is_first=True)
        return signed_in(made, status=201, headers={"Location": f"/api/users/{user.pk}"})

    @writes(SignInAnswer, body=LoginBody, access=Access.ANYONE, repeatable=False)
    def login(self, request: Call, data: dict[str, Any]) -> Response:
        """Sign in by username or mail address, with a session cookie and tokens."""
        return signed_in(sign_in.sign_in(**data, origin=replacing_origin_of(request)))

    @writes(SignInAnswer, body=FactorBody, access=Access.ANYONE, repeatable=False)
    def verify_factor(self, request: Call, data: dict[str, Any]) -> Response:
        """Finish a sign-in for which a second factor was due."""
        return signed_in(sign_in.sign_in_with_factor(**data, origin=replacing_origin_of(request)))

    @writes(SignInAnswer, body=LoginBody, access=Access.ANYONE, repeatable=False)
    def token(self, request: Call, data: dict[str, Any]) -> Response:
        """Sign a program in: the same answer as login, and no cookie."""
        return signed_in(sign_in.sign_in(**data, origin=origin_of(request)), cookies=False)

    @writes(TokenAnswer, body=RefreshBody, access=Access.ANYONE, limit=REFRESHES, repeatable=False)
    def refresh(self, request: Call, data: dict[str, Any]) -> dict[str, Any]:
        """Trade a refresh token for a new pair."""
        return tokens_of(sessions.refresh_session(**data))

    @writes(body=RefreshBody, access=Access.ANYONE, limit=REFRESHES)
    def revoke(self, request: Call, data: dict[str, Any]) -> None:
        """End the sign-in a refresh token belongs to; an unknown one is no error."""
        sessions.end_session_of_token(**data)

    @reads(CsrfAnswer, access=Access.ANYONE)
    def csrf(self, request: Call, query: dict[str, Any]) -> dict[str, str]:
        """Set the CSRF cookie and answer its token, for unsafe calls by cookie."""
        return {"csrf_token": make_csrf_token(request)}

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        set_csrf_cookie(request, response)
        return response


class SignOutViewSet(ApiViewSet):
    @writes(repeatable=False, guests=True)
    def logout(self, request: Call, data: dict[str, Any]) -> Response:
        """End this sign-in: its cookie, its access tokens and its refresh tokens are refused from now on."""
        if not isinstance(request.auth, Session):
            raise Forbidden("permission_denied", "A personal token is revoked at /api/auth/tokens.")
        sessions.end_session(actor=request.user, session=request.auth)
        response = Response(status=204)
        response.delete_cookie(settings.API_SESSION_COOKIE)
        return response


def refuse_foreign_origin(request: Call) -> None:
    """Raise Forbidden (csrf_failed) for a call that a page of another site makes in a browser."""
    origin = request.headers.get("Origin")
    own = f"{request.scheme}://{request.get_host()}"
    if origin is not None and origin not in {
        own,
        settings.FRONTEND_URL,
        *settings.CORS_ALLOWED_ORIGINS,
    }:
        raise Forbidden("csrf_failed", "This origin is not allowed.")
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("csrf_failed", "Calls from other sites are not allowed.")


def tokens_of(made: SignIn) -> dict[str, Any]:
    """Return the tokens of a sign-in as they are answered."""
    return {
        "access_token": made.access_token,
        "refresh_token": made.refresh_token,
        "token_type": "Bearer",
        "expires_in": made.expires_in,
    }


def signed_in(
    made: SignIn, *, status: int = 200, cookies: bool = True, headers: dict[str, str] | None = None
) -> Response:
    """Answer a new sign-in with the person, its tokens and its cookies."""
    user = made.session.user
    data = {"user": OwnProfile(user).data, **tokens_of(made), **sections_of(user)}
    response = Response(data, status=status, headers=headers)
    if cookies:
        set_cookie(response, settings.API_SESSION_COOKIE, made.cookie, Session.GREATEST_AGE.days)
        set_cookie(response, settings.DEVICE_COOKIE, made.device, days=365)
    return response
