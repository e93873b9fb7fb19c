"""Shapes of the operator's routes."""

from typing import Any

from rest_framework import serializers

from socialsite.lib.api.serializers import Answer, Body

STATUSES = ("ok", "failing")


class HealthQuery(Body):
    """`format=text` asks for the one word that some probes expect."""

    format = serializers.ChoiceField(choices=("json", "text"), required=False)


class FindingAnswer(Answer):
    """What one check found; `oldest_s` is the age of the longest waiting task."""

    status = serializers.ChoiceField(choices=STATUSES, read_only=True)
    ms = serializers.FloatField(read_only=True)
    oldest_s = serializers.FloatField(read_only=True, required=False)
    detail = serializers.CharField(read_only=True, required=False)


class ChecksAnswer(Answer):
    process = FindingAnswer(read_only=True)
    database = FindingAnswer(read_only=True)
    disk = FindingAnswer(read_only=True)
    tasks = FindingAnswer(read_only=True)
    cache = FindingAnswer(read_only=True)
    channel_layer = FindingAnswer(read_only=True)


class HealthAnswer(Answer):
    """`failing` (503) as soon as one check fails."""

    status = serializers.ChoiceField(choices=STATUSES, read_only=True)
    checks = ChecksAnswer(read_only=True)

    @classmethod
    def find(cls, viewer: Any, pk: Any) -> Any:
        raise NotImplementedError("health is never read by id")
