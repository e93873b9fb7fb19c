"""`manage.py backup`: copy the running site."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups import BackupError, make_backup
from operations.postgres import ProgramError
from operations.progress import step


class Command(BaseCommand):
    """Write database and media to a new folder, with a manifest of their digests; the site may run meanwhile."""

    help = "Copy database and media of the running site to a new folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("target", type=Path, help="folder to make")
        parser.add_argument(
            "--with-secret-key",
            action="store_true",
            help="add the secret key: who has the backup can then sign in as anybody",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["target"].absolute()
        try:
            with step("Copying") as say:
                manifest = make_backup(target, say, with_secret_key=options["with_secret_key"])
        except (BackupError, ProgramError, OSError) as error:
            raise CommandError(f"No backup was made: {error}.") from error
        size = sum(file["bytes"] for file in manifest.files.values())
        self.stdout.write(f"{target}: {len(manifest.files)} files, {size / 1e6:.1f} MB.")
