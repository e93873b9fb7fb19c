"""Dumping and restoring PostgreSQL by its own programs, with the credentials of the settings."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.postgresql.client import DatabaseClient


class ProgramError(Exception):
    """pg_dump or pg_restore is missing or failed; the sentence is its own."""


def dump_postgresql(database: dict[str, Any], target: Path) -> None:
    """Write one consistent moment of a database to a file of pg_dump's custom format. Raises ProgramError."""
    _run(
        "pg_dump", database, "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"
    )


def restore_postgresql(database: dict[str, Any], source: Path) -> None:
    """Empty a database and fill it from a dump, in one transaction. Raises ProgramError."""
    _run("pg_restore", None, "--list", str(source))
    # By hand, since `--clean` would leave tables that the dump does not know, and a later migration stumble over them.
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
    options = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _run("pg_restore", database, *options, str(source))


def _run(program: str, database: dict[str, Any] | None, *options: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise ProgramError(f"{program} is not installed")
    login, environment = _login(database) if database else ([], {})
    done = subprocess.run(  # noqa: S603 - our own settings, no shell
        [path, *options, *login],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ProgramError(f"{program}: {done.stderr.strip()}")


def _login(database: dict[str, Any]) -> tuple[list[str], dict[str, str]]:
    """Return the options that name the database and who we are; the password goes by the environment, not by the command line."""
    arguments, environment = DatabaseClient.settings_to_cmd_args_env(database, [])
    return [*arguments[1:-1], "--no-password", f"--dbname={arguments[-1]}"], environment or {}
