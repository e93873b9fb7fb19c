"""Write who listens to what into docs/effects.md."""

import inspect
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from socialsite.lib import effects

HEAD = """# Effects: who listens to what

An action emits an effect; the handlers below run at once, in the action's transaction, lowest floor first. Made by
`python3 run.py manage effects_table`.

| effect | emitted by | heard by |
|---|---|---|
"""


class Command(BaseCommand):
    help = "Write who listens to what into docs/effects.md."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Only fail when the table is not current."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file = settings.BASE_DIR / "docs" / "effects.md"
        made = HEAD + "\n".join(sorted(_row(effect) for effect in _concrete(effects.Effect))) + "\n"
        if options["check"] and (not file.exists() or file.read_text(encoding="utf-8") != made):
            raise CommandError("docs/effects.md is not current: run `manage.py effects_table`.")
        file.write_text(made, encoding="utf-8")


def _concrete(effect: type[effects.Effect]) -> list[type[effects.Effect]]:
    """Return the effects below a class that nothing derives from."""
    below = effect.__subclasses__()
    return [leaf for child in below for leaf in _concrete(child)] if below else [effect]


def _row(effect: type[effects.Effect]) -> str:
    heard = [f"`{inspect.getmodule(h).__name__}.{_name(h)}`" for h in effects.handlers_of(effect)]  # type: ignore[union-attr]
    return f"| {effect.__name__} | {effect.__module__.split('.')[0]} | {', '.join(heard)} |"


def _name(handler: Any) -> str:
    return getattr(handler, "__name__", repr(handler))
