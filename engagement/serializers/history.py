"""The history of a text as callers read it."""

from typing import Any

from rest_framework import serializers

from accounts.serializers.people import PersonCard
from engagement.history import PastVersion
from socialsite.lib.api.serializers import Answer, IdField, TimeField


class ChangeAnswer(Answer):
    """A stretch of text that stayed, came or went."""

    op = serializers.ChoiceField(choices=("equal", "insert", "delete"), read_only=True)
    text = serializers.CharField(read_only=True)


class VersionAnswer(Answer):
    """A version of a text, and how it differs from the one before it; one that was removed has lost its text for good."""

    number = serializers.IntegerField(read_only=True)
    content = serializers.CharField(read_only=True)
    content_warning = serializers.CharField(read_only=True)
    editor = PersonCard(read_only=True, allow_null=True)
    created_at = TimeField(read_only=True)
    is_removed = serializers.BooleanField(read_only=True)
    diff = serializers.ListField(child=ChangeAnswer(), read_only=True)


class HistoryAnswer(Answer):
    """The newest hundred versions of a text, newest first; the first is the text as it stands."""

    id = IdField(read_only=True)
    versions = serializers.ListField(child=VersionAnswer(), read_only=True)

    @classmethod
    def of(cls, thing_id: int, versions: list[PastVersion]) -> dict[str, Any]:
        """Return what this answer renders."""
        return {"id": thing_id, "versions": versions}
