"""What two people have in common: whom both are connected to."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.db.models import Case, Count, F, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, NullIf, RowNumber

from accounts.models import Connection, User
from accounts.models.users import UserQuerySet

NAMES_SHOWN = 3


@dataclass
class Mutual:
    """How many people two others are both connected to, and the first names of a few."""

    count: int = 0
    names: list[str] = field(default_factory=list)


def mutual_with(person_id: int, viewer: User) -> UserQuerySet:
    """Return the people whom the viewer and a person are both connected to, as far as the viewer may see them."""
    return _known_to(viewer).filter(pk__in=_neighbours(person_id))


def count_mutual(viewer: User, others: Iterable[int]) -> dict[int, Mutual]:
    """Return what the viewer has in common with each of some people, in one statement."""
    ids = list(others)
    found = {other: Mutual() for other in ids}
    # A pair is stored once, the lower id first, so the other person may stand on either side.
    above, below = _common(viewer, ids, "low", "high"), _common(viewer, ids, "high", "low")
    rows = sorted(above.union(below, all=True), key=itemgetter(3)) if ids else []
    for other, number, rank, _, name in rows:
        mutual = found[other]
        # Each side counts its own, and all its rows say the same number.
        mutual.count += number if rank == 1 else 0
        mutual.names = [*mutual.names, name][:NAMES_SHOWN]
    return found


def _common(viewer: User, others: list[int], near: str, far: str) -> QuerySet[Connection, Any]:
    """Return (other, number, rank, mutual, name) for the first few whom the viewer knows, of those on the far side of each other."""
    edges = Connection.objects.accepted().filter(
        **{f"{near}__in": others, f"{far}__in": _known_to(viewer).values("pk")}
    )
    ranked = edges.annotate(
        number=Window(Count("pk"), partition_by=F(near)),
        rank=Window(RowNumber(), partition_by=F(near), order_by=F(far).asc()),
        name=Coalesce(NullIf(f"{far}__first_name", Value("")), f"{far}__display_name"),
    )
    return ranked.filter(rank__lte=NAMES_SHOWN).values_list(near, "number", "rank", far, "name")


def _known_to(viewer: User) -> UserQuerySet:
    return User.objects.visible_to(viewer).order_by().filter(pk__in=_neighbours(viewer.pk))


def _neighbours(person_id: int) -> QuerySet[Connection, int]:
    """Return the ids of the people somebody is connected to."""
    other_end = Case(When(low=person_id, then=F("high")), default=F("low"))
    return Connection.objects.accepted().of(person_id).values_list(other_end)
