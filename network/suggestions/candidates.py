"""Whom not to suggest, and who is left."""

import re
from collections.abc import Iterable
from heapq import nlargest

from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.models.users import UserQuerySet
from network.models import Dismissal
from network.suggestions.graphs import Graph
from network.suggestions.interests import authors_of_interest
from network.suggestions.links import neighbours_of, scores_of, seen_as_member
from network.suggestions.ranking import Found, Item, ranked
from network.suggestions.well_known import newest_people, well_known_to
from socialsite.lib.prepared import instance

KEPT = 200
"""How long a list of suggestions is"""
LOOKED_AT = 400
"""How many of the best friends of friends are asked about, whether they may be suggested"""
FEW = 50
COLUMNS = (
    "id", "industry", "location", "private_account", "search_opt_out", "hide_followers", "hide_following",
    "follower_count", "connection_count",
)  # fmt: skip
"""What the formula and the reasons ask of a person"""

Filters = dict[str, str]


def suggestible(graph: Graph, viewer: User, filters: Filters) -> UserQuerySet:
    """Return whom the viewer may be told of at all, as things are now.

    Not themselves, nobody they know or asked, blocked either way, mute or dismissed, nobody suspended or gone. A filter by what
    profiles say leaves out those who do not show theirs.
    """
    people = seen_as_member(viewer).exclude(pk=viewer.pk).exclude(graph.taken(viewer))
    dismissed = Dismissal.objects.filter(user=viewer.pk, dismissed=OuterRef("pk"))
    people = people.exclude(Exists(dismissed))
    if filters:
        people = people.filter(private_account=False)
    if "industry" in filters:
        people = people.filter(industry=filters["industry"])
    if "near" in filters:
        # By pattern, because SQLite's LIKE folds the case of ASCII alone.
        people = people.filter(location__iregex=re.escape(filters["near"]))
    return people


def find_suggestions(graph: Graph, viewer: User, filters: Filters) -> tuple[list[Item], list[int]]:
    """Return the best suggestions for a person, and the neighbours that were looked at."""
    neighbours, known = neighbours_of(graph, viewer)
    found = Found(
        links=scores_of(graph, neighbours, known | {viewer.pk}),
        tags=authors_of_interest(viewer),
        ranks=well_known_to(filters.get("industry", viewer.industry)),
    )
    if len(found.ranks) < FEW:
        found.newest = newest_people()
    wanted = _best(found)
    people = suggestible(graph, viewer, filters).order_by().filter(pk__in=wanted)
    asked = [instance(User, COLUMNS, row) for row in people.values_list(*COLUMNS)]
    items = ranked(graph, found, viewer, asked)
    return items[:KEPT], list(neighbours)


def _best(found: Found) -> set[int]:
    """Return the ids that are worth asking about."""
    linked = nlargest(LOOKED_AT, found.links, key=lambda pk: (found.links[pk], -pk))
    others: Iterable[int] = (*found.tags, *found.ranks, *found.newest)
    return {*linked, *others}
