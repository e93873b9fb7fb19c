"""A person as others see them: the card, the profile, the relationship."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.permissions import shows_profile
from accounts.relationships import Relationship, between
from accounts.sections import PROFILE_SECTIONS
from accounts.serializers.fields import DisplayNameField, IndustryField, TextField, UrlField
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, rfc3339
from socialsite.lib.errors import NotFound


class PersonCard(Answer):
    """A person in a list."""

    model = User

    id = IdField(read_only=True)
    username = serializers.CharField(read_only=True)
    display_name = serializers.CharField(read_only=True)
    avatar_url = serializers.CharField(read_only=True)
    headline = serializers.CharField(read_only=True)
    is_verified = serializers.BooleanField(read_only=True)
    private_account = serializers.BooleanField(read_only=True)

    def to_representation(self, instance: User) -> dict[str, Any]:
        """Leave a private account's headline to its page: a list would have to ask for each person who may read it."""
        data = super().to_representation(instance)
        return data | {"headline": ""} if instance.private_account else data


class PublicProfile(PersonCard):
    """A person's page; `is_reduced` when the account is private and the reader does not follow it."""

    headline = serializers.CharField(read_only=True, required=False)
    bio = serializers.CharField(read_only=True, required=False)
    location = serializers.CharField(read_only=True, required=False)
    industry = serializers.CharField(read_only=True, required=False)
    post_count = serializers.IntegerField(read_only=True)
    follower_count = serializers.IntegerField(read_only=True)
    following_count = serializers.IntegerField(read_only=True)
    connection_count = serializers.IntegerField(read_only=True)
    is_reduced = serializers.BooleanField(read_only=True)
    recent_activity = serializers.ListField(read_only=True, required=False)
    created_at = TimeField(read_only=True)

    HIDDEN = ("bio", "location", "industry", "headline")
    """What a private account keeps from those it does not show itself to."""

    @classmethod
    def render(cls, thing: User, context: dict[str, Any]) -> dict[str, Any]:
        viewer = context["viewer"]
        data: dict[str, Any] = {name: getattr(thing, name) for name in PLAIN}
        data["id"] = str(thing.pk)
        data["created_at"] = rfc3339(thing.created_at)
        data["is_reduced"] = not shows_profile(thing, viewer)
        if data["is_reduced"]:
            return {name: value for name, value in data.items() if name not in cls.HIDDEN}
        return data | {name: section(thing, viewer) for name, section in PROFILE_SECTIONS.items()}


PLAIN = (
    "id", "username", "display_name", "avatar_url", "headline", "is_verified", "private_account", "bio", "location",
    "industry", "post_count", "follower_count", "following_count", "connection_count",
)  # fmt: skip


class OwnProfile(Answer):
    """A person as they see themselves: every column but the password's."""

    model = User

    id = IdField(read_only=True)
    created_at = TimeField(read_only=True)
    updated_at = TimeField(read_only=True)
    last_active_at = TimeField(read_only=True, allow_null=True)
    email_verified = serializers.SerializerMethodField()
    username = serializers.CharField(read_only=True)
    email = serializers.CharField(read_only=True, allow_null=True)
    is_guest = serializers.BooleanField(read_only=True)
    pending_email = serializers.CharField(read_only=True)
    role = serializers.CharField(read_only=True)
    is_verified = serializers.BooleanField(read_only=True)
    display_name = serializers.CharField(read_only=True)
    bio = serializers.CharField(read_only=True)
    avatar_url = serializers.CharField(read_only=True)
    location = serializers.CharField(read_only=True)
    first_name = serializers.CharField(read_only=True)
    last_name = serializers.CharField(read_only=True)
    industry = serializers.CharField(read_only=True)
    headline = serializers.CharField(read_only=True)
    private_account = serializers.BooleanField(read_only=True)
    post_count = serializers.IntegerField(read_only=True)
    follower_count = serializers.IntegerField(read_only=True)
    following_count = serializers.IntegerField(read_only=True)
    connection_count = serializers.IntegerField(read_only=True)

    def get_email_verified(self, user: User) -> bool:
        return user.email_verified_at is not None


class RelationshipAnswer(Answer):
    """How the caller and a person stand to each other; whether they block the caller is never said."""

    id = IdField(read_only=True)
    following = serializers.BooleanField(read_only=True)
    followed_by = serializers.BooleanField(read_only=True)
    mutual = serializers.BooleanField(read_only=True)
    requested = serializers.BooleanField(read_only=True)
    blocking = serializers.BooleanField(read_only=True)
    muting = serializers.BooleanField(read_only=True)
    connection = serializers.ChoiceField(
        choices=("none", "pending_in", "pending_out", "connected"), read_only=True
    )

    @classmethod
    def find(cls, viewer: Any, pk: int) -> Relationship:
        """Return how the two stand; raises NotFound, also when a repeated call asks after a block."""
        if not User.objects.addressable_by(viewer).filter(pk=pk).exists():
            raise NotFound
        return between(viewer, pk)


class ProfileBody(Body):
    """Changes to one's profile; what is not sent stays."""

    display_name = DisplayNameField(required=False)
    bio = TextField(max_length=500, required=False, allow_blank=True)
    avatar_url = UrlField(required=False, allow_blank=True)
    location = TextField(max_length=100, required=False, allow_blank=True)
    first_name = DisplayNameField(required=False, allow_blank=True)
    last_name = DisplayNameField(required=False, allow_blank=True)
    headline = TextField(max_length=120, required=False, allow_blank=True)
    industry = IndustryField(required=False, allow_blank=True)

    def validate_avatar_url(self, value: str) -> str:
        """Refuse plain http: a page served over https would not load it, or load it where others can read along."""
        if value and not value.startswith("https://"):
            raise serializers.ValidationError(
                "Give a link that begins with https://.", "invalid_url"
            )
        return value
