"""Conditions that depend on who reads, compiled once for each kind of reader (DECISIONS 10).

To build what `visible_to` says about each kind of target takes Django far longer than the database takes to answer it. So the ORM's
own condition is compiled with a stand-in for the reader, and each call only puts the reader's id in its place.
"""

from collections.abc import Callable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import RawSQL

from accounts.models import User

READER = 8_070_450_532_247_927_999
"""The id of the stand-in: none that is ever minted"""


class PreparedCondition:
    """A condition on the rows of a model: `build` gets the reader, and may use their id and their role only.

    Its other values are kept for good, so a moment compared with must be the database's own `Now()`.
    """

    def __init__(
        self, model: Callable[[], type[models.Model]], build: Callable[[User], models.Q]
    ) -> None:
        self.model, self.build = model, build
        self._compiled: dict[tuple[str, bool], tuple[str, tuple[Any, ...]]] = {}

    def for_reader(self, reader: User) -> RawSQL:
        """Return the condition, to filter or annotate rows of the model with."""
        sql, params = self._of(is_moderator=reader.is_moderator)
        sent = [reader.pk if param == READER else param for param in params]
        # The text is Django's own, and carries its values apart.
        return RawSQL(sql, sent, output_field=models.BooleanField())  # noqa: S611

    def _of(self, *, is_moderator: bool) -> tuple[str, tuple[Any, ...]]:
        # The apps above register their targets when they load: compiled at the first use, not before.
        connection = connections[DEFAULT_DB_ALIAS]
        key = (connection.vendor, is_moderator)
        if key not in self._compiled:
            role = User.Role.MODERATOR if is_moderator else User.Role.MEMBER
            rows = self.model()._default_manager.filter(self.build(User(pk=READER, role=role)))
            compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
            sql, params = compiler.compile(rows.query.where)
            self._compiled[key] = sql, tuple(params)
        return self._compiled[key]
