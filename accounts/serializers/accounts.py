"""Signing up and in, mail addresses, passwords, second factors, tokens, sign-ins and settings."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.utils import timezone
from rest_framework import serializers

from accounts.models import ApiToken, Session, User
from accounts.sections import sections_of
from accounts.serializers.fields import (
    DisplayNameField,
    EmailField,
    IndustryField,
    PasswordField,
    TextField,
    UsernameField,
)
from accounts.serializers.people import OwnProfile, ProfileBody
from socialsite.lib.api.serializers import Answer, Body, TimeField
from socialsite.lib.api.serializers import IdField as Id


class RegisterBody(Body):
    """Only username, email and password are required; the rest counts for the completion of the profile."""

    username = UsernameField()
    email = EmailField()
    password = PasswordField()
    display_name = DisplayNameField(required=False, allow_blank=True)
    first_name = DisplayNameField(required=False, allow_blank=True)
    last_name = DisplayNameField(required=False, allow_blank=True)
    industry = IndustryField(required=False, allow_blank=True)
    location = TextField(max_length=100, required=False, allow_blank=True)
    headline = TextField(max_length=120, required=False, allow_blank=True)


class LoginBody(Body):
    """A username or a mail address, in any of the three fields the documents name, and the password."""

    username = serializers.CharField(max_length=254, required=False)
    email = serializers.CharField(max_length=254, required=False)
    identifier = serializers.CharField(max_length=254, required=False)
    password = PasswordField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = [attrs[name] for name in ("identifier", "username", "email") if name in attrs]
        if len(names) != 1:
            raise serializers.ValidationError(
                {"identifier": ["Send one of identifier, username, email."]}, "required"
            )
        return {"identifier": names[0], "password": attrs["password"]}


class FiguresField(serializers.DictField):
    """Numbers by their names."""

    child = serializers.IntegerField()

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, required=False, **options)


class Sections(Answer):
    """What each part of the site has to say about the person who is signed in."""

    stats = FiguresField(help_text="`posts`, `followers`, `following`")
    profile = serializers.DictField(
        read_only=True, required=False, help_text="`completion` in percent, and what is `missing`"
    )
    network = FiguresField(help_text="`connections`, `pending_in`, `pending_out`, `unread`")
    notifications = FiguresField(help_text="`unread`")


class SignInAnswer(Sections):
    """A new sign-in, with the sections of `GET /api/auth/user` beside the person."""

    user = OwnProfile(read_only=True)
    access_token = serializers.CharField(read_only=True)
    refresh_token = serializers.CharField(read_only=True)
    token_type = serializers.CharField(read_only=True)
    expires_in = serializers.IntegerField(read_only=True)


class TokenAnswer(Answer):
    access_token = serializers.CharField(read_only=True)
    refresh_token = serializers.CharField(read_only=True)
    token_type = serializers.CharField(read_only=True)
    expires_in = serializers.IntegerField(read_only=True)


class AccountAnswer(OwnProfile, Sections):
    """The current person with a section from each part of the site."""

    @classmethod
    def render(cls, thing: User, context: dict[str, Any]) -> dict[str, Any]:
        return {**OwnProfile(thing, context=context).data, **sections_of(thing)}


class RefreshBody(Body):
    refresh_token = serializers.CharField(max_length=200)


class FactorBody(Body):
    mfa_token = serializers.CharField(max_length=500)
    code = serializers.CharField(max_length=40)


class CodeBody(Body):
    code = serializers.CharField(max_length=40, required=False)


class FactorStateAnswer(Answer):
    enabled = serializers.BooleanField(read_only=True)
    recovery_codes_left = serializers.IntegerField(read_only=True)


class FactorSetUpAnswer(Answer):
    """`secret` and `uri` at first; `recovery_codes` once a code has confirmed it."""

    enabled = serializers.BooleanField(read_only=True)
    secret = serializers.CharField(read_only=True, required=False)
    uri = serializers.CharField(read_only=True, required=False)
    recovery_codes = serializers.ListField(
        child=serializers.CharField(), read_only=True, required=False
    )


class PasswordBody(Body):
    password = PasswordField()


class ChangePasswordBody(Body):
    password = PasswordField()
    new_password = PasswordField()


class EmailBody(Body):
    email = EmailField()


class TokenBody(Body):
    token = serializers.CharField(max_length=500)


class ResetBody(TokenBody):
    password = PasswordField()


class CsrfAnswer(Answer):
    csrf_token = serializers.CharField(read_only=True)


class SessionAnswer(Answer):
    """One sign-in of the caller's."""

    model = Session

    id = Id(read_only=True)
    address = serializers.CharField(read_only=True)
    user_agent = serializers.CharField(read_only=True)
    created_at = TimeField(read_only=True)
    last_used_at = TimeField(read_only=True)
    is_current = serializers.SerializerMethodField()

    def get_is_current(self, session: Session) -> bool:
        return bool(session == self.context["request"].auth)


class ApiTokenBody(Body):
    name = TextField(max_length=60)
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=ApiToken.Scope.choices), min_length=1, max_length=4
    )
    expires_at = serializers.DateTimeField(required=False, allow_null=True)

    def validate_expires_at(self, value: datetime | None) -> datetime | None:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("Use a time to come.", "min_value")
        return value


class ApiTokenAnswer(Answer):
    """A personal token; `token` is there only in the answer that made it."""

    model = ApiToken

    id = Id(read_only=True)
    name = serializers.CharField(read_only=True)
    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)
    created_at = TimeField(read_only=True)
    last_used_at = TimeField(read_only=True, allow_null=True)
    expires_at = TimeField(read_only=True, allow_null=True)
    token = serializers.CharField(read_only=True, required=False)


class SettingsBody(Body):
    """Settings to change; what is not sent stays."""

    private_account = serializers.BooleanField(required=False)
    hide_followers = serializers.BooleanField(required=False)
    hide_following = serializers.BooleanField(required=False)
    hide_likes = serializers.BooleanField(required=False)
    search_opt_out = serializers.BooleanField(required=False)
    leaderboard_opt_out = serializers.BooleanField(required=False)
    follow_on_connect = serializers.BooleanField(required=False)
    dm_policy = serializers.ChoiceField(choices=User.DmPolicy.choices, required=False)
    show_last_seen = serializers.BooleanField(required=False)
    read_receipts = serializers.BooleanField(required=False)
    feed_mode = serializers.ChoiceField(choices=User.FeedMode.choices, required=False)
    digest = serializers.ChoiceField(choices=User.Digest.choices, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    language = serializers.RegexField(
        r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35, required=False
    )

    def validate_time_zone(self, value: str) -> str:
        if value not in available_timezones():
            raise serializers.ValidationError(
                "Use a name of the IANA time zone database.", "invalid_choice"
            )
        return value


class SettingsAnswer(Answer):
    model = User

    private_account = serializers.BooleanField(read_only=True)
    hide_followers = serializers.BooleanField(read_only=True)
    hide_following = serializers.BooleanField(read_only=True)
    hide_likes = serializers.BooleanField(read_only=True)
    search_opt_out = serializers.BooleanField(read_only=True)
    leaderboard_opt_out = serializers.BooleanField(read_only=True)
    follow_on_connect = serializers.BooleanField(read_only=True)
    dm_policy = serializers.CharField(read_only=True)
    show_last_seen = serializers.BooleanField(read_only=True)
    read_receipts = serializers.BooleanField(read_only=True)
    feed_mode = serializers.CharField(read_only=True)
    digest = serializers.CharField(read_only=True)
    time_zone = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)


class OwnProfileBody(ProfileBody, SettingsBody):
    """Y36: the profile with privacy and preferences in one body."""
