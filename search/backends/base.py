"""What search asks of a database, and the expression in which it asks."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FloatField, QuerySet
from django.db.models.expressions import RawSQL

COLUMNS = ("title", "tags", "body", "facets")
TABLE = "search_document"


@dataclass(frozen=True)
class Atom:
    """Words in a row, looked for in some columns: `texts`, `title` or `facets`."""

    tokens: tuple[str, ...]
    columns: str = "texts"
    is_prefix: bool = False


@dataclass
class Expression:
    """All of these must be there, each by any of its atoms, and none of those; at least one has to be asked for."""

    all_of: list[list[Atom]] = field(default_factory=list)
    none_of: list[Atom] = field(default_factory=list)


class Backend(ABC):
    """How one database keeps and searches the index."""

    name: str

    @abstractmethod
    def install(self, connection: BaseDatabaseWrapper) -> bool:
        """Make what the table of documents needs beside its columns, where it is missing; returns False when there is no such table."""

    @abstractmethod
    def write(self, expression: Expression) -> str:
        """Return an expression in the query language of this database."""

    @abstractmethod
    def matched(self, rows: QuerySet[Any], match: Any, low: Any, high: Any) -> QuerySet[Any]:
        """Narrow rows of a model to those whose documents match, with ids from `low` to below `high`."""

    @abstractmethod
    def relevance(self, match: Any) -> RawSQL:
        """Return how well the words of a document fit: 0 or more, the best highest."""

    @property
    @abstractmethod
    def newest_first(self) -> str:
        """The column of the index by which matches come newest first, for `extra(order_by)`."""


def ranked(sql: str, params: list[Any]) -> RawSQL:
    # The texts are our own, and carry their values apart.
    return RawSQL(sql, params, output_field=FloatField())  # noqa: S611


def run(connection: BaseDatabaseWrapper, statements: Iterator[str] | list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
