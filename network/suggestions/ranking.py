"""The formula: what was found of a person becomes one number, and says what it rests on.

score = (links + 0.25 × tags) ÷ ln(2 + fame) + 0.01 × (same industry) + 0.01 × (same location) + 0.01 ÷ (1 + rank)

`links` adds 1 ÷ ln(number of people a link knows) over the links (Adamic and Adar), `tags` adds 1 ÷ ln(2 + posts of a tag) over the tags
both care for, `fame` is how many know the person: whom everybody knows, one's friends know too, and it says little. `rank` is
the place among the well known. A part counts only where the person lets it be told.
"""

from dataclasses import dataclass, field
from math import log

from accounts.models import User
from network.suggestions.graphs import Graph
from network.suggestions.interests import Tags

TAGS, ALIKE, WELL_KNOWN = 0.25, 0.01, 0.01
PLACES = 10**9
"""How finely scores are told apart"""


@dataclass
class Found:
    """What speaks for each person, before it is known whom it may be told to."""

    links: dict[int, float]
    tags: dict[int, Tags]
    ranks: dict[int, int]
    newest: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Item:
    """A suggestion as it is kept: `place` orders the list, the greatest first."""

    pk: int
    place: int
    by_links: bool
    """Rests on links alone: nothing but them makes it a suggestion"""
    tags: tuple[str, ...]


def score(
    graph: Graph, found: Found, viewer: User, person: User
) -> tuple[float, bool, Tags] | None:
    """Return the score, whether it rests on links alone, and the tags; None when nothing that may be told speaks for the person.

    Who opted out of the search is suggested to friends of friends only.
    """
    links = found.links.get(person.pk, 0.0) if is_linked(graph, person) else 0.0
    is_shown = not (person.private_account or person.search_opt_out)
    tags = found.tags.get(person.pk, {}) if is_shown else {}
    is_known = person.pk in found.ranks or person.pk in found.newest
    is_offered = bool(tags) or (is_known and not person.search_opt_out)
    if not (links or is_offered):
        return None
    fame = log(2 + getattr(person, graph.fame))
    whole = (links + TAGS * sum(tags.values())) / fame + ALIKE * len(in_common(viewer, person))
    if person.pk in found.ranks and not person.search_opt_out:
        whole += WELL_KNOWN / (1 + found.ranks[person.pk])
    return whole, not is_offered, tags


def is_linked(graph: Graph, person: User) -> bool:
    """Whether it may be told who knows a person: `graph.linked` for one."""
    return all(getattr(person, name) == value for name, value in graph.linked.items())


def in_common(viewer: User, person: User) -> dict[str, str]:
    """Return what both profiles say alike, as far as the person shows theirs."""
    if person.private_account:
        return {}
    names = [name for name in ("industry", "location") if getattr(viewer, name)]
    return {
        name: getattr(person, name)
        for name in names
        if getattr(person, name).casefold() == getattr(viewer, name).casefold()
    }


def ranked(graph: Graph, found: Found, viewer: User, people: list[User]) -> list[Item]:
    """Return the suggestions among some people, the best first; each place is another number."""
    scores = [(score(graph, found, viewer, person), person.pk) for person in people]
    known = sorted(((s, pk) for s, pk in scores if s), key=lambda row: (-row[0][0], row[1]))
    items: list[Item] = []
    for (whole, by_links, tags), pk in known:
        place = 1 + round(whole * PLACES)
        if items:
            place = min(place, items[-1].place - 1)
        names = sorted(tags, key=lambda name: -tags[name])
        items.append(Item(pk, place, by_links, tuple(names)))
    return items
