"""What people send and read of how they want their feed."""

from typing import Any

from rest_framework import serializers

from accounts.models import User
from accounts.serializers.people import PersonCard
from posts.feeds.ranked import Size, size_of_home
from posts.feeds.ranking import MAX_WEIGHT, WEIGHTS, complete_weights
from posts.models import AuthorPriority, Feedback, FeedPreferences
from posts.models.feeds import MAX_PRIORITY, MIN_PRIORITY
from socialsite.lib.api.serializers import Answer, Body, IdField

MAX_AUTHORS = 200
PRIORITIES = {"mute": MIN_PRIORITY, "low": -1, "normal": 0, "high": 1}
"""Words for priorities; 2 has none"""


class WeightField(serializers.FloatField):
    """A number from 0 to 10; null for the default."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_value=0, max_value=MAX_WEIGHT, required=False, allow_null=True, **options
        )

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        # What is neither less nor more than a bound, as NaN, is no number.
        value = super().to_internal_value(data)
        return value if value == value else self.fail("invalid")  # noqa: PLR0124


class PriorityField(serializers.IntegerField):
    """From -2, much less, to 2, much more; or `mute`, `low`, `normal`, `high` for -2, -1, 0, 1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=MIN_PRIORITY, max_value=MAX_PRIORITY, **options)

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool):
            self.fail("invalid")
        known = PRIORITIES.get(data) if isinstance(data, str) else None
        return super().to_internal_value(data) if known is None else known


class WeightsBody(Body):
    """A weight for each part of the ranking that is sent."""

    recency = WeightField()
    engagement = WeightField()
    affinity = WeightField()
    following = WeightField()
    interest = WeightField()
    priority = WeightField()
    feedback = WeightField()
    quiet = WeightField()


class PriorityBody(Body):
    user_id = IdField()
    priority = PriorityField()


class FeedPreferencesBody(Body):
    """What is sent of it changes; `authors` replaces the priorities there were."""

    mode = serializers.ChoiceField(choices=User.FeedMode.choices, required=False)
    weights = WeightsBody(required=False)
    authors = serializers.ListField(child=PriorityBody(), max_length=MAX_AUTHORS, required=False)

    def validate_authors(self, value: list[dict[str, Any]]) -> dict[int, int]:
        return {row["user_id"]: row["priority"] for row in value}


class PriorityAnswer(serializers.Serializer[Any]):
    user_id = IdField(source="author_id", read_only=True)
    user = PersonCard(source="author", read_only=True)
    priority = serializers.IntegerField(read_only=True)


class FeedPreferencesAnswer(Answer):
    """How the caller wants their feed: the mode when none is asked for, all weights beside the defaults, and priorities of authors."""

    model = FeedPreferences

    mode = serializers.CharField(read_only=True)
    weights = serializers.DictField(child=serializers.FloatField(), read_only=True)
    defaults = serializers.DictField(child=serializers.FloatField(), read_only=True)
    max_weight = serializers.FloatField(read_only=True)
    authors = PriorityAnswer(many=True, read_only=True)
    version = serializers.IntegerField(read_only=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: Any) -> FeedPreferences:
        found = FeedPreferences.objects.select_related("user").filter(user=viewer.pk).first()
        return found or FeedPreferences(user=viewer, version=0)

    @classmethod
    def render(cls, thing: FeedPreferences, context: dict[str, Any]) -> dict[str, Any]:
        known = User.objects.visible_to(context["viewer"])
        rows = AuthorPriority.objects.filter(user=thing.user_id).select_related("author")
        return {
            "mode": thing.user.feed_mode,
            "weights": complete_weights(thing.weights),
            "defaults": WEIGHTS,
            "max_weight": MAX_WEIGHT,
            "authors": PriorityAnswer(
                rows.filter(author__in=known).order_by("-priority", "author_id"), many=True
            ).data,
            "version": thing.version,
        }


class FeedbackBody(Body):
    """A post, and whether one wants more or less like it or never to see it again; null takes it back."""

    id = IdField()
    kind = serializers.ChoiceField(choices=Feedback.Kind.choices, allow_null=True)


class FeedbackAnswer(Answer):
    """What the caller said of a post; null when they take it back."""

    model = Feedback

    id = IdField(source="target_id", read_only=True)
    kind = serializers.CharField(read_only=True, allow_null=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: int) -> Feedback:
        found = Feedback.objects.filter(user=viewer.pk, target_id=pk).first()
        return found or Feedback(target_id=pk, kind=None)  # type: ignore[misc]


class RefreshAnswer(Answer):
    """How many posts the caller's feed holds now, at most 500, and how many came since they last were there."""

    count = serializers.IntegerField(read_only=True)
    new = serializers.IntegerField(read_only=True)

    @classmethod
    def fetch(cls, viewer: Any, pk: Any) -> Size:
        return size_of_home(viewer)
