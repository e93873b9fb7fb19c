"""Write which test proves which requirement into docs/REQUIREMENTS.md."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from operations.requirements import fill, proofs_by_row, unproven

FOLDERS = [*(app.replace(".", "/") for app in settings.OUR_APPS), "tests"]


class Command(BaseCommand):
    help = "Write which test proves which requirement into docs/REQUIREMENTS.md."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Only fail when the table is not current."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.BASE_DIR / "docs" / "REQUIREMENTS.md"
        before = file.read_text(encoding="utf-8")
        after = fill(before, proofs_by_row(settings.BASE_DIR, FOLDERS))
        if options["check"] and after != before:
            raise CommandError(
                "docs/REQUIREMENTS.md is not current: run `manage.py requirements_table`."
            )
        file.write_text(after, encoding="utf-8")
        self.stdout.write(f"{len(unproven(after))} rows are not proven yet.")
