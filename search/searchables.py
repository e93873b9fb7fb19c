"""What can be found: one entry for each kind in the index, and one for each type of answer, filled by the apps that own them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Q, QuerySet

from accounts.filters import Sieve
from accounts.models import Viewer
from search.parsing import Parsed
from socialsite.lib.ids import Kind

if TYPE_CHECKING:
    from search.finding import Hit

Card = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a thing is to be found by; the texts as people wrote them."""

    id: int
    author_id: int
    container_id: int | None = None
    title: str = ""
    body: str = ""
    tags: Iterable[str] = ()
    facets: Iterable[str] = ()
    """Words for operators, as `search.matching.facet` makes them"""


@dataclass(frozen=True, kw_only=True)
class Indexed:
    """A kind of thing that has documents."""

    model: type[Model]
    rows: Callable[[], QuerySet[Any]]
    """() -> the things that have a document: all that are not deleted, whoever may see them"""
    draft: Callable[[Any], Draft]
    """(thing) -> its document"""
    listed_for: Callable[[Viewer], QuerySet[Any]]
    """(viewer) -> the things that a search may show them, by `visible_to`; a compiled read is made of it"""
    author: str
    """The column that holds whose it is"""
    weight: str
    """The column that says how much people did with it"""
    hidden: Callable[[Sieve], Q]
    """(filters) -> the condition that they take a thing away, by what a search shows of it"""
    likes: str | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A search: what was asked, by whom, and what they do not want to read."""

    query: Parsed
    viewer: Viewer
    sieve: Sieve
    people: dict[str, int]
    """The ids of those whom the query names, by name"""
    newest_first: bool = False


@dataclass(frozen=True, kw_only=True)
class Search:
    """A type of answer."""

    find: Callable[[Asked], list["Hit"]]
    """(asked) -> what fits, the best first"""
    cards: Callable[[list[int], Viewer], dict[int, Card]]
    """(ids, viewer) -> those that the viewer may see, as the answer shows them"""
    text_of: Callable[[Card], str] = lambda card: ""
    """(card) -> the text of which a snippet is cut"""
    marked: Callable[[Card], tuple[str, int, Iterable[str]]] | None = None
    """(card) -> the text, author and tags that filters are asked about"""


KINDS: dict[Kind, Indexed] = {}
SEARCHES: dict[str, Search] = {}
"""By the word for `type`, in the order of a grouped answer"""
ORDER = ("posts", "users", "hashtags", "comments")


def register_kind(kind: Kind, indexed: Indexed) -> None:
    """Make a kind known to the index; called once, in the owning app's `ready()`."""
    KINDS[kind] = indexed


def register_search(name: str, search: Search) -> None:
    """Make a type of answer known; called once, in the owning app's `ready()`."""
    SEARCHES[name] = search
    places = {known: place for place, known in enumerate(ORDER)}
    for known in sorted(SEARCHES, key=lambda known: places.get(known, len(ORDER))):
        SEARCHES[known] = SEARCHES.pop(known)
