"""The index in PostgreSQL: a `tsvector` column on the table of documents with a GIN index, kept by a trigger.

The vector is put together from the words as they are: PostgreSQL's own parser would cut them by rules that depend on the locale.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from search.backends.base import TABLE, Atom, Backend, Expression, ranked, run

LABELS = {"texts": "ABC", "title": "A", "facets": "D"}
"""The columns of a document as weights: title A, tags B, body C, facets D"""
WEIGHTS = "{0, 0.1, 0.4, 0.8}"
"""Of D, C, B and A"""
SCALE = 10

LAST = 16383
"""The highest place a vector knows"""
APART = 10
"""Places between two columns, so that no phrase reaches across"""
STATEMENTS = [
    f"ALTER TABLE {TABLE} ADD COLUMN IF NOT EXISTS vector tsvector NOT NULL DEFAULT ''::tsvector",
    f"CREATE INDEX IF NOT EXISTS document_vector_idx ON {TABLE} USING gin (vector)",
    f"""CREATE OR REPLACE FUNCTION search_lexemes(words text, label text, places int) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT coalesce(string_agg('''' || word || ''':' || least(place + places, {LAST}) || label, ' '), '')
        FROM unnest(string_to_array(nullif(words, ''), ' ')) WITH ORDINALITY AS cut(word, place) $$""",  # noqa: S608 - our own text
    f"""CREATE OR REPLACE FUNCTION search_vector() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        after_title int := coalesce(array_length(string_to_array(NEW.title, ' '), 1), 0) + {APART};
        after_tags int := after_title + coalesce(array_length(string_to_array(NEW.tags, ' '), 1), 0) + {APART};
    BEGIN
        NEW.vector := (search_lexemes(NEW.title, 'A', 0) || ' ' || search_lexemes(NEW.tags, 'B', after_title) || ' '
            || search_lexemes(NEW.body, 'C', after_tags) || ' ' || search_lexemes(NEW.facets, 'D', 0))::tsvector;
        RETURN NEW;
    END $$""",
    f"""CREATE OR REPLACE TRIGGER search_document_vector BEFORE INSERT OR UPDATE OF title, tags, body, facets ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION search_vector()""",
]


class PostgresBackend(Backend):
    name = "tsvector"
    newest_first = f"-{TABLE}.id"

    def install(self, connection: BaseDatabaseWrapper) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s), to_regproc('search_vector')", [TABLE])
            table, function = cursor.fetchone()
        if table is not None and function is None:
            run(connection, STATEMENTS)
            run(connection, [f"UPDATE {TABLE} SET title = title"])  # noqa: S608
        return table is not None

    def write(self, expression: Expression) -> str:
        wanted = [f"({' | '.join(map(_atom, either))})" for either in expression.all_of]
        return " & ".join([*wanted, *(f"!({_atom(atom)})" for atom in expression.none_of)])

    def matched(self, rows: QuerySet[Any], match: Any, low: Any, high: Any) -> QuerySet[Any]:
        # The words are values; the rest of the text is our own.
        return rows.extra(  # noqa: S610
            tables=[TABLE],
            where=[
                f"{TABLE}.vector @@ %s::tsquery",
                f"{TABLE}.id >= %s AND {TABLE}.id < %s",
                f"{TABLE}.id = {rows.model._meta.db_table}.id",
            ],
            params=[match, low, high],
        )

    def relevance(self, match: Any) -> RawSQL:
        return ranked(f"{SCALE} * ts_rank('{WEIGHTS}', {TABLE}.vector, %s::tsquery, 1)", [match])


def _atom(atom: Atom) -> str:
    label = LABELS[atom.columns]
    *first, last = atom.tokens
    parts = [f"'{token}':{label}" for token in first]
    parts.append(f"'{last}':{'*' if atom.is_prefix else ''}{label}")
    return f"({' <-> '.join(parts)})"
