"""Friends of friends: what one edge beyond a person's own tells.

The work does not grow with the site: of the newest `NEWEST` neighbours those with the fewest edges are looked at, at most `NEIGHBOURS`,
and of their edges at most `EDGES`. Who knows few people says most about each of them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from math import log

from django.db.models import Exists, OuterRef

from accounts.models import Mute, User
from accounts.models.users import UserQuerySet
from network.suggestions.graphs import Graph

NEWEST, NEIGHBOURS, EDGES = 1000, 100, 5000


def seen_as_member(viewer: User) -> UserQuerySet:
    """Return the people of whom the viewer wants to hear; moderators too are told of nobody whom members do not see."""
    muted = Mute.objects.in_force().filter(muter=viewer.pk, muted=OuterRef("pk"))
    return User.objects.visible_to(User(pk=viewer.pk)).exclude(Exists(muted))


def links_of(graph: Graph, viewer: User) -> UserQuerySet:
    """Return the people who may be named as links to others: their lists are open, and the viewer hears of them."""
    return seen_as_member(viewer).filter(graph.links)


def neighbours_of(graph: Graph, viewer: User) -> tuple[dict[int, int], set[int]]:
    """Return the degrees of the neighbours to look at, and the ids of all that were read."""
    rows = graph.neighbours(viewer).annotate(is_link=links_of(graph, viewer).at("person"))
    found = list(rows[:NEWEST])
    links = sorted((degree, pk) for pk, degree, is_link in found if is_link)
    chosen: dict[int, int] = {}
    left = EDGES
    for degree, pk in links[:NEIGHBOURS]:
        left -= degree
        # The first one always, as far as `EDGES` goes.
        if left < 0 and chosen:
            break
        chosen[pk] = degree
    return chosen, {pk for pk, _, _ in found}


def weight_of(degree: int) -> float:
    """Return what a link that knows so many people says of each of them (Adamic and Adar 2003)."""
    return 1 / log(max(degree, 2))


def scores_of(
    graph: Graph, neighbours: Mapping[int, int], known: Collection[int]
) -> dict[int, float]:
    """Return the weight of all links to each person whom neighbours know and the viewer does not."""
    weights = {pk: weight_of(degree) for pk, degree in neighbours.items()}
    scores: dict[int, float] = defaultdict(float)
    for rows in graph.edges(neighbours) if neighbours else ():
        for near, far in rows.order_by().values_list("near", "far")[:EDGES]:
            scores[far] += weights[near]
    for pk in known:
        scores.pop(pk, None)
    return scores
