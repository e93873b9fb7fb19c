"""People and the edges between them."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.actions import blocks, follows, profiles
from accounts.limits import BLOCKS, EDITS, FOLLOWS
from accounts.models import User
from accounts.models.users import Reference
from accounts.permissions import check_shows_list
from accounts.reads import EdgeList, find_visible_user, page_of_edges
from accounts.relationships import between
from accounts.serializers.accounts import OwnProfileBody
from accounts.serializers.people import (
    OwnProfile,
    PersonCard,
    ProfileBody,
    PublicProfile,
    RelationshipAnswer,
)
from accounts.serializers.relations import FollowBody, FollowByBody, MuteBody, PersonQuery
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import NotFound

FOLLOW_ACTIONS = {
    "follow": follows.follow_user,
    "toggle": follows.toggle_follow,
    "unfollow": follows.unfollow_user,
}


def seen(request: Call, user: Reference) -> User:
    """Return a person the caller may see; raises NotFound."""
    if isinstance(user, str):
        return User.objects.visible_to(request.user).named(user, request.user)
    found = find_visible_user(user, request.user)
    if found is None:
        raise NotFound
    return found


def addressed(request: Call, user: Reference) -> User:
    """Return a person the caller may act on, also one they block."""
    return User.objects.addressable_by(request.user).named(user, request.user)


class UserViewSet(ApiViewSet):
    @reads(PublicProfile, access=Access.ANYONE)
    def read(self, request: Call, query: dict[str, Any], user: Reference) -> User:
        """A person's public profile."""
        return seen(request, user)

    @writes(OwnProfile, body=ProfileBody, limit=EDITS)
    def edit(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Change the fields of one's own profile that are sent."""
        check = partial(check_if_match, request)
        return profiles.edit_profile(
            actor=request.user, user=seen(request, user), changes=data, check=check
        ).pk

    @reads(OwnProfile)
    def read_own(self, request: Call, query: dict[str, Any]) -> User:
        """The caller's own profile, private fields included."""
        return request.user

    @writes(OwnProfile, body=OwnProfileBody, limit=EDITS)
    def edit_own(self, request: Call, data: dict[str, Any]) -> int:
        """Change one's own profile, privacy and preferences."""
        check = partial(check_if_match, request)
        return profiles.edit_profile(
            actor=request.user, user=request.user, changes=data, check=check
        ).pk

    @lists(PersonCard, key="edge", access=Access.ANYONE)
    def followers(self, request: Call, query: dict[str, Any], user: Reference) -> Ordered:
        """Who follows a person, newest first."""
        return followers_of(request, seen(request, user))

    @lists(PersonCard, key="edge", access=Access.ANYONE)
    def following(self, request: Call, query: dict[str, Any], user: Reference) -> Ordered:
        """Whom a person follows, newest first."""
        return followed_by(request, seen(request, user))


class FollowViewSet(ApiViewSet):
    @writes(RelationshipAnswer, body=FollowBody, limit=FOLLOWS)
    def follow(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Follow a person, or ask to when the account is private."""
        target = addressed(request, user)
        FOLLOW_ACTIONS[data["action"]](actor=request.user, target=target)
        return target.pk

    @writes(RelationshipAnswer, limit=FOLLOWS)
    def unfollow(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Stop following a person, or withdraw the request to."""
        target = addressed(request, user)
        follows.unfollow_user(actor=request.user, target=target)
        return target.pk

    @writes(RelationshipAnswer, body=FollowByBody, limit=FOLLOWS)
    def follow_by_body(self, request: Call, data: dict[str, Any]) -> int:
        """Follow the person that the body names."""
        target = addressed(request, data["user_id"])
        follows.follow_user(actor=request.user, target=target)
        return target.pk

    @reads(RelationshipAnswer)
    def status(self, request: Call, query: dict[str, Any], user: Reference) -> Any:
        """How the caller and a person stand."""
        return between(request.user, addressed(request, user).pk)

    @lists(PersonCard, key="edge", query=PersonQuery)
    def followers(self, request: Call, query: dict[str, Any]) -> Ordered:
        """The caller's followers, or those of `user_id`."""
        return followers_of(request, seen(request, query.get("user_id", "me")))

    @lists(PersonCard, key="edge", query=PersonQuery)
    def following(self, request: Call, query: dict[str, Any]) -> Ordered:
        """Whom the caller follows, or whom `user_id` does."""
        return followed_by(request, seen(request, query.get("user_id", "me")))

    @writes(RelationshipAnswer, limit=FOLLOWS)
    def remove_follower(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Take a person off one's followers."""
        target = addressed(request, user)
        follows.remove_follower(actor=request.user, follower=target)
        return target.pk


class FollowRequestViewSet(ApiViewSet):
    @lists(PersonCard, key="edge")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[User]:
        """Who asks to follow the caller."""
        return User.objects.visible_to(request.user).asking_to_follow(request.user)

    @writes(RelationshipAnswer)
    def accept(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Let a person who asked follow the caller."""
        requester = seen(request, user)
        follows.accept_follow_request(actor=request.user, requester=requester)
        return requester.pk

    @writes(RelationshipAnswer)
    def reject(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Turn a person who asked down; they are not told."""
        requester = seen(request, user)
        follows.reject_follow_request(actor=request.user, requester=requester)
        return requester.pk


class BlockViewSet(ApiViewSet):
    @lists(PersonCard, key="edge")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[User]:
        """Whom the caller blocks."""
        return User.objects.addressable_by(request.user).blocked_by(request.user)

    @writes(RelationshipAnswer, limit=BLOCKS)
    def block(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Shut a person out everywhere; follows and connections between the two end."""
        target = addressed(request, user)
        blocks.block_user(actor=request.user, target=target)
        return target.pk

    @writes(RelationshipAnswer, limit=BLOCKS)
    def unblock(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Take a block back; what it ended stays ended."""
        target = addressed(request, user)
        blocks.unblock_user(actor=request.user, target=target)
        return target.pk


class MuteViewSet(ApiViewSet):
    @lists(PersonCard, key="edge")
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[User]:
        """Whom the caller mutes now."""
        return User.objects.visible_to(request.user).muted_by(request.user)

    @writes(RelationshipAnswer, body=MuteBody, limit=BLOCKS)
    def mute(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Do not hear of a person, for good or for `duration` seconds; they never learn of it."""
        target = addressed(request, user)
        blocks.mute_user(actor=request.user, target=target, **data)
        return target.pk

    @writes(RelationshipAnswer, limit=BLOCKS)
    def unmute(self, request: Call, data: dict[str, Any], user: Reference) -> int:
        """Hear of a person again."""
        target = addressed(request, user)
        blocks.unmute_user(actor=request.user, target=target)
        return target.pk


def followers_of(request: Call, person: User) -> Ordered:
    """Return who follows a person, as far as the caller may see; raises Forbidden when the list is hidden."""
    check_shows_list(person, "followers", request.user)
    return _edges(request, "followers_of", person)


def followed_by(request: Call, person: User) -> Ordered:
    """Return whom a person follows, as far as the caller may see; raises Forbidden when the list is hidden."""
    check_shows_list(person, "following", request.user)
    return _edges(request, "followed_by", person)


def _edges(request: Call, which: EdgeList, person: User) -> Ordered:
    def rows() -> QuerySet[User]:
        seen_people = User.objects.visible_to(request.user)
        found: QuerySet[User] = getattr(seen_people, which)(person)
        return found

    return Ordered(rows, "edge", fetch=page_of_edges(which, person, request.user))
