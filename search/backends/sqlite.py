"""The index in SQLite: FTS5 over the table of documents, kept by triggers."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from search.backends.base import COLUMNS, TABLE, Atom, Backend, Expression, ranked, run

INDEX = "search_index"
NAMES = ", ".join(COLUMNS)
WEIGHTS = "8.0, 4.0, 1.0, 0.0"
"""Of the columns, in their order"""
SCOPES = {"texts": "{title tags body}", "title": "{title}", "facets": "{facets}"}

# Words come cut and folded: the tokenizer parts them at spaces and does no more.
TABLE_SQL = f"""CREATE VIRTUAL TABLE {INDEX} USING fts5(
    {NAMES}, content='{TABLE}', content_rowid='id', tokenize="ascii tokenchars '_'", prefix='3')"""
_NEW = ", ".join(f"new.{name}" for name in COLUMNS)
_OLD = ", ".join(f"old.{name}" for name in COLUMNS)
_CHANGED = " OR ".join(f"old.{name} <> new.{name}" for name in COLUMNS)
_ADD = f"INSERT INTO {INDEX}(rowid, {NAMES}) VALUES (new.id, {_NEW})"  # noqa: S608 - our own names
_TAKE = f"INSERT INTO {INDEX}({INDEX}, rowid, {NAMES}) VALUES ('delete', old.id, {_OLD})"  # noqa: S608 - our own names
REBUILD = f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')"  # noqa: S608 - our own names
TRIGGERS = {
    "search_document_added": f"AFTER INSERT ON {TABLE} BEGIN {_ADD}; END",
    "search_document_gone": f"AFTER DELETE ON {TABLE} BEGIN {_TAKE}; END",
    "search_document_changed": f"AFTER UPDATE ON {TABLE} WHEN {_CHANGED} BEGIN {_TAKE}; {_ADD}; END",
}


class SqliteBackend(Backend):
    name = "FTS5"
    newest_first = f"-{INDEX}.rowid"

    def install(self, connection: BaseDatabaseWrapper) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'search_%'")
            known = {name for (name,) in cursor.fetchall()}
        if TABLE not in known:
            return False
        missing = [name for name in TRIGGERS if name not in known]
        run(connection, [] if INDEX in known else [TABLE_SQL])
        run(connection, [f"CREATE TRIGGER {name} {TRIGGERS[name]}" for name in missing])
        if missing:
            # A rebuilt table has lost its triggers, and rows may have come meanwhile.
            run(connection, [REBUILD])
        return True

    def write(self, expression: Expression) -> str:
        wanted = " AND ".join(
            f"({' OR '.join(map(_atom, either))})" for either in expression.all_of
        )
        if not expression.none_of:
            return wanted
        return f"({wanted}) NOT ({' OR '.join(map(_atom, expression.none_of))})"

    def matched(self, rows: QuerySet[Any], match: Any, low: Any, high: Any) -> QuerySet[Any]:
        # The words are values; the rest of the text is our own.
        return rows.extra(  # noqa: S610
            tables=[INDEX],
            where=[
                f"{INDEX} MATCH %s",
                f"{INDEX}.rowid >= %s AND {INDEX}.rowid < %s",
                f"{INDEX}.rowid = {rows.model._meta.db_table}.id",
            ],
            params=[match, low, high],
        )

    def relevance(self, match: Any) -> RawSQL:
        return ranked(f"-bm25({INDEX}, {WEIGHTS})", [])


def _atom(atom: Atom) -> str:
    more = " *" if atom.is_prefix else ""
    return f'{SCOPES[atom.columns]} : "{" ".join(atom.tokens)}"{more}'
