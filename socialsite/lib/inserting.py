"""Prepared inserts: a row written from plain values, for what is written so often that making its object and statement anew counts."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models


class PreparedInsert:
    """Writes rows of a model from the values of its columns, by their attribute names; the other columns get their defaults.

    Defaults that are made for each row, as ids, have to be named.
    """

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self.model, self.names = model, names
        self._compiled: dict[str, tuple[str, list[Any], list[Any]]] = {}

    def run(self, *values: Any) -> None:
        """Write a row in the caller's transaction. Raises IntegrityError, and RuntimeError outside a transaction."""
        connection: Any = connections[DEFAULT_DB_ALIAS]
        if not connection.in_atomic_block:
            raise RuntimeError(f"{self.model.__name__} was written outside a transaction")
        sql, fields, defaults = self._of(connection)
        sent = [
            field.get_db_prep_save(value, connection)
            for field, value in zip(fields, values, strict=True)
        ]
        if connection.vendor == "sqlite" and not _is_watched(connection):
            # As a prepared read: a cursor of Django's takes longer than the statement.
            connection.validate_no_broken_transaction()
            with connection.wrap_database_errors:
                connection.connection.execute(sql.replace("%s", "?"), sent + defaults)
            return
        with connection.cursor() as cursor:
            cursor.execute(sql, sent + defaults)

    def _of(self, connection: Any) -> tuple[str, list[Any], list[Any]]:
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = self._compile(connection)
        return self._compiled[connection.vendor]

    def _compile(self, connection: Any) -> tuple[str, list[Any], list[Any]]:
        known: dict[str, Any] = {field.attname: field for field in self.model._meta.concrete_fields}
        rest = [
            field
            for name, field in known.items()
            if name not in self.names
            and not field.null
            and not field.generated
            and not isinstance(field, models.AutoField)
        ]
        made = [f.name for f in rest if callable(f.default) and f.default not in {dict, list}]
        if made:
            raise LookupError(f"made for each row, so to be named: {', '.join(made)}")
        fields = [known[name] for name in self.names]
        quote = connection.ops.quote_name
        columns = ", ".join(quote(str(field.column)) for field in (*fields, *rest))
        places = ", ".join(["%s"] * (len(fields) + len(rest)))
        table = quote(self.model._meta.db_table)
        defaults = [field.get_db_prep_save(field.get_default(), connection) for field in rest]
        sql = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608 - names of our own models
        return sql, fields, defaults


def _is_watched(connection: Any) -> bool:
    return bool(connection.queries_logged or connection.execute_wrappers)
