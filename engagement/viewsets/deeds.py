"""Likes and shares of things of any kind, and the hashtags."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.serializers.people import PersonCard
from engagement.actions.reactions import like_thing, toggle_like, unlike_thing
from engagement.limits import LIKES
from engagement.models import Tag
from engagement.people import who_likes, who_shares
from engagement.serializers.deeds import LikeAnswer, LikeBody, TagAnswer, TagQuery
from socialsite.lib import targets
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.text.hashtags import fold_tag

LIKE_ACTIONS = {None: toggle_like, True: like_thing, False: unlike_thing}


class LikeViewSet(ApiViewSet):
    @writes(LikeAnswer, body=LikeBody, limit=LIKES)
    def toggle(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Like a thing, or no longer: turned round, or set when the body says `liked`."""
        LIKE_ACTIONS[data.get("liked")](actor=request.user, target_id=target)
        return target

    @writes(LikeAnswer, limit=LIKES)
    def like(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Like a thing."""
        like_thing(actor=request.user, target_id=target)
        return target

    @writes(LikeAnswer, limit=LIKES)
    def unlike(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Like a thing no longer."""
        unlike_thing(actor=request.user, target_id=target)
        return target

    @lists(PersonCard, key="edge", access=Access.ANYONE)
    def people(self, request: Call, query: dict[str, Any], target: int) -> QuerySet[User]:
        """Who likes a thing, newest first; who hides their likes is left out."""
        return who_likes(targets.find(target, request.user).pk, request.user)


class ShareViewSet(ApiViewSet):
    @lists(PersonCard, key="edge", access=Access.ANYONE)
    def people(self, request: Call, query: dict[str, Any], target: int) -> QuerySet[User]:
        """Who passed a thing on, newest first."""
        return who_shares(targets.find(target, request.user).pk, request.user)


class TagViewSet(ApiViewSet):
    @lists(TagAnswer, query=TagQuery, access=Access.ANYONE)
    def list(self, request: Call, query: dict[str, Any]) -> Ordered:
        """The hashtags in use, the most used first or by name."""
        rows = Tag.objects.in_use()
        if start := query.get("q"):
            # What is no tag yet may be the beginning of one: 2024 of 2024review.
            rows = rows.filter(tag__startswith=fold_tag(start) or start.lower())
        if query["order"] == "name":
            return Ordered(rows, "tag", newest_first=False)
        return Ordered(rows, ("usage_count", "id"))
