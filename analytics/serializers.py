"""Shapes of the event log."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.people import PersonCard
from analytics.leaderboard import MEASURES, PERIODS, put_ranks
from analytics.models import Activity, Standing
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


class LeaderboardQuery(Body):
    """`by` a measure, over the last day, week or month, or all time; `me=1` for the caller's own row instead of the list."""

    by = serializers.CharField(max_length=20, default="points")
    period = serializers.ChoiceField(choices=tuple(PERIODS), default="week")
    me = serializers.ChoiceField(choices=("0", "1"), default="0")

    def validate_by(self, value: str) -> str:
        """Refuse what no app measures."""
        if value not in MEASURES:
            raise serializers.ValidationError("There is no such measure.", "invalid_choice")
        return value


class StandingAnswer(Answer):
    """Where a person stands; `rank` counts the people the reader sees, and who have the same have the same rank."""

    model = Standing

    rank = serializers.IntegerField(read_only=True)
    value = serializers.IntegerField(read_only=True)
    person = PersonCard(source="user", read_only=True)

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        put_ranks(things, viewer)


class StatsQuery(Body):
    """For how many days there is a figure each."""

    days = serializers.IntegerField(min_value=1, max_value=LONGEST_SUMMARY, default=30)


class StatsAnswer(Answer):
    """The caller's own figures: in all, for each day in their time zone, and what the leaderboard has of them."""

    model = User

    totals = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    days = serializers.ListField(child=serializers.DictField(), read_only=True)
    standings = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField()), read_only=True
    )
