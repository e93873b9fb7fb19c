"""What callers ask of the search, and what they read."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.people import PersonCard
from search.parsing import MAX_QUERY
from search.searchables import SEARCHES
from socialsite.lib.api.serializers import Answer, Body

GROUPED, TYPED, MOST = 5, 20, 100


class QueryBody(Body):
    """`q` is what to look for, at most 500 characters; `query` is another word for it."""

    q = serializers.CharField(max_length=MAX_QUERY, allow_blank=True, required=False)
    query = serializers.CharField(max_length=MAX_QUERY, allow_blank=True, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, required=False)
    cursor = serializers.CharField(max_length=1000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "q" not in attrs and "query" not in attrs:
            required = serializers.ErrorDetail("Say what to look for.", "required")
            raise serializers.ValidationError({"q": [required]})
        attrs["text"] = attrs.get("q") or attrs.get("query") or ""
        return attrs


class SearchQuery(QueryBody):
    """With `type` a list in pages, without it the first few of every type; `sort=date` puts the newest first."""

    type = serializers.CharField(max_length=30, required=False)
    sort = serializers.ChoiceField(choices=("relevance", "date"), default="relevance")

    def validate_type(self, value: str) -> str:
        if value not in SEARCHES:
            detail = f"Use one of: {', '.join(SEARCHES)}."
            raise serializers.ValidationError(detail, "invalid_choice")
        return value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        if "cursor" in attrs and "type" not in attrs:
            detail = serializers.ErrorDetail("Only a list of one type has pages.", "invalid_cursor")
            raise serializers.ValidationError({"cursor": [detail]})
        return attrs


class SnippetAnswer(serializers.Serializer[Any]):
    """A part of the text as it was written, and where in it the hits stand: `[start, end]` in code points."""

    text = serializers.CharField(read_only=True)
    ranges = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()), read_only=True
    )
    is_cut = serializers.BooleanField(read_only=True)


class UnderstoodAnswer(serializers.Serializer[Any]):
    """How the query was understood; `ignored` is what came after as many parts as are looked for."""

    words = serializers.ListField(child=serializers.CharField(), read_only=True)
    phrases = serializers.ListField(child=serializers.CharField(), read_only=True)
    hashtags = serializers.ListField(child=serializers.CharField(), read_only=True)
    has = serializers.ListField(child=serializers.CharField(), read_only=True)
    lang = serializers.ListField(child=serializers.CharField(), read_only=True)
    to = serializers.ListField(child=serializers.CharField(), read_only=True)
    after = serializers.CharField(read_only=True, allow_null=True)
    before = serializers.CharField(read_only=True, allow_null=True)
    min_likes = serializers.IntegerField(read_only=True, allow_null=True)
    below_likes = serializers.IntegerField(read_only=True, allow_null=True)
    without = serializers.DictField(read_only=True)
    ignored = serializers.ListField(child=serializers.CharField(), read_only=True)

    def get_fields(self) -> dict[str, Any]:
        """Add the operators whose names are words of the language this is written in."""
        listed = {
            name: serializers.ListField(child=serializers.CharField(), read_only=True)
            for name in ("from", "is")
        }
        return super().get_fields() | listed


class SearchAnswer(Answer):
    """With `type` a page: `results`, `next`, `previous`; without it a list for each type, named as the type.

    Each found thing is as in its own lists, with its `score`, a `snippet` of its text, and what the reader's filters say of it.
    """

    query = UnderstoodAnswer(read_only=True)
    next = serializers.CharField(read_only=True, allow_null=True, required=False)
    previous = serializers.CharField(read_only=True, allow_null=True, required=False)
    results = serializers.ListField(child=serializers.DictField(), read_only=True, required=False)
    posts = serializers.ListField(child=serializers.DictField(), read_only=True, required=False)
    users = serializers.ListField(child=serializers.DictField(), read_only=True, required=False)
    hashtags = serializers.ListField(child=serializers.DictField(), read_only=True, required=False)
    comments = serializers.ListField(child=serializers.DictField(), read_only=True, required=False)


class FoundPerson(PersonCard):
    score = serializers.FloatField(read_only=True)
    snippet = SnippetAnswer(read_only=True)
    filtered = serializers.ListField(child=serializers.DictField(), read_only=True)


class PeopleAnswer(Answer):
    """People, a page in the shape of every list."""

    next = serializers.CharField(read_only=True, allow_null=True)
    previous = serializers.CharField(read_only=True, allow_null=True)
    results = FoundPerson(many=True, read_only=True)
    query = UnderstoodAnswer(read_only=True)
