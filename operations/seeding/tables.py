"""Rows as plain tuples straight into a table: a fraction of what instances of models cost, for tables of millions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, models

from socialsite.lib.ids import time_of

CHUNK = 5000


class Table:
    """A table that is filled by `names`; columns that must not be null besides get the default of their field, always the same.

    Rows wait until there are CHUNK of them. Dates are kept as given, and nothing is minted.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.defaults = {
            name: field.get_db_prep_save(field.get_default(), connection)
            for name, field in fields.items()
            if name not in names and not field.null and not _is_filled_by_database(field)
        }
        quote = connection.ops.quote_name
        self.name = quote(model._meta.db_table)
        self.columns = [quote(str(fields[name].column)) for name in (*names, *self.defaults)]
        self.rest = tuple(self.defaults.values())
        self.waiting: list[tuple[Any, ...]] = []

    def add(self, *values: Any) -> None:
        self.waiting.append(values + self.rest)
        if len(self.waiting) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        rows, self.waiting = self.waiting, []
        columns = ", ".join(self.columns)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {self.name} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(self.columns))
                sql = f"INSERT INTO {self.name} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own models
                cursor.executemany(sql, rows)

    def close(self) -> None:
        """Write what waits, and let the database look at what it has now."""
        self.flush()
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {self.name}")


def _is_filled_by_database(field: models.Field[Any, Any]) -> bool:
    return field.generated or isinstance(field, models.AutoField)


def stored_time(pk: int) -> Any:
    """Return the moment of an id as this database takes it."""
    return connection.ops.adapt_datetimefield_value(time_of(pk))


def add_to_column(
    model: type[models.Model], field: str, amounts: Iterable[tuple[int, int]]
) -> None:
    """Add to a counter of many rows, each given as (what to add, id)."""
    quote = connection.ops.quote_name
    table, column = quote(model._meta.db_table), quote(field)
    sql = f"UPDATE {table} SET {column} = {column} + %s WHERE id = %s"  # noqa: S608 - names of our own models
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(amounts))


def milliseconds(moment: datetime) -> int:
    """Return a moment as the streams of this package count it, since 1970."""
    return int(moment.timestamp() * 1000)
