"""What a person sends and reads of their filters."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.actions.filters import MAX_FILTERS, MAX_TERMS, Wanted
from accounts.models import Filter, FilterTerm, User
from accounts.models.filters import LENGTHS, MAX_TERM
from accounts.serializers.fields import TextField
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.text.hashtags import fold_tag
from socialsite.lib.text.links import is_host_label
from socialsite.lib.text.words import fold

MAX_DOMAIN, MAX_ID_DIGITS = 253, 19


def clean_term(kind: str, written: str) -> str | None:
    """Return a term as it is kept, or None when it is none of its kind."""
    return _CLEAN[kind](written.strip())


def clean_words(written: str) -> str | None:
    """Return words or signs that can be looked for in a text."""
    words = " ".join(written.split())
    return words if len(words) <= MAX_TERM and fold(words).strip() else None


def _clean_keyword(written: str) -> str | None:
    return None if len(written.split()) > 1 else clean_words(written)


def _clean_tag(written: str) -> str | None:
    return fold_tag(written.removeprefix("#"))


def _clean_user(written: str) -> str | None:
    if written.startswith("@"):
        return written.lower() if len(written) > 1 else None
    is_id = written.isascii() and written.isdigit() and len(written) <= MAX_ID_DIGITS
    return written if is_id and kind_of(int(written)) is Kind.USER else None


def _clean_domain(written: str) -> str | None:
    domain = written.lower().removesuffix(".")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    labels = domain.split(".")
    is_domain = len(labels) > 1 and domain.isascii() and all(map(is_host_label, labels))
    return domain if is_domain and len(domain) <= MAX_DOMAIN else None


_CLEAN: dict[str, Callable[[str], str | None]] = {
    FilterTerm.Kind.KEYWORD: _clean_keyword,
    FilterTerm.Kind.PHRASE: clean_words,
    FilterTerm.Kind.TAG: _clean_tag,
    FilterTerm.Kind.USER: _clean_user,
    FilterTerm.Kind.DOMAIN: _clean_domain,
}


class TermBody(Body):
    """A keyword, a phrase, a tag, a person by id or `@name`, or a domain; words are found whole unless `whole_word` is false."""

    default_error_messages = {"invalid_term": "This is no {kind}."}

    kind = serializers.ChoiceField(choices=FilterTerm.Kind.choices)
    value = TextField(max_length=MAX_DOMAIN)
    whole_word = serializers.BooleanField(default=True)

    def validate(self, attrs: dict[str, Any]) -> Wanted:
        value = clean_term(attrs["kind"], attrs["value"])
        if value is None:
            message = self.error_messages["invalid_term"].format(kind=attrs["kind"])
            raise serializers.ValidationError({"value": [message]}, "invalid")
        return Wanted(attrs["kind"], value, attrs["whole_word"])


@extend_schema_field({"type": "array", "items": {"type": "string", "enum": list(Filter.Scope)}})
class ScopesField(serializers.ListField):
    """Where a filter looks, each place once."""

    def __init__(self, **options: Any) -> None:
        child = serializers.ChoiceField(choices=Filter.Scope.choices)
        super().__init__(child=child, max_length=20, allow_empty=False, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        sent = set(super().to_internal_value(data))
        return [scope for scope in Filter.Scope if scope in sent]


class FilterChanges(Body):
    """What is not sent stays; `terms` are replaced as a whole, and a null takes the end away."""

    title = TextField(max_length=LENGTHS["title"], required=False)
    action = serializers.ChoiceField(choices=Filter.Action.choices, required=False)
    scopes = ScopesField(required=False)
    expires_at = serializers.DateTimeField(required=False, allow_null=True)
    terms = serializers.ListField(
        child=TermBody(), min_length=1, max_length=MAX_TERMS, required=False
    )


class FilterBody(FilterChanges):
    """A filter; without `scopes` it looks everywhere, without `expires_at` for good."""

    title = TextField(max_length=LENGTHS["title"])
    action = serializers.ChoiceField(choices=Filter.Action.choices, default=Filter.Action.HIDE)
    scopes = ScopesField(default=lambda: list(Filter.Scope))
    terms = serializers.ListField(child=TermBody(), min_length=1, max_length=MAX_TERMS)


class TermAnswer(serializers.Serializer[Any]):
    """A term; of a person, `value` is the id."""

    kind = serializers.ChoiceField(choices=FilterTerm.Kind.choices, read_only=True)
    value = serializers.CharField(read_only=True)
    whole_word = serializers.BooleanField(read_only=True)


class FilterFields(Answer):
    """What an export has of a filter."""

    model = Filter

    title = serializers.CharField(read_only=True)
    action = serializers.ChoiceField(choices=Filter.Action.choices, read_only=True)
    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)
    expires_at = TimeField(read_only=True, allow_null=True)
    terms = TermAnswer(many=True, read_only=True)


class FilterAnswer(FilterFields):
    """A filter; `is_expired` once its time has run out: it is kept, and catches nothing."""

    id = IdField(read_only=True)
    is_expired = serializers.BooleanField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True)

    @classmethod
    def path_of(cls, thing: Filter) -> str:
        return f"/api/filters/{thing.pk}"


class ImportBody(Body):
    """What an export answered."""

    filters = serializers.ListField(child=FilterBody(), max_length=MAX_FILTERS)


class ExportAnswer(Answer):
    """All the filters of a person, as an import takes them."""

    filters = FilterFields(many=True, read_only=True)

    @classmethod
    def find(cls, viewer: User, pk: Any) -> dict[str, Any]:
        rows = Filter.objects.visible_to(viewer).for_api(viewer).order_by("pk")
        return {"filters": list(rows)}
