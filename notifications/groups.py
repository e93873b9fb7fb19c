"""Groups: what several people did to one thing, as one line of the list."""

from collections import defaultdict
from typing import Any

from accounts.filters import filters_of
from accounts.models import User, Viewer
from notifications.filters import SCOPE, mark
from notifications.models import Notification, NotificationQuerySet
from notifications.types import TYPES

SHOWN_ACTORS = 3


def complete_groups(
    groups: list[dict[str, Any]], viewer: Viewer, among: NotificationQuerySet | None = None
) -> None:
    """Put the newest members on the rows of `grouped()`: one statement for all of them.

    A group whose members are gone since the rows were read is taken out. `among` are the rows that were grouped, where they are
    not all that the viewer sees.
    """
    ids = [row["group_id"] for row in groups]
    seen = Notification.objects.visible_to(viewer) if among is None else among
    rows = seen.filter(group_id__in=ids)
    members: dict[int, list[Notification]] = defaultdict(list)
    for member in rows.newest_of_each(SHOWN_ACTORS).for_api(viewer) if ids else ():
        members[member.group_id].append(member)
    newest = [found[0] for found in members.values()]
    mark(newest, filters_of(viewer, SCOPE))
    groups[:] = [
        row | {"members": members[row["group_id"]]} for row in groups if members[row["group_id"]]
    ]


def text_of(newest: Notification, actors: list[User], count: int) -> str:
    """Return the sentence of a group, with its newest members' names as they are now."""
    known = TYPES.get(newest.type)
    # The others of whom there was a count may be gone by now.
    if known is None or not known.plural or len(actors) < 2:
        return newest.text
    return known.plural.format(actors=names_of(actors, count), **newest.params)


def names_of(actors: list[User], count: int) -> str:
    """Return `Ann and Bo`, or `Ann, Bo and 5 others`."""
    first, second = (actor.display_name for actor in actors[:2])
    if count == 2:
        return f"{first} and {second}"
    return f"{first}, {second} and {count - 2} other{'s' if count > 3 else ''}"
