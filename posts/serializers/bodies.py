"""What people send of posts, and how they ask for lists of them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models.users import Reference
from accounts.serializers.fields import TextField, UrlField
from posts.models import LENGTHS, MAX_MEDIA, Post
from socialsite.lib.api.serializers import Body, IdField
from socialsite.lib.text.entities import fold_tag

TYPES = (Post.Type.UPDATE, Post.Type.ARTICLE, Post.Type.ACHIEVEMENT)
"""What people publish by themselves; the other types come from what they do elsewhere on the site"""


MAX_NAME = 31


class MediumBody(Body):
    """A picture or video elsewhere, by its https address, and what it shows."""

    url = UrlField()
    alt = TextField(max_length=1500, required=False, allow_blank=True, default="")

    def validate_url(self, value: str) -> str:
        if not value.startswith("https://"):
            raise serializers.ValidationError(
                "Give a link that begins with https://.", "invalid_url"
            )
        return value


class MediumField(MediumBody):
    """A medium as its address alone, or as `{url, alt}`."""

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value({"url": data} if isinstance(data, str) else data)


class TagField(serializers.CharField):
    """A hashtag, with or without its sign, in the folded form."""

    default_error_messages = {"invalid": "This is not a hashtag."}

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **options)

    def to_internal_value(self, data: Any) -> str:
        tag = fold_tag(super().to_internal_value(data).removeprefix("#"))
        if tag is None:
            self.fail("invalid")
        return tag


class LangField(serializers.RegexField):
    """A language as BCP 47 writes it: `en`, `pt-BR`, `zh-Hant-TW`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            r"\A[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}\Z", max_length=LENGTHS["lang"], **options
        )


class PolicyBody(Body):
    """Who may comment, quote, and call others by naming them; what is not sent stays."""

    comment = serializers.ChoiceField(choices=Post.Who.choices, required=False)
    quote = serializers.ChoiceField(choices=Post.Who.choices, required=False)
    mention = serializers.ChoiceField(choices=Post.Who.choices, required=False)
    approve_comments = serializers.BooleanField(required=False)


class PostEditBody(Body):
    """Changes to a post; what is not sent stays. `list_id` goes with the visibility `list`, and is told to nobody."""

    content = TextField(max_length=LENGTHS["content"], required=False, allow_blank=True)
    post_type = serializers.ChoiceField(choices=TYPES, required=False)
    visibility = serializers.ChoiceField(choices=Post.Visibility.choices, required=False)
    list_id = IdField(required=False)
    media_urls = serializers.ListField(
        child=MediumField(), max_length=MAX_MEDIA, required=False, source="media"
    )
    hashtags = serializers.ListField(child=TagField(), max_length=30, required=False)
    lang = LangField(required=False, allow_blank=True)
    content_warning = TextField(
        max_length=LENGTHS["content_warning"], required=False, allow_blank=True
    )
    sensitive = serializers.BooleanField(required=False)
    policy = PolicyBody(required=False)


class PostBody(PostEditBody):
    """A post; without text it has to show or quote something."""

    quote_of = IdField(required=False, allow_null=True)


class ShareBody(PostBody):
    """Nothing to pass a post on as it is; a text and what else a post has to quote it."""

    quote_of = None  # type: ignore[assignment]  # the path says what is quoted


@extend_schema_field({"type": "string", "description": "An id, or @name."})
class PersonField(IdField):
    """A person by id or `@name`."""

    default_error_messages = {"invalid": "Give an id or @name."}

    def to_internal_value(self, data: Any) -> Reference:  # type: ignore[override]
        if isinstance(data, str) and data.startswith("@") and len(data) <= MAX_NAME:
            return data
        return super().to_internal_value(data)


class PostQuery(Body):
    """Filters of the list of posts; times are dates or RFC 3339, `created_after` is included, `created_before` is not."""

    user = PersonField(required=False)
    hashtag = TagField(required=False)
    created_after = serializers.DateTimeField(required=False)
    created_before = serializers.DateTimeField(required=False)
    post_type = serializers.ChoiceField(choices=TYPES, required=False)
    visibility = serializers.ChoiceField(choices=Post.Visibility.choices, required=False)
    has_media = serializers.BooleanField(required=False)
    lang = LangField(required=False)
    sort = serializers.ChoiceField(choices=("date", "popularity", "engagement"), default="date")
    order = serializers.ChoiceField(choices=("asc", "desc"), default="desc")


class UserPostsQuery(Body):
    type = serializers.ChoiceField(
        choices=("update", "article", "achievement", "share", "reply", "media"), required=False
    )
