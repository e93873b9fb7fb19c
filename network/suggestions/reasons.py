"""Why a person is suggested, from the rows as they are now: nobody is named who has hidden a list since."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from accounts.models import User
from network.suggestions.graphs import Graph
from network.suggestions.links import links_of
from network.suggestions.lists import list_of
from network.suggestions.ranking import in_common, is_linked

NAMED = 3


@dataclass
class Reason:
    """What speaks for a person: links both know, tags both care for, what their profiles say alike."""

    mutuals: int = 0
    by: list[User] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    industry: str | None = None
    location: str | None = None

    @property
    def is_well_known(self) -> bool:
        """Whether there is nothing else to say."""
        return not (self.mutuals or self.tags or self.industry or self.location)


def explain(graph: Graph, people: list[Any], viewer: User) -> None:
    """Put on each person of a page its `reason`: two statements for all of them."""
    if not people:
        return
    kept = list_of(people[0])
    tags = {item.pk: item.tags for item in kept.items}
    linked = [person.pk for person in people if is_linked(graph, person)]
    numbers, links = _links(graph, viewer, kept.neighbours, linked)
    for person in people:
        shown = not (person.private_account or person.search_opt_out)
        person.reason = Reason(
            mutuals=numbers.get(person.pk, 0),
            by=links.get(person.pk, []),
            tags=list(tags.get(person.pk, ())) if shown else [],
            **in_common(viewer, person),
        )


def _links(
    graph: Graph, viewer: User, neighbours: list[int], people: list[int]
) -> tuple[dict[int, int], dict[int, list[User]]]:
    """Return how many neighbours know each of some people, and the cards of the first few."""
    named = links_of(graph, viewer).order_by().filter(graph.is_neighbour(viewer))
    rows: set[tuple[int, int, int]] = set()
    numbers: dict[int, int] = defaultdict(int)
    cards = {person.pk: person for person in named.filter(pk__in=neighbours).cards()}
    for edges in graph.edges(list(cards)) if cards and people else ():
        of_page = edges.filter(far__in=people).order_by()
        counted = of_page.annotate(
            number=Window(Count("pk"), partition_by=F("far")),
            rank=Window(RowNumber(), partition_by=F("far"), order_by=F("near").asc()),
        ).filter(Q(rank__lte=NAMED))
        for far, number, rank, near in counted.values_list("far", "number", "rank", "near"):
            # Each kind of row counts its own, and all its rows say the same number.
            numbers[far] += number if rank == 1 else 0
            rows.add((far, near, rank))
    found: dict[int, list[User]] = defaultdict(list)
    for far, near, _ in sorted(rows):
        found[far] = [*found[far], cards[near]][:NAMED]
    return numbers, found
