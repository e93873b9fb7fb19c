"""Following, with requests where an account is private."""

from django.db import transaction
from django.db.models import F

from accounts.actions.pairs import lock_for_contact, lock_pair, refuse_self
from accounts.events import (
    FollowAccepted,
    Followed,
    FollowerRemoved,
    FollowRejected,
    FollowRequested,
    FollowRequestWithdrawn,
    Unfollowed,
)
from accounts.models import Follow, FollowRequest, User
from socialsite.lib.effects import emit
from socialsite.lib.errors import NotFound
from socialsite.lib.rows import insert_once


@transaction.atomic
def follow_user(*, actor: User, target: User) -> None:
    """Follow a person, or ask to when their account is private; following twice changes nothing.

    Raises Invalid (self_target), Forbidden (blocked), NotFound.
    """
    actor, target = lock_for_contact(actor, target)
    if Follow.objects.filter(follower=actor, followed=target).exists():
        return
    if target.private_account:
        if insert_once(FollowRequest, requester=actor, target=target):
            emit(FollowRequested(actor_id=actor.pk, target_id=target.pk))
        return
    FollowRequest.objects.filter(requester=actor, target=target).delete()
    if add_follow(actor, target):
        emit(Followed(actor_id=actor.pk, target_id=target.pk))


@transaction.atomic
def unfollow_user(*, actor: User, target: User) -> None:
    """Stop following, or withdraw the request to; doing so twice changes nothing. Raises Invalid (self_target)."""
    refuse_self(actor, target)
    lock_pair(actor, target)
    if remove_follow(actor, target):
        emit(Unfollowed(actor_id=actor.pk, target_id=target.pk))
    if FollowRequest.objects.filter(requester=actor, target=target).delete()[0]:
        emit(FollowRequestWithdrawn(actor_id=actor.pk, target_id=target.pk))


@transaction.atomic
def toggle_follow(*, actor: User, target: User) -> None:
    """Follow, or unfollow when following or asking already. Raises what these two do."""
    refuse_self(actor, target)
    lock_pair(actor, target)
    edges = (
        Follow.objects.filter(follower=actor, followed=target),
        FollowRequest.objects.filter(requester=actor, target=target),
    )
    if any(edge.exists() for edge in edges):
        unfollow_user(actor=actor, target=target)
    else:
        follow_user(actor=actor, target=target)


@transaction.atomic
def accept_follow_request(*, actor: User, requester: User) -> None:
    """Let a person who asked follow the actor. Raises NotFound when they do not ask."""
    actor, requester = lock_for_contact(actor, requester)
    if not FollowRequest.objects.filter(requester=requester, target=actor).delete()[0]:
        raise NotFound
    add_follow(requester, actor)
    emit(FollowAccepted(actor_id=actor.pk, target_id=requester.pk))


@transaction.atomic
def reject_follow_request(*, actor: User, requester: User) -> None:
    """Turn a request to follow down; the person who asked is not told. Raises Invalid (self_target), NotFound."""
    refuse_self(actor, requester)
    if not FollowRequest.objects.filter(requester=requester, target=actor).delete()[0]:
        raise NotFound
    emit(FollowRejected(actor_id=actor.pk, target_id=requester.pk))


@transaction.atomic
def remove_follower(*, actor: User, follower: User) -> None:
    """Take a follower off one's list; doing so twice changes nothing."""
    refuse_self(actor, follower)
    lock_pair(actor, follower)
    if remove_follow(follower, actor):
        emit(FollowerRemoved(actor_id=actor.pk, target_id=follower.pk))


def add_follow(follower: User, followed: User) -> bool:
    """Insert the edge and raise both counters, unless it is there. Needs the caller's lock on the pair."""
    if not insert_once(Follow, follower=follower, followed=followed):
        return False
    _count(follower, followed, by=1)
    return True


def remove_follow(follower: User, followed: User) -> bool:
    """Delete the edge and lower both counters, if it is there. Needs the caller's lock on the pair."""
    if not Follow.objects.filter(follower=follower, followed=followed).delete()[0]:
        return False
    _count(follower, followed, by=-1)
    return True


def _count(follower: User, followed: User, *, by: int) -> None:
    people = User.objects
    people.filter(pk=follower.pk).update(following_count=F("following_count") + by)
    people.filter(pk=followed.pk).update(follower_count=F("follower_count") + by)
