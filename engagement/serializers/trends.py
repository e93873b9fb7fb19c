"""What trends, in its four shapes, and the page of a tag."""

from typing import Any

from rest_framework import serializers

from accounts.models import Viewer
from engagement.models import Trend
from engagement.serializers.deeds import TagAnswer
from engagement.tagpages import page_of_tag
from engagement.trending import KINDS
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, WordsField

MAX_SHOWN = 100


class RangeQuery(Body):
    """`range` is the time that is looked at."""

    range = serializers.ChoiceField(choices=Trend.Range.values, default=Trend.Range.DAY)


class TrendingQuery(RangeQuery):
    """`kinds` are words such as `posts,hashtags`; without it, all. `limit` is for each kind."""

    kinds = WordsField(lambda: KINDS, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MAX_SHOWN, default=20)


class TrendFigures(Answer):
    """Where a thing stands: its place, its score, and how many different people made it trend."""

    rank = serializers.IntegerField(read_only=True)
    score = serializers.FloatField(read_only=True)
    people = serializers.IntegerField(read_only=True)


class TrendingTag(TagAnswer, TrendFigures):
    pass


class TrendingAnswer(Answer):
    """What trends by kind, the first first; kinds that were not asked for are not there. A post is as in other lists, with its figures."""

    range = serializers.ChoiceField(choices=Trend.Range.values, read_only=True)
    posts = serializers.ListField(child=serializers.DictField(), read_only=True, required=False)
    hashtags = TrendingTag(many=True, read_only=True, required=False)

    @classmethod
    def render(cls, thing: Any, context: dict[str, Any]) -> Any:
        return thing


class TrendAnswer(TrendFigures):
    """A thing that trends among those of all kinds, as lists show it."""

    type = serializers.CharField(read_only=True)
    id = IdField(read_only=True)
    object = serializers.DictField(read_only=True)


class TrendsAnswer(Answer):
    """What trends over all kinds, the highest score first."""

    range = serializers.ChoiceField(choices=Trend.Range.values, read_only=True)
    results = TrendAnswer(many=True, read_only=True)

    @classmethod
    def render(cls, thing: Any, context: dict[str, Any]) -> Any:
        return thing


class TagDay(Answer):
    """A day in UTC: how many public posts carry the tag, and of how many people."""

    day = serializers.DateField(read_only=True)
    posts = serializers.IntegerField(read_only=True)
    people = serializers.IntegerField(read_only=True)


class RelatedTag(Answer):
    """A tag that stands beside it, in so many of its newest posts."""

    tag = serializers.CharField(read_only=True)
    posts = serializers.IntegerField(read_only=True)


class TagPage(Answer):
    """A tag: also one that no public post carries, which then has neither id nor date."""

    id = IdField(read_only=True, allow_null=True)
    tag = serializers.CharField(read_only=True)
    usage_count = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True, allow_null=True)
    followed = serializers.BooleanField(read_only=True)
    series = TagDay(many=True, read_only=True)
    related = RelatedTag(many=True, read_only=True)
    posts = serializers.CharField(read_only=True)

    @classmethod
    def find(cls, viewer: Viewer, pk: str) -> Any:
        """Return the page of a tag, folded already."""
        return page_of_tag(pk, viewer)
