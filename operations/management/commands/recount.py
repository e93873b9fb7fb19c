"""`manage.py recount`: set counters right."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.progress import track
from socialsite.lib.invariants import COUNTERS


class Command(BaseCommand):
    """Set every counter that has drifted to the number of its rows, and say which; safe while the site runs."""

    help = "Set counters to the number of their rows, and print what was wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only print what is wrong")

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for counter in track(COUNTERS, "Counters"):
            sentences = counter.sentences() if options["dry_run"] else counter.mend()
            for sentence in sentences:
                found += 1
                self.stdout.write(f"{counter.name}: {sentence}")
        verb = "are wrong" if options["dry_run"] else "were mended"
        self.stdout.write(f"{found} counters {verb}.")
