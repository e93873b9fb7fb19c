"""Search: one index of everything that can be found by its words."""

from importlib import import_module
from typing import Any

from django.db import connection
from django.db.models.signals import post_migrate

from search.backends import backend
from socialsite.lib.apps import SiteApp


class SearchConfig(SiteApp):
    default = True
    name = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        super().ready()
        post_migrate.connect(install_index, sender=self)


def install_index(**_: Any) -> None:
    """Make what the index needs in the database, after every migration: SQLite drops the triggers of a table that it rebuilds."""
    if backend().install(connection):
        # Models can be imported only once the apps are loaded.
        import_module("search.indexing").begin_states()
