"""What things say of the emoji on them, held against the rows."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from engagement.models import Reaction
from socialsite.lib.tallies import Tally

COUNTS = "reaction_counts"
CHUNK = 500


class ReactionTally:
    """The emoji on the things of a model, as an invariant and for `recount`."""

    field = COUNTS

    def __init__(self, model: type[models.Model]) -> None:
        self.model = model

    @property
    def name(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    def sentences(self) -> Iterator[str]:
        """Yield one sentence for each thing that says something else than the rows."""
        for pk, said, true in self._wrong(self._marked()):
            yield f"{pk} says {said}, the rows say {true}"

    def mend(self) -> Iterator[str]:
        """Set what is wrong to what the rows say; yields one sentence for each thing."""
        for pk in [pk for pk, _, _ in self._wrong(self._marked())]:
            yield from self._mend_one(pk)

    @transaction.atomic
    def _mend_one(self, pk: int) -> list[str]:
        """Count again under the lock on the thing, which actions hold while they change rows."""
        rows = self.model._default_manager.filter(pk=pk)
        rows.select_for_update().first()
        wrong = list(self._wrong(rows))
        for _, _, true in wrong:
            rows.update(**{self.field: true})
        return [f"{pk} said {said}, now {true}" for pk, said, true in wrong]

    def _marked(self) -> models.QuerySet[Any]:
        """Return the things that say that there is emoji on them, or have some."""
        there = Reaction.objects.emoji().filter(target_id=OuterRef("pk"))
        says = ~Q(**{self.field: []})
        return self.model._default_manager.filter(says | Exists(there))

    def _wrong(self, things: models.QuerySet[Any]) -> Iterator[tuple[int, Tally, Tally]]:
        """Yield (id, what it says, what the rows say) of those that say something else, in whatever order."""
        found = things.order_by("pk").values_list("pk", self.field).iterator(chunk_size=CHUNK)
        while batch := dict(islice(found, CHUNK)):
            true = _tallies(list(batch))
            for pk, said in batch.items():
                if _pairs(said) != _pairs(true[pk]):
                    yield pk, said, true[pk]


def _tallies(ids: list[int]) -> dict[int, Tally]:
    """Return what the rows say of things, the emoji in the order of the first rows that are there."""
    found: dict[int, Tally] = {pk: [] for pk in ids}
    rows = Reaction.objects.emoji().filter(target_id__in=ids).order_by().values("target_id", "name")
    counts = rows.annotate(number=models.Count("pk"), first=models.Min("pk")).order_by("first")
    for row in counts:
        found[row["target_id"]].append({"emoji": row["name"], "count": row["number"]})
    return found


def _pairs(tally: Tally) -> list[tuple[str, int]]:
    return sorted((row["emoji"], row["count"]) for row in tally)
