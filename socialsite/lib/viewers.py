"""Which of many people a rule lets see a thing: the rule's own queryset, compiled once, asked for all of them in one statement."""

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

from socialsite.lib.prepared import Build, PreparedRead

BATCH = 500


class PreparedViewers:
    """A queryset with named values, of which `viewer` is the id of who reads; what it finds is what they may see."""

    def __init__(self, build: Build, **values: models.Field[Any, Any]) -> None:
        self._read = PreparedRead(build, viewer=models.BigIntegerField(), **values)

    def among(self, ids: Collection[int], **values: Any) -> set[int]:
        """Return those of the people for whom the queryset finds something with these values."""
        found: set[int] = set()
        waiting = iter(ids)
        while batch := list(islice(waiting, BATCH)):
            found.update(self._found(batch, values))
        return found

    def _found(self, ids: list[int], values: dict[str, Any]) -> Iterator[int]:
        connection = connections[DEFAULT_DB_ALIAS]
        sql, params = self._read.within({"viewer": "asking.id"}, **values)
        people = ", ".join(["(%s)"] * len(ids))
        # The rule is Django's own text, and carries its values apart.
        asked = f"WITH asking(id) AS (VALUES {people}) SELECT id FROM asking WHERE EXISTS ({sql})"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(asked, [*ids, *params])
            return iter([pk for (pk,) in cursor.fetchall()])
