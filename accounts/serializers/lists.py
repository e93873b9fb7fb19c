"""What a person sends and reads of their lists."""

import unicodedata
from typing import Any

from rest_framework import serializers

from accounts.models import Audience
from accounts.serializers.fields import TextField
from accounts.serializers.filters import clean_term
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField

MAX_WORDS = 30


class TermField(TextField):
    """A tag or a word, as filters know them."""

    default_error_messages = {"invalid_term": "This cannot be looked for in a text."}

    def __init__(self, kind: str, **options: Any) -> None:
        self.kind = kind
        super().__init__(max_length=200, **options)

    def to_internal_value(self, data: Any) -> str:
        value = clean_term(self.kind, super().to_internal_value(data))
        if value is None or not any(map(_is_indexed, value)):
            self.fail("invalid_term")
        return value


def _is_indexed(char: str) -> bool:
    """Tell whether a list can look for it: letters, digits and pictures, not marks between them."""
    return char.isalnum() or unicodedata.category(char) == "So"


class TermsField(serializers.ListField):
    """Tags or words, each once."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(child=TermField(kind), max_length=MAX_WORDS, **options)

    def to_internal_value(self, data: Any) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class ListChanges(Body):
    """What is not sent stays. `keywords` are words or phrases, found whole."""

    name = TextField(max_length=60, required=False)
    tags = TermsField("tag", required=False)
    keywords = TermsField("phrase", required=False)
    exclusive = serializers.BooleanField(required=False)
    with_shares = serializers.BooleanField(required=False)


class ListBody(ListChanges):
    """A list; who is in it is said one by one."""

    name = TextField(max_length=60)


class ListAnswer(Answer):
    """A list, as its owner alone sees it."""

    model = Audience

    id = IdField(read_only=True)
    name = serializers.CharField(read_only=True)
    member_count = serializers.IntegerField(read_only=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)
    keywords = serializers.ListField(child=serializers.CharField(), read_only=True)
    exclusive = serializers.BooleanField(read_only=True)
    with_shares = serializers.BooleanField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: Any) -> Audience | None:
        return Audience.objects.visible_to(viewer).lists().filter(pk=pk).first()

    @classmethod
    def path_of(cls, thing: Audience) -> str:
        return f"/api/lists/{thing.pk}"
