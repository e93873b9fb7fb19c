"""Safe copies of the site, taken while it runs, and the way back.

A backup is a folder: `manifest.json`, the database (`database.sqlite3` by SQLite's online backup, or `database.dump` by pg_dump), `media/`,
and the secret key when it was asked for. It is written under another name and renamed when it is whole. The database is copied before
the media, so every file that a row names is there.
"""

import hashlib
import json
import os
import platform
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from accounts.models import User
from operations.postgres import dump_postgresql, restore_postgresql
from socialsite.lib.api.serializers import rfc3339

FORMAT = 1
MANIFEST, MEDIA, SECRET_KEY = "manifest.json", "media", "secret_key"
DATABASE_FILES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}

Say = Callable[[str], Any]


class BackupError(Exception):
    """A backup cannot be made or is not whole; the sentence says why."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds and what made it."""

    format: int
    made_at: str
    database: str
    versions: dict[str, str]
    migrations: list[str]
    files: dict[str, dict[str, Any]]
    """path -> {"bytes", "sha256"}"""


def make_backup(target: Path, say: Say, *, with_secret_key: bool = False) -> Manifest:
    """Write a backup to a folder that does not exist yet. Raises BackupError."""
    if target.exists():
        raise BackupError(f"{target} exists already")
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    part.mkdir(mode=0o700)
    try:
        manifest = _fill(part, say, with_secret_key=with_secret_key)
        part.rename(target)
    except BaseException:
        shutil.rmtree(part)
        raise
    _flush(target.parent)
    return manifest


def _fill(part: Path, say: Say, *, with_secret_key: bool) -> Manifest:
    say("the database")
    if connection.vendor == "postgresql":
        dump_postgresql(connection.settings_dict, part / DATABASE_FILES["postgresql"])
    else:
        copy_sqlite(Path(connection.settings_dict["NAME"]), part / DATABASE_FILES["sqlite"])
    say("the media")
    copy_tree(Path(settings.MEDIA_ROOT), part / MEDIA)
    if with_secret_key:
        (part / SECRET_KEY).write_text(settings.SECRET_KEY)
        (part / SECRET_KEY).chmod(0o600)
    say("the manifest")
    manifest = _describe(part)
    (part / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    for path in (*_files_in(part), part):
        _flush(path)
    return manifest


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that others write to: one step of the online backup sees one moment and keeps nobody waiting."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise BackupError(f"the copy of the database is damaged: {verdict}")


def copy_tree(source: Path, target: Path) -> None:
    """Copy a folder of files; one that is deleted meanwhile is left out, as its row is going too."""
    target.mkdir(mode=0o700)
    for path in _files_in(source):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, copy)
        except FileNotFoundError:
            copy.unlink(missing_ok=True)


def _describe(part: Path) -> Manifest:
    files = {
        str(path.relative_to(part)): {"bytes": path.stat().st_size, "sha256": _digest(path)}
        for path in _files_in(part)
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_VERSION_SQL[connection.vendor]}")
        (database_version,) = cursor.fetchone()
    versions = {
        "site": str(settings.SPECTACULAR_SETTINGS["VERSION"]),
        "python": platform.python_version(),
        "django": django.get_version(),
        "database": str(database_version).split(" (")[0],
    }
    applied = sorted(".".join(key) for key in MigrationLoader(connection).applied_migrations)
    made_at = rfc3339(timezone.now())
    return Manifest(FORMAT, made_at, connection.vendor, versions, applied, files)


_VERSION_SQL = {"sqlite": "sqlite_version()", "postgresql": "version()"}


def read_manifest(source: Path) -> Manifest:
    """Return the manifest of a backup after comparing every file with it. Raises BackupError."""
    try:
        found = json.loads((source / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{source} is no backup ({error})") from error
    if found.get("format") != FORMAT:
        raise BackupError(f"{source} has the format {found.get('format')}, not {FORMAT}")
    manifest = Manifest(**found)
    for name, expected in manifest.files.items():
        _compare(source, name, expected)
    for path in _files_in(source):
        name = str(path.relative_to(source))
        if name not in manifest.files and name != MANIFEST:
            raise BackupError(f"{name} was added later")
    return manifest


def _compare(source: Path, name: str, expected: dict[str, Any]) -> None:
    path = (source / name).resolve()
    if not path.is_relative_to(source.resolve()) or not path.is_file():
        raise BackupError(f"{name} is missing")
    if path.stat().st_size != expected["bytes"] or _digest(path) != expected["sha256"]:
        raise BackupError(f"{name} is not what was written")


def check_fits(manifest: Manifest) -> None:
    """Raise BackupError when this site cannot take the backup: another database, or a newer version of the site."""
    if manifest.database != connection.vendor:
        raise BackupError(f"it holds {manifest.database}, this site uses {connection.vendor}")
    known = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    ours = tuple(f"{label}." for label in {name.split(".")[0] for name in known})
    newer = [name for name in manifest.migrations if name.startswith(ours) and name not in known]
    if newer:
        raise BackupError(f"a newer version of the site made it: {newer[0]} is not known here")


def is_empty_site() -> bool:
    """Tell whether there is nothing here that a restore would destroy."""
    has_people = User._meta.db_table in connection.introspection.table_names() and (
        User.objects.exists()
    )
    return not has_people and not any(_files_in(Path(settings.MEDIA_ROOT)))


def restore_backup(source: Path, manifest: Manifest, say: Say) -> None:
    """Put a checked backup in the place of what is here. No server may run on this database."""
    say("the media")
    replace_tree(source / MEDIA, Path(settings.MEDIA_ROOT))
    say("the database")
    connections.close_all()
    file = source / DATABASE_FILES[manifest.database]
    if manifest.database == "postgresql":
        restore_postgresql(connection.settings_dict, file)
    else:
        replace_sqlite(file, Path(connection.settings_dict["NAME"]))
    cache.clear()


def replace_sqlite(source: Path, target: Path) -> None:
    """Put a database file in the place of another, with nothing left of the old one's log."""
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    _flush(part)
    for log in ("-wal", "-shm"):
        target.with_name(target.name + log).unlink(missing_ok=True)
    part.replace(target)
    _flush(target.parent)


def replace_tree(source: Path, target: Path) -> None:
    """Put a folder in the place of another."""
    part, old = (target.with_name(f"{target.name}.{word}") for word in ("part", "old"))
    shutil.rmtree(part, ignore_errors=True)
    copy_tree(source, part)
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def restore_secret_key(source: Path, manifest: Manifest) -> None:
    """Put the secret key of a backup into the data folder. Raises BackupError when it has none."""
    if SECRET_KEY not in manifest.files:
        raise BackupError("it holds no secret key: it was made without --with-secret-key")
    target = Path(settings.DATA_DIR) / SECRET_KEY
    target.touch(mode=0o600)
    shutil.copyfile(source / SECRET_KEY, target)


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Make sure that a file, or a folder's list of names, has reached the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
