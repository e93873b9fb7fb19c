"""What a person lets others read of them; who may *find* them is `User.objects.visible_to`."""

from typing import Literal

from django.db.models import Exists, OuterRef, Q

from accounts.models import Anonymous, Connection, Follow, User, Viewer
from accounts.models.users import UserQuerySet
from accounts.reads import are_connected, follows
from socialsite.lib.errors import Forbidden


def shows_profile(person: User, viewer: Viewer) -> bool:
    """Whether the viewer may read the whole profile: a private account shows it to followers and connections."""
    if not person.private_account or viewer.pk == person.pk or viewer.is_moderator:
        return True
    if isinstance(viewer, Anonymous):
        return False
    return follows(viewer.pk, person.pk) or are_connected(viewer.pk, person.pk)


def check_shows_profile(person: User, viewer: Viewer) -> None:
    """Raise Forbidden unless the viewer may read the whole profile."""
    if not shows_profile(person, viewer):
        raise Forbidden("permission_denied", "This person shows this to followers only.")


def showing_profile(people: UserQuerySet, viewer: User) -> UserQuerySet:
    """Narrow people to those whose whole profile the viewer may read: `shows_profile` for many at once."""
    if viewer.is_moderator:
        return people
    followed = Follow.objects.filter(follower=viewer, followed=OuterRef("pk"))
    ends = Q(low=viewer, high=OuterRef("pk")) | Q(high=viewer, low=OuterRef("pk"))
    connected = Connection.objects.accepted().filter(ends)
    is_open = Q(private_account=False) | Q(pk=viewer.pk)
    return people.filter(is_open | Exists(followed) | Exists(connected))


def check_shows_list(
    person: User, which: Literal["followers", "following"], viewer: Viewer
) -> None:
    """Raise Forbidden unless the viewer may read a person's followers, or whom they follow."""
    if viewer.pk == person.pk or viewer.is_moderator:
        return
    is_hidden = person.hide_followers if which == "followers" else person.hide_following
    if is_hidden or not shows_profile(person, viewer):
        raise Forbidden("permission_denied", "This person does not show this list to you.")
