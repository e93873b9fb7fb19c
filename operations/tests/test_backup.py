import json
import os
import secrets
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from accounts.actions.follows import follow_user
from accounts.models import User
from accounts.testing import Cast, UserFactory
from operations import backups, postgres

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _applied_migrations(settings: Any) -> Iterator[None]:
    """Say in the test database, which is made without migrations, that they are applied: a restored copy is migrated further."""
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for label, name in MigrationLoader(None).disk_migrations:
        recorder.record_applied(label, name)
    yield
    recorder.flush()


class Elsewhere:
    """Another site of the same kind, with a data folder and a database of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, f"restored_{secrets.token_hex(4)}"
        self.environment = os.environ | {"DATA_DIR": str(folder), "PYTHONPATH": str(site.BASE_DIR)}
        if not site.SQLITE:
            url = connection.settings_dict
            place = f"{url['USER']}:{url['PASSWORD']}@{url['HOST']}:{url['PORT']}"
            self.url = f"postgres://{place}/{self.name}"
            self.environment["DATABASE_URL"] = self.url

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(site.BASE_DIR / "manage.py"), *arguments]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def people(self) -> set[int]:
        sql = "SELECT id FROM accounts_user"
        if site.SQLITE:
            with closing(sqlite3.connect(self.folder / "site.sqlite3")) as found:
                return {pk for (pk,) in found.execute(sql)}
        with psycopg.connect(self.url) as other:
            return {pk for (pk,) in other.execute(sql)}


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Elsewhere]:
    made = Elsewhere(tmp_path / "elsewhere")
    made.folder.mkdir()
    if site.SQLITE:
        yield made
        return
    with psycopg.connect(made.url.replace(made.name, "postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {made.name}")
        yield made
        server.execute(f"DROP DATABASE {made.name} WITH (FORCE)")


class Writers:
    """Threads that make people who follow the one before; `acknowledged` lists those whose transactions are done."""

    def __init__(self, number: int) -> None:
        self.stopped, self.acknowledged = threading.Event(), list[int]()
        self.threads = [threading.Thread(target=self._write) for _ in range(number)]

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        self.wait_for(20)
        return self

    def wait_for(self, number: int) -> None:
        while len(self.acknowledged) < number:
            assert all(thread.is_alive() for thread in self.threads)
            self.stopped.wait(0.01)

    def __exit__(self, *reason: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _write(self) -> None:
        before: Any = UserFactory()
        while not self.stopped.is_set():
            person: Any = UserFactory()
            follow_user(actor=person, target=before)
            self.acknowledged.append(person.pk)
            before = person
        connections.close_all()


@pytest.fixture
def backup(cast: Cast, settings: Any, tmp_path: Path) -> Path:
    image = Path(settings.MEDIA_ROOT) / "images" / "1.webp"
    image.parent.mkdir(parents=True)
    image.write_bytes(b"an image")
    call_command("backup", str(tmp_path / "backup"), stdout=StringIO())
    return tmp_path / "backup"


def test_t57_backup_under_write_load_restores_whole_elsewhere(
    elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with Writers(2) as writers:
        before = set(writers.acknowledged)
        call_command("backup", str(tmp_path / "backup"), stdout=StringIO())
        writers.wait_for(len(writers.acknowledged) + 2)  # it kept nobody from writing on
    done = elsewhere.manage("restore", str(tmp_path / "backup"))
    assert done.returncode == 0, done.stderr
    assert "invariants hold" in done.stdout
    assert before <= elsewhere.people()


def test_t57_restore_brings_database_and_media(backup: Path, elsewhere: Elsewhere) -> None:
    assert elsewhere.manage("restore", str(backup)).returncode == 0
    assert elsewhere.people() == set(User.objects.values_list("pk", flat=True))
    image = elsewhere.folder / "media" / "images" / "1.webp"
    assert image.read_bytes() == b"an image"


def test_t57_restore_refuses_what_it_would_destroy(backup: Path, elsewhere: Elsewhere) -> None:
    elsewhere.manage("restore", str(backup))
    again = elsewhere.manage("restore", str(backup))
    assert again.returncode == 1
    assert "--force destroys them" in again.stderr
    assert elsewhere.manage("restore", "--force", str(backup)).returncode == 0


def test_t57_manifest_names_versions_and_digests(backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    assert set(manifest["versions"]) == {"site", "python", "django", "database"}
    assert "accounts.0001_initial" in manifest["migrations"]
    database = backups.DATABASE_FILES[connection.vendor]
    assert set(manifest["files"]) == {database, "media/images/1.webp"}
    assert {len(file["sha256"]) for file in manifest["files"].values()} == {64}


def test_t57_backup_keeps_the_secret_key_out_unless_asked(backup: Path, tmp_path: Path) -> None:
    key = site.SECRET_KEY.encode()
    assert not any(key in path.read_bytes() for path in backup.rglob("*") if path.is_file())
    call_command("backup", str(tmp_path / "full"), with_secret_key=True, stdout=StringIO())
    file = tmp_path / "full" / "secret_key"
    assert file.read_bytes() == key
    assert file.stat().st_mode & 0o077 == (tmp_path / "full").stat().st_mode & 0o077 == 0


def test_t57_restore_brings_the_secret_key_when_asked(
    cast: Cast, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    call_command("backup", str(tmp_path / "full"), with_secret_key=True, stdout=StringIO())
    done = elsewhere.manage("restore", "--with-secret-key", str(tmp_path / "full"))
    assert done.returncode == 0, done.stderr
    key = elsewhere.folder / "secret_key"
    assert key.read_text() == site.SECRET_KEY
    assert key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["media/images/1.webp", "database"])
@pytest.mark.parametrize("harm", ["change", "cut", "remove"])
def test_t57_damaged_backup_is_refused(backup: Path, name: str, harm: str) -> None:
    file = backup / name.replace("database", backups.DATABASE_FILES[connection.vendor])
    content = file.read_bytes()
    if harm == "remove":
        file.unlink()
    else:
        file.write_bytes(content[:-1] + (b"?" if harm == "change" else b""))
    with pytest.raises(backups.BackupError, match=file.name):
        backups.read_manifest(backup)


def test_t57_backup_with_strange_files_is_refused(backup: Path) -> None:
    (backup / "media" / "added.html").write_text("<script>")
    with pytest.raises(backups.BackupError, match=r"media/added\.html was added later"):
        backups.read_manifest(backup)


def test_t57_manifest_cannot_name_files_outside(backup: Path) -> None:
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["files"]["../../etc/passwd"] = {"bytes": 1, "sha256": "0" * 64}
    (backup / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(backups.BackupError, match="is missing"):
        backups.read_manifest(backup)


@pytest.mark.parametrize("content", ["", "{}", '{"format": 99}'])
def test_t57_folder_that_is_no_backup_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(backups.BackupError):
        backups.read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"database": "oracle"}, "it holds oracle"),
        ({"migrations": ["accounts.0999_later"]}, r"accounts\.0999_later is not known here"),
    ],
)
def test_t57_backup_of_another_kind_of_site_is_refused(
    backup: Path, change: dict[str, Any], reason: str
) -> None:
    manifest = backups.read_manifest(backup)
    other = backups.Manifest(**{**vars(manifest), **change})
    with pytest.raises(backups.BackupError, match=reason):
        backups.check_fits(other)


def test_t57_failed_backup_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    def fail(path: Path) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(backups, "_digest", fail)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", str(tmp_path / "backups" / "one"))
    assert list((tmp_path / "backups").iterdir()) == []


def test_t57_backup_never_overwrites(backup: Path) -> None:
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", str(backup))


def test_t57_missing_program_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(postgres.ProgramError, match="pg_dump is not installed"):
        postgres.dump_postgresql({"NAME": "x"}, tmp_path / "dump")
