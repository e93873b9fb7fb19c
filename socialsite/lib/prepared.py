"""Prepared reads: a queryset compiled once for each thread, then run with other values (DECISIONS 10).

Building and compiling a query is most of what a hot page costs, and the rules of who sees what must not be written twice. So the
queryset itself is compiled, once, with markers in the place of its values; each call then only swaps the values in.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState

Build = Callable[..., models.QuerySet[Any]]
Row = tuple[Any, ...]
Until = tuple[int, int]
"""(number, column): up to the row with which so many hold true in a column"""
Model = TypeVar("Model", bound=models.Model)


class PreparedRead:
    """A `values_list` queryset with named values.

    `build` gets one keyword for each of `values` and returns the queryset; each name is given the field whose column it is compared
    with, which says how a value is sent to the database.
    """

    def __init__(self, build: Build, **values: models.Field[Any, Any]) -> None:
        self.build, self.values = build, values
        self._compiled = threading.local()

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run the read; returns plain tuples, in the order of the queryset's columns."""
        return self.converted(self.raw(**values))

    def raw(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run the read; returns its rows as the driver gives them, for `converted` to make Python's of those that are looked at."""
        return self._fetched(None, values)

    def raw_up_to(self, number: int, column: int, **values: Any) -> list[tuple[Any, ...]]:
        """As `raw`, up to the row that is the so-manieth to hold true in a column: SQLite need not find the others."""
        return self._fetched((number, column), values)

    def _fetched(self, until: Until | None, values: dict[str, Any]) -> list[Row]:
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self._of_thread(connection)
        # A value often stands in many places.
        found = {
            name: field.get_db_prep_value(values[name], connection, prepared=False)
            for name, field in self.values.items()
        }
        sent = list(compiled.params)
        for position, name in compiled.places:
            sent[position] = found[name]
        return compiled.fetched(connection, sent, until)

    def converted(self, rows: list[Row]) -> list[Row]:
        """Return raw rows with the database's own values made Python's; more columns at their end stay as they are."""
        return self._of_thread(connections[DEFAULT_DB_ALIAS]).converted(rows)

    def one(self, **values: Any) -> tuple[Any, ...] | None:
        """Run the read; returns its first row, or None."""
        found = self.rows(**values)
        return found[0] if found else None

    def within(self, columns: Mapping[str, str], **values: Any) -> tuple[str, list[Any]]:
        """Return the statement for one around it, whose `columns` stand in the place of some of the values, and the other values."""
        connection = connections[DEFAULT_DB_ALIAS]
        compiled = self._of_thread(connection)
        names = dict(compiled.places)
        first, *parts = compiled.sql.split("%s")
        sql, sent = [first], []
        for position, part in enumerate(parts):
            name = names.get(position, "")
            if name in columns:
                sql += [columns[name], part]
                continue
            value = compiled.params[position]
            if name:
                value = self.values[name].get_db_prep_value(values[name], connection, False)
            sent.append(value)
            sql += ["%s", part]
        return "".join(sql), sent

    def _of_thread(self, connection: Any) -> "_Compiled":
        # A connection belongs to a thread, and tests swap databases: the compiled form is good for one of them.
        kept: _Compiled | None = getattr(self._compiled, "kept", None)
        if kept is None or kept.vendor != connection.vendor:
            kept = self._compiled.kept = self._compile(connection)
        return kept

    def _compile(self, connection: Any) -> "_Compiled":
        markers = {name: _marker(field, n) for n, (name, field) in enumerate(self.values.items())}
        compiler = self.build(**markers).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        sent = {
            str(self.values[name].get_db_prep_value(marker, connection, prepared=False)): name
            for name, marker in markers.items()
        }
        places = [(n, sent[str(param)]) for n, param in enumerate(params) if str(param) in sent]
        missing = set(self.values) - {name for _, name in places}
        if missing:
            raise LookupError(
                f"the queryset does not compare {', '.join(sorted(missing))} as a value"
            )
        columns = [column for column, _, _ in compiler.select]
        converters = [
            (position, _quick(function, expression, connection))
            for position, (functions, expression) in compiler.get_converters(columns).items()
            for function in functions
        ]
        return _Compiled(sql, tuple(params), places, converters, connection.vendor)


class _Compiled:
    """What one thread keeps of a read."""

    def __init__(
        self,
        sql: str,
        params: Row,
        places: list[tuple[int, str]],
        converters: list[tuple[int, Callable[[Any], Any]]],
        vendor: str,
    ) -> None:
        self.sql, self.params, self.places = sql, params, places
        self.converters, self.vendor = converters, vendor
        self.sqlite_sql = sql.replace("%s", "?").replace("%%", "%")

    def fetched(self, connection: Any, sent: list[Any], until: Until | None) -> list[Row]:
        """Run the statement; return its rows as the driver gives them.

        A cursor of Django's on SQLite looks for the places of the values in the text each time, which takes longer than the
        statement. So it is left out, unless somebody counts or wraps statements.
        """
        watched = connection.queries_logged or connection.execute_wrappers
        if self.vendor != "sqlite" or watched:
            with connection.cursor() as cursor:
                cursor.execute(self.sql, sent)
                return _up_to(until, cursor)
        connection.ensure_connection()
        connection.validate_no_broken_transaction()
        with connection.wrap_database_errors:
            return _up_to(until, connection.connection.execute(self.sqlite_sql, sent))

    def converted(self, rows: list[Row]) -> list[Row]:
        """Return the rows with the database's own values made Python's."""
        if not self.converters:
            return rows
        return [self._converted(list(row)) for row in rows]

    def _converted(self, values: list[Any]) -> Row:
        for position, convert in self.converters:
            values[position] = convert(values[position])
        return tuple(values)


def _up_to(until: Until | None, cursor: Any) -> list[Row]:
    """Return the rows of a cursor, and leave it closed."""
    if until is None:
        return list(cursor)
    (left, column), found = until, []
    for row in cursor:
        found.append(row)
        left -= bool(row[column])
        if not left:
            break
    cursor.close()
    return found


def instance(model: type[Model], columns: Sequence[str], row: Row) -> Model:
    """Return the instance of a row that holds all columns, as `Model.from_db`, for a tenth of its cost.

    What that one does beside, signals and deferred columns, is not used here.
    """
    made = model.__new__(model)
    state = made._state = ModelState()
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    made.__dict__.update(zip(columns, row, strict=True))
    return made


def _quick(function: Any, expression: Any, connection: Any) -> Callable[[Any], Any]:
    """Return a converter of the ORM's; in the place of the most common ones the same in fewer steps."""
    if isinstance(getattr(function, "__self__", None), models.JSONField):
        return _json
    name = getattr(function, "__name__", "") if connection.vendor == "sqlite" else ""
    if name == "convert_datetimefield_value" and connection.timezone is UTC:
        return _moment
    if name == "convert_booleanfield_value":
        return _flag
    return partial(_convert, function, expression, connection)


def _convert(function: Any, expression: Any, connection: Any, value: Any) -> Any:
    return function(value, expression, connection)


def _json(value: str | None) -> Any:
    if value is None:
        return None
    return [] if value == "[]" else orjson.loads(value)


def _moment(value: datetime | str | None) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return None if value is None else value.replace(tzinfo=UTC)


def _flag(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _marker(field: models.Field[Any, Any], number: int) -> Any:
    """Return a value no query holds by itself, of the kind the field takes."""
    if isinstance(field, models.DateTimeField):
        return datetime(1801 + number, 2, 3, 4, 5, 6, 789, tzinfo=UTC)
    if isinstance(field, models.IntegerField | models.ForeignKey):
        return 8_070_450_532_247_928_000 + number
    return f"\x01marker {number}"
