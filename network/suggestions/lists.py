"""A person's list of suggestions: made when they ask for it, kept for a while, cut into pages.

What is kept is only the order. Each page asks anew who may be suggested, so that nobody whom the reader just followed, blocked or
dismissed is on it; and where the list is made again between two pages, by another process or after a while, a place means the same.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import BigIntegerField, Case, Q, Value, When

from accounts.models import User
from accounts.models.users import UserQuerySet
from network.suggestions.candidates import Filters, find_suggestions, suggestible
from network.suggestions.graphs import Graph
from network.suggestions.links import seen_as_member
from network.suggestions.ranking import Item
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.caching import load, store


@dataclass
class Kept:
    """A list as it was made: its items, and the neighbours it was made from."""

    items: list[Item] = field(default_factory=list)
    neighbours: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Wanted:
    """Which list is asked for."""

    graph: Graph
    viewer: User
    filters: Filters

    @property
    def key(self) -> str:
        asked = sha256(urlencode(sorted(self.filters.items())).encode()).hexdigest()[:16]
        return f"suggestions:{self.graph.name}:{self.viewer.pk}:{asked}"

    def kept(self, *, anew: bool = False) -> Kept:
        """Return the list, made now unless it is at hand."""
        found: Kept | None = None if anew else load(self.key)
        if found is None:
            found = Kept(*find_suggestions(self.graph, self.viewer, self.filters))
            store(self.key, found, settings.PEOPLE_SUGGESTIONS_SECONDS)
        return found

    def standing(self, kept: Kept) -> UserQuerySet:
        """Return those of a list who may be suggested now, and of whom what it rests on may still be told."""
        linked = [item.pk for item in kept.items if item.by_links]
        others = [item.pk for item in kept.items if not item.by_links]
        people = suggestible(self.graph, self.viewer, self.filters).order_by()
        return people.filter(Q(pk__in=others) | Q(**self.graph.linked, pk__in=linked))


def pages_of(wanted: Wanted, *, anew: bool = False) -> Ordered:
    """Return the suggestions in their order, for pages."""
    kept = wanted.kept(anew=anew)

    def rows() -> UserQuerySet:
        """All of them as a queryset, for what is rare: a count, a choice of ids, the way back."""
        placed = [When(pk=item.pk, then=Value(item.place)) for item in kept.items]
        by_place = Case(*placed, default=Value(0), output_field=BigIntegerField())
        return wanted.standing(kept).annotate(place=by_place, list_key=Value(wanted.key))

    def fetch(position: Any, descending: bool, number: int) -> list[User]:
        standing = set(wanted.standing(kept).values_list("pk", flat=True))
        items = kept.items if descending else kept.items[::-1]
        beyond = [item for item in items if _is_beyond(item.place, position, descending)]
        page = [item for item in beyond if item.pk in standing][:number]
        people: dict[int, Any] = seen_as_member(wanted.viewer).in_bulk([item.pk for item in page])
        for item in page:
            if item.pk in people:
                people[item.pk].place, people[item.pk].list = item.place, kept
        return [people[item.pk] for item in page if item.pk in people]

    return Ordered(rows, "place", newest_first=True, fetch=fetch)


def list_of(person: Any) -> Kept:
    """Return the list that a person of a page stands in, as far as it still is at hand."""
    if "list" in vars(person):
        return vars(person)["list"]
    found: Kept | None = load(person.list_key)
    return found or Kept()


def _is_beyond(place: int, position: Any, descending: bool) -> bool:
    if not isinstance(position, int):
        return True
    return place < position if descending else place > position
