"""Likes and shares of things of any kind, and emoji on them."""

from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.serializers.people import PersonCard
from engagement.actions.emoji import add_emoji, remove_emoji
from engagement.actions.reactions import like_thing, toggle_like, unlike_thing
from engagement.limits import LIKES, REACTIONS
from engagement.models import Reaction
from engagement.people import who_likes, who_reacts, who_shares
from engagement.serializers.deeds import LikeAnswer, LikeBody
from engagement.serializers.emoji import (
    ReactionAnswer,
    ReactionBody,
    ReactionQuery,
    ReactionsAnswer,
)
from socialsite.lib import targets
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.idempotency import Found
from socialsite.lib.api.operations import lists, writes
from socialsite.lib.api.views import ApiViewSet

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


class ReactionViewSet(ApiViewSet):
    @lists(ReactionAnswer, access=Access.ANYONE, query=ReactionQuery)
    def people(self, request: Call, query: dict[str, Any], target: int) -> QuerySet[Reaction]:
        """Who put which emoji on a thing, newest first; who hides their likes is left out."""
        found = targets.find(target, request.user)
        return who_reacts(found.pk, request.user, query.get("emoji"))

    @writes(ReactionsAnswer, body=ReactionBody, status=201, or_found=True, limit=REACTIONS)
    def add(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Put an emoji on a thing; 200 says that one had it there already."""
        is_new = add_emoji(actor=request.user, target_id=target, **data)
        return target if is_new else Found(target)

    @writes(ReactionsAnswer, body=ReactionBody, limit=REACTIONS)
    def remove(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Take one's emoji off a thing; twice changes nothing."""
        remove_emoji(actor=request.user, target_id=target, **data)
        return target


class ShareViewSet(ApiViewSet):
    @lists(PersonCard, key="edge", access=Access.ANYONE)
    def people(self, request: Call, query: dict[str, Any], target: int) -> QuerySet[User]:
        """Who passed a thing on, newest first."""
        return who_shares(targets.find(target, request.user).pk, request.user)
