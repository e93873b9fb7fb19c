"""The routes by which a person says how they want their feed."""

from functools import partial
from typing import Any

from posts.actions.feeds import give_feedback, set_feed_preferences
from posts.limits import FEEDBACK
from posts.models import FeedPreferences
from posts.serializers.preferences import (
    FeedbackAnswer,
    FeedbackBody,
    FeedPreferencesAnswer,
    FeedPreferencesBody,
)
from posts.viewsets.posts import seen
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import reads, writes
from socialsite.lib.api.views import ApiViewSet


class PreferencesViewSet(ApiViewSet):
    @reads(FeedPreferencesAnswer)
    def read(self, request: Call, query: dict[str, Any]) -> FeedPreferences:
        """How the caller wants their feed."""
        return FeedPreferencesAnswer.fetch(request.user, request.user.pk)

    @writes(FeedPreferencesAnswer, body=FeedPreferencesBody)
    def change(self, request: Call, data: dict[str, Any]) -> int:
        """Change mode, weights and priorities of authors; what is not sent stays."""
        check = partial(check_if_match, request)
        set_feed_preferences(actor=request.user, check=check, **data)
        return request.user.pk


class FeedbackViewSet(ApiViewSet):
    @writes(FeedbackAnswer, body=FeedbackBody, limit=FEEDBACK)
    def give(self, request: Call, data: dict[str, Any]) -> int:
        """Say more or less like a post, or never show it again; twice changes nothing."""
        found = seen(request, data["id"])
        give_feedback(actor=request.user, post=found, kind=data["kind"])
        return found.pk

    @writes(limit=FEEDBACK)
    def take_back(self, request: Call, data: dict[str, Any], post: int) -> None:
        """Take back what one said of a post."""
        give_feedback(actor=request.user, post=seen(request, post), kind=None)
