import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture
def empty_site(tmp_path: Path, db: None) -> Iterator[dict[str, str]]:
    """The environment of a site whose database is new: a file, or a database of its own on the server."""
    environ = {**os.environ, "DATA_DIR": str(tmp_path), "SECRET_KEY": settings.SECRET_KEY}
    if connection.vendor == "sqlite":
        yield environ
        return
    name = f"empty_{os.getpid()}"
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    psql = ["psql", "-q", f"{server}/postgres", "-c"]
    subprocess.run([*psql, f"CREATE DATABASE {name}"], check=True)
    yield {**environ, "DATABASE_URL": f"{server}/{name}"}
    subprocess.run([*psql, f"DROP DATABASE {name} WITH (FORCE)"], check=True)


def manage(environ: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "manage.py", *command]
    return subprocess.run(
        run, env=environ, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )


def test_m1_m6_an_empty_database_is_migrated_and_every_model_has_its_table(
    empty_site: dict[str, str],
) -> None:
    assert manage(empty_site, "migrate", "--no-input").returncode == 0
    assert manage(empty_site, "migrate", "--check").returncode == 0
    assert manage(empty_site, "makemigrations", "--check", "--dry-run").returncode == 0
    checked = manage(empty_site, "check_invariants")
    assert checked.returncode == 0, checked.stderr
