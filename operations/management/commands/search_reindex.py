"""`manage.py search_reindex`: make the index of the search anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from operations.progress import bar
from search.indexing import reindex, start_again
from search.searchables import KINDS
from socialsite.lib.ids import Kind


class Command(BaseCommand):
    """Write the document of everything that can be found, and forget those of what is gone; safe while the site runs.

    Goes on where a run was stopped.
    """

    help = "Make the search find everything there is, and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        names = [kind.name.lower() for kind in KINDS]
        parser.add_argument("--kind", choices=names, action="append", help="only this kind")
        parser.add_argument("--restart", action="store_true", help="begin at the beginning")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [Kind[name.upper()] for name in options["kind"] or ()] or list(KINDS)
        if options["restart"]:
            start_again(chosen)
        with bar() as progress:
            for kind in chosen:
                total = KINDS[kind].rows().count()
                task = progress.add_task(kind.name.lower(), total=total)
                state = reindex(kind, lambda n, task=task: progress.advance(task, n))  # type: ignore[misc]
                self.stdout.write(
                    f"{kind.name.lower()}: {state.written} written, {state.removed} forgotten."
                )
