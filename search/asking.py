"""What somebody asks of the search: the query understood, and what depends on who asks."""

from typing import Any

from accounts.filters import filters_of
from accounts.models import User, Viewer
from search.matching import named_people
from search.parsing import Parsed, parse
from search.searchables import Asked

ME = "me"


def asked_for(viewer: Viewer, text: str, *, newest_first: bool = False) -> Asked:
    """Return what a person asks for."""
    parsed = parse(text)
    return Asked(
        query=parsed,
        viewer=viewer,
        sieve=filters_of(viewer, "search"),
        people=people_named(parsed, viewer),
        newest_first=newest_first,
    )


def people_named(parsed: Parsed, viewer: Any) -> dict[str, int]:
    """Return the ids of those whom a query names, as far as the viewer may know of them."""
    names = named_people(parsed)
    if not names:
        return {}
    rows = User.objects.visible_to(viewer).filter(username__in=names)
    found = dict(rows.values_list("username", "pk"))
    return found | {ME: viewer.pk} if viewer.pk else found
