"""`manage.py restore`: put a backup in the place of what is here."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operations.backups import (
    BackupError,
    check_fits,
    is_empty_site,
    read_manifest,
    restore_backup,
    restore_secret_key,
)
from operations.postgres import ProgramError
from operations.progress import step
from operations.serving import hold_data_dir


class Command(BaseCommand):
    """Check a backup against its manifest, restore database and media, migrate, and prove that the invariants hold."""

    help = "Restore a backup; stop every server and worker first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, help="folder that `backup` made")
        parser.add_argument("--force", action="store_true", help="destroy what is here")
        parser.add_argument(
            "--with-secret-key", action="store_true", help="restore the secret key too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lock = hold_data_dir()
        try:
            self.restore(options["source"].absolute(), options)
        except (BackupError, ProgramError, OSError) as error:
            raise CommandError(f"Not restored: {error}.") from error
        finally:
            if lock:
                lock.close()
        call_command("migrate", verbosity=0, interactive=False)
        call_command("check_invariants", stdout=self.stdout)

    def restore(self, source: Path, options: dict[str, Any]) -> None:
        manifest = read_manifest(source)
        check_fits(manifest)
        if not options["force"] and not is_empty_site():
            raise BackupError("there are people or files here; --force destroys them")
        if options["with_secret_key"]:
            restore_secret_key(source, manifest)
        with step("Restoring") as say:
            restore_backup(source, manifest, say)
        self.stdout.write(f"Restored what was saved at {manifest.made_at}.")
