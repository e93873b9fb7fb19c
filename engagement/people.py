"""Who did something to a thing, as lists show them."""

from django.db.models import F, Q, QuerySet

from accounts.models import User, Viewer
from accounts.models.users import UserQuerySet
from accounts.permissions import showing_profile
from engagement.models import LIKE, Reaction


def who_likes(target_id: int, viewer: Viewer) -> UserQuerySet:
    """Return who likes a thing; `edge` orders them by when they did."""
    liking = _showing_likes(viewer).filter(reactions__target_id=target_id, reactions__name=LIKE)
    return liking.cards().annotate(edge=F("reactions__id"))


def who_reacts(target_id: int, viewer: Viewer, emoji: str | None) -> QuerySet[Reaction]:
    """Return who put which emoji on a thing, or who put this one there: of the people whom `who_likes` would show."""
    rows = Reaction.objects.emoji().on(target_id)
    if emoji is not None:
        rows = rows.filter(name=emoji)
    return rows.filter(_showing_likes(viewer).at("user")).select_related("user")


def _showing_likes(viewer: Viewer) -> UserQuerySet:
    """Return the people whose likes the viewer may see: nobody hidden from them, and of those who hide their likes only themselves."""
    people = User.objects.visible_to(viewer)
    if viewer.is_moderator:
        return people
    return people.filter(Q(hide_likes=False) | Q(pk=viewer.pk))


def who_shares(target_id: int, viewer: Viewer) -> UserQuerySet:
    """Return who passed a thing on, `edge` ordering them by when they did.

    Nobody hidden from the viewer, and private accounts only to those who read their posts.
    """
    people = User.objects.visible_to(viewer)
    people = (
        showing_profile(people, viewer)
        if isinstance(viewer, User)
        else people.filter(private_account=False)
    )
    return people.filter(shares__target_id=target_id).cards().annotate(edge=F("shares__id"))
