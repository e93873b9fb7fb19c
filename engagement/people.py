"""Who did something to a thing, as lists show them; `edge` orders them by when they did it."""

from django.db.models import F, Q

from accounts.models import User, Viewer
from accounts.models.users import UserQuerySet
from accounts.permissions import showing_profile
from engagement.models import LIKE


def who_likes(target_id: int, viewer: Viewer) -> UserQuerySet:
    """Return who likes a thing: nobody hidden from the viewer, and of those who hide their likes only the viewer themselves."""
    people = User.objects.visible_to(viewer)
    if not viewer.is_moderator:
        people = people.filter(Q(hide_likes=False) | Q(pk=viewer.pk))
    liking = people.filter(reactions__target_id=target_id, reactions__name=LIKE)
    return liking.cards().annotate(edge=F("reactions__id"))


def who_shares(target_id: int, viewer: Viewer) -> UserQuerySet:
    """Return who passed a thing on: nobody hidden from the viewer, and private accounts only to those who read their posts."""
    people = User.objects.visible_to(viewer)
    people = (
        showing_profile(people, viewer)
        if isinstance(viewer, User)
        else people.filter(private_account=False)
    )
    return people.filter(shares__target_id=target_id).cards().annotate(edge=F("shares__id"))
