"""The caller's own account: who they are, settings, mail address, password, second factor, sign-ins, tokens."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

from accounts.actions import api_tokens, emails, factors, passwords, profiles, sessions
from accounts.actions.sign_in import confirm_password
from accounts.browsers import replacing_origin_of
from accounts.limits import (
    API_TOKENS,
    EDITS,
    RESETS_BY_ADDRESS,
    RESETS_BY_MAIL,
    TOKEN_CHECKS,
    VERIFICATION_MAILS,
)
from accounts.models import ApiToken, RecoveryCode, SecondFactor, Session
from accounts.serializers.accounts import (
    AccountAnswer,
    ApiTokenAnswer,
    ApiTokenBody,
    ChangePasswordBody,
    CodeBody,
    EmailBody,
    FactorSetUpAnswer,
    FactorStateAnswer,
    PasswordBody,
    ResetBody,
    SessionAnswer,
    SettingsAnswer,
    SettingsBody,
    SignInAnswer,
    TokenBody,
)
from accounts.viewsets.sign_in import SignInViewSet, signed_in
from socialsite.lib import limits
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import Forbidden, NotFound


class AccountViewSet(ApiViewSet):
    @reads(AccountAnswer, guests=True)
    def current(self, request: Call, query: dict[str, Any]) -> Any:
        """The current person, with a section from each part of the site."""
        return request.user

    @reads(SettingsAnswer)
    def read_settings(self, request: Call, query: dict[str, Any]) -> Any:
        """The caller's settings."""
        return request.user

    @writes(SettingsAnswer, body=SettingsBody, limit=EDITS)
    def edit_settings(self, request: Call, data: dict[str, Any]) -> int:
        """Change the settings that are sent."""
        check = partial(check_if_match, request)
        return profiles.change_settings(actor=request.user, changes=data, check=check).pk

    @writes(confirmed=True, body=EmailBody, limit=VERIFICATION_MAILS)
    def change_email(self, request: Call, data: dict[str, Any]) -> None:
        """Change the mail address, once the mail sent to the new one is answered."""
        emails.request_email_change(actor=request.user, **data)

    @writes(limit=VERIFICATION_MAILS)
    def resend_email_check(self, request: Call, data: dict[str, Any]) -> None:
        """Send the verifying mail again."""
        emails.request_email_check(actor=request.user)

    @writes(body=PasswordBody, repeatable=False)
    def confirm(self, request: Call, data: dict[str, Any]) -> Response:
        """Give the password again: opens what asks for it for ten minutes."""
        confirm_password(actor=request.user, session=own_session(request), **data)
        return Response(status=204)

    @writes(SignInAnswer, body=ChangePasswordBody, repeatable=False)
    def change_password(self, request: Call, data: dict[str, Any]) -> Response:
        """Set a new password; every other sign-in ends, and this one is replaced."""
        own_session(request)
        return signed_in(
            passwords.change_password(
                actor=request.user, **data, origin=replacing_origin_of(request)
            )
        )


class MailedTokenViewSet(SignInViewSet):
    """Routes for who holds a mail: no sign-in is needed."""

    @writes(
        body=EmailBody,
        access=Access.ANYONE,
        status=202,
        limit=RESETS_BY_ADDRESS,
        repeatable=False,
    )
    def forgot_password(self, request: Call, data: dict[str, Any]) -> Response:
        """Send a reset mail, if the address has an account; the answer is the same either way."""
        limits.take(RESETS_BY_MAIL, f"mail:{data['email']}")
        passwords.request_password_reset(**data)
        return Response(status=202)

    @writes(body=ResetBody, access=Access.ANYONE, limit=TOKEN_CHECKS, repeatable=False)
    def reset_password(self, request: Call, data: dict[str, Any]) -> Response:
        """Set a new password by the token of a mail; it works once, for an hour."""
        passwords.reset_password(**data)
        return Response(status=204)

    @writes(body=TokenBody, access=Access.ANYONE, limit=TOKEN_CHECKS)
    def verify_email(self, request: Call, data: dict[str, Any]) -> None:
        """Confirm a mail address by the token of a mail."""
        emails.verify_email(**data)


class FactorViewSet(ApiViewSet):
    @reads(FactorStateAnswer)
    def state(self, request: Call, query: dict[str, Any]) -> dict[str, Any]:
        """Whether the second factor is on, and how many recovery codes are left."""
        on = SecondFactor.objects.filter(user=request.user, confirmed_at__isnull=False).exists()
        left = RecoveryCode.objects.filter(user=request.user, used_at__isnull=True).count()
        return {"enabled": on, "recovery_codes_left": left}

    @writes(FactorSetUpAnswer, body=CodeBody, confirmed=True, repeatable=False)
    def set_up(self, request: Call, data: dict[str, Any]) -> dict[str, Any]:
        """Begin with a secret; with a `code` of the app, switch the factor on and get the recovery codes."""
        if "code" in data:
            codes = factors.confirm_second_factor(actor=request.user, **data)
            return {"enabled": True, "recovery_codes": codes}
        enrolment = factors.begin_second_factor(actor=request.user)
        return {"enabled": False, "secret": enrolment.secret, "uri": enrolment.uri}

    @writes(confirmed=True)
    def switch_off(self, request: Call, data: dict[str, Any]) -> None:
        """Switch the second factor off."""
        factors.disable_second_factor(actor=request.user)


class SessionViewSet(ApiViewSet):
    @lists(SessionAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Session]:
        """Where the caller is signed in."""
        return Session.objects.visible_to(request.user)

    @writes()
    def end(self, request: Call, data: dict[str, Any], session: int) -> None:
        """End one sign-in."""
        found = Session.objects.visible_to(request.user).filter(pk=session).first()
        if found is None:
            raise NotFound
        sessions.end_session(actor=request.user, session=found)

    @writes()
    def end_others(self, request: Call, data: dict[str, Any]) -> None:
        """End every sign-in but this one."""
        keep = request.auth if isinstance(request.auth, Session) else None
        sessions.end_sessions(actor=request.user, keep=keep)


class ApiTokenViewSet(ApiViewSet):
    @lists(ApiTokenAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[ApiToken]:
        """The caller's personal tokens, without their secrets."""
        return ApiToken.objects.visible_to(request.user)

    @writes(
        ApiTokenAnswer,
        body=ApiTokenBody,
        status=201,
        confirmed=True,
        limit=API_TOKENS,
        repeatable=False,
    )
    def create(self, request: Call, data: dict[str, Any]) -> dict[str, Any]:
        """Make a token; its secret is shown once."""
        token, secret = api_tokens.create_api_token(actor=request.user, **data)
        return {**ApiTokenAnswer(token).data, "token": secret}

    @writes()
    def revoke(self, request: Call, data: dict[str, Any], token: int) -> None:
        """Refuse a token from now on."""
        found = ApiToken.objects.visible_to(request.user).filter(pk=token).first()
        if found is None:
            raise NotFound
        api_tokens.revoke_api_token(actor=request.user, token=found)


def own_session(request: Call) -> Session:
    """Return the sign-in that calls. Raises Forbidden for a personal token, which cannot change the account."""
    if not isinstance(request.auth, Session):
        raise Forbidden("permission_denied", "Only a sign-in may do this, not a token.")
    return request.auth
