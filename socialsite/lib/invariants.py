"""What must always hold: denormalised counters equal their rows, and every app's own checks find nothing.

Apps register here in `ready()`; `manage.py recount` mends counters, `manage.py check_invariants` reports.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce


class Kept(Protocol):
    """A column of a model that must say what its rows say, and can be set right."""

    model: type[models.Model]
    field: str

    @property
    def name(self) -> str: ...

    def sentences(self) -> Iterator[str]:
        """Yield one sentence for each wrong column."""

    def mend(self) -> Iterator[str]:
        """Set every wrong column right; yields one sentence for each."""


class Counter:
    """A column `field` of `model` that must equal the number of `rows`, each of which names its owner in one of `owners`."""

    def __init__(
        self,
        model: type[models.Model],
        field: str,
        rows: Callable[[], models.QuerySet[Any]],
        *owners: str,
    ) -> None:
        self.model, self.field, self.rows, self.owners = model, field, rows, owners

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    def wrong(self) -> models.QuerySet[Any]:
        """Return the owners whose column differs, with the true number as `counted`."""
        counted = sum((self._counted(owner) for owner in self.owners), start=Value(0))
        owners = self.model._default_manager.annotate(counted=counted)
        return owners.exclude(**{self.field: F("counted")}).order_by("pk")

    def _counted(self, owner: str) -> Coalesce:
        rows = self.rows().filter(**{owner: OuterRef("pk")}).order_by().values(owner)
        return Coalesce(Subquery(rows.annotate(number=models.Count("pk")).values("number")), 0)

    def sentences(self) -> Iterator[str]:
        """Yield one sentence for each wrong column."""
        for owner in self.wrong().iterator():
            is_now = getattr(owner, self.field)
            yield f"{owner.pk} says {is_now}, the rows say {owner.counted}"

    def mend(self) -> Iterator[str]:
        """Set every wrong column to the true number; yields one sentence for each."""
        for pk in list(self.wrong().values_list("pk", flat=True)):
            if sentence := self._mend_one(pk):
                yield sentence

    @transaction.atomic
    def _mend_one(self, pk: int) -> str:
        """Count again under the owner's lock, which actions hold while they change rows: a figure of now, not of a moment ago."""
        rows = self.model._default_manager.filter(pk=pk)
        rows.select_for_update().first()
        owner = self.wrong().filter(pk=pk).first()
        if owner is None:
            return ""
        rows.update(**{self.field: owner.counted})
        return f"{pk} said {getattr(owner, self.field)}, now {owner.counted}"


Check = Callable[[], Iterable[str]]
COUNTERS: list[Kept] = []
CHECKS: dict[str, Check] = {}


def register_counter(counter: Kept) -> None:
    COUNTERS.append(counter)


def register_check(name: str, check: Check) -> None:
    """Register a check that yields one sentence for each thing that is wrong."""
    CHECKS[name] = check


def named() -> dict[str, Check]:
    """Return every invariant by its name, the counters first."""
    return {counter.name: counter.sentences for counter in COUNTERS} | CHECKS


def violations() -> Iterator[tuple[str, str]]:
    """Yield (name of the invariant, what is wrong) for everything that does not hold."""
    for name, check in named().items():
        for sentence in check():
            yield name, sentence
