"""Rows that many tests begin with: made by the actions once in a process, then written again as they were."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

T = TypeVar("T")
FRESH = timedelta(minutes=30)
"""How long rows are good: older ones would be of another day for a test that looks at the clock"""
Rows = list[tuple[type[models.Model], list[dict[str, Any]]]]


@dataclass
class Snapshot(Generic[T]):
    """What `make` does to the database, and what it returned."""

    make: Callable[[], T]
    made: T | None = None
    made_at: datetime | None = None
    rows: Rows | None = None

    def restore(self) -> T:
        """Return what `make` returns, with its rows in the database."""
        if self.rows is None or self.made is None or not self._is_fresh():
            return self._make()
        # Whom a row points at may be written after it.
        with transaction.atomic():
            for model, rows in self.rows:
                with _times_kept(model):
                    model._base_manager.bulk_create([model(**row) for row in rows])
        return self.made

    def _is_fresh(self) -> bool:
        return self.made_at is not None and abs(timezone.now() - self.made_at) < FRESH

    def _make(self) -> T:
        known = {model for model in apps.get_models() if model._base_manager.exists()}
        made = self.make()
        is_alone = not any(model._meta.app_label == "accounts" for model in known)
        # Beside the rows of something else it is not known which are its own.
        if is_alone:
            new = [model for model in apps.get_models() if model not in known]
            self.rows = [(model, rows) for model in new if (rows := _rows_of(model))]
            self.made, self.made_at = made, timezone.now()
        return made


@contextmanager
def _times_kept(model: type[models.Model]) -> Iterator[None]:
    """Write rows with the times they had: those that Django sets by itself would stand before or after all others."""
    fields: list[Any] = [f for f in model._meta.concrete_fields if isinstance(f, models.DateField)]
    kept = [(field, field.auto_now, field.auto_now_add) for field in fields]
    for field in fields:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, auto_now, auto_now_add in kept:
            field.auto_now, field.auto_now_add = auto_now, auto_now_add


def _rows_of(model: type[models.Model]) -> list[dict[str, Any]]:
    names = [f.attname for f in model._meta.concrete_fields if not f.generated]
    return list(model._base_manager.order_by("pk").values(*names))
