"""Emptying the tables after a test that committed: those that hold rows, and not those that the site fills when it migrates.

Django makes each table of PostgreSQL anew and writes the kinds of content and the permissions again, which takes longer than most tests.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.models.signals import post_migrate

KEPT = {"django_content_type", "auth_permission"}


def install() -> None:
    """Let Django's flush do so; on PostgreSQL for a role that may switch triggers and foreign keys off, as that of the tests may."""
    plain: Any = connection.ops.sql_flush

    def sql_flush(style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        # Once the database is there: both look for each model after every flush otherwise.
        post_migrate.disconnect(create_contenttypes)
        post_migrate.disconnect(
            create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions"
        )
        full = _with_rows([table for table in tables if table not in KEPT])
        if connection.vendor == "postgresql":
            return _deletions(full)
        return list(plain(style, full, **options)) if full else []

    connection.ops.sql_flush = sql_flush  # type: ignore[method-assign]


def _deletions(tables: Sequence[str]) -> list[str]:
    if not tables:
        return []
    named = [connection.ops.quote_name(table) for table in tables]
    deletions = [f"DELETE FROM {name}" for name in named]  # noqa: S608 - names of our own tables
    return ["SET LOCAL session_replication_role = replica", *deletions]


def _with_rows(tables: Sequence[str]) -> list[str]:
    if not tables:
        return []
    asked = [
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608 - names of our own tables
        for table in tables
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [row[0] for row in cursor.fetchall()]
