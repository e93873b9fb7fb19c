"""Small ways with rows that several apps share."""

from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models.functions import Length

M = TypeVar("M", bound=models.Model)

for _text in (models.CharField, models.TextField):
    _text.register_lookup(Length)


def insert_once(model: type[M], **fields: Any) -> M | None:
    """Insert a row, or return None when a unique constraint says that it is there: the constraint decides, not a look-up."""
    try:
        with transaction.atomic():
            return model._default_manager.create(**fields)
    except IntegrityError:
        return None


def bounded(model: str, **lengths: int) -> list[models.BaseConstraint]:
    """Return a check constraint for each text field of a model: SQLite does not enforce `max_length` by itself."""
    return [
        models.CheckConstraint(
            condition=models.Q(**{f"{name}__length__lte": length}), name=f"{model}_{name}_length"
        )
        for name, length in lengths.items()
    ]
