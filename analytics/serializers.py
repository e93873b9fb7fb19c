"""Shapes of the event log."""

from typing import Any

from rest_framework import serializers

from analytics.models import Activity
from analytics.types import TYPES
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, WordsField

LONGEST_SUMMARY = 90


class ObjectAnswer(serializers.Serializer[Any]):
    """What a deed was done to; people come with their names."""

    id = IdField(read_only=True)
    type = serializers.CharField(read_only=True)
    username = serializers.CharField(read_only=True, required=False)
    display_name = serializers.CharField(read_only=True, required=False)


class ActivityAnswer(Answer):
    """One deed; `object` is null when there is none, or when the caller may no longer see it."""

    model = Activity

    id = IdField(read_only=True)
    type = serializers.CharField(read_only=True)
    object = ObjectAnswer(source="line", read_only=True, allow_null=True)
    created_at = TimeField(read_only=True)


class ActivityQuery(Body):
    """`types=follow,unfollow` for some types; `summary=daily` for figures of the last `days` instead of the list."""

    types = WordsField(lambda: TYPES, required=False)
    summary = serializers.ChoiceField(choices=("daily",), required=False)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_SUMMARY, default=30)


class DayAnswer(Answer):
    """What the caller did on one day, in their time zone."""

    date = serializers.DateField(read_only=True)
    posts = serializers.IntegerField(read_only=True)
    comments = serializers.IntegerField(read_only=True)
    likes = serializers.IntegerField(read_only=True)
    shares = serializers.IntegerField(read_only=True)
    follows = serializers.IntegerField(read_only=True)
