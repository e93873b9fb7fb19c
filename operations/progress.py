"""Progress of long commands: a bar on a terminal, nothing elsewhere."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")


def bar() -> Progress:
    """Return a bar on the standard error output, so that what a command prints stays clean."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description:<14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def track(things: Sequence[T], what: str) -> Iterable[T]:
    """Yield the things, showing how many are done."""
    with bar() as progress:
        yield from progress.track(things, description=what)


@contextmanager
def step(what: str) -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done now, for work whose length is not known."""
    with Console(stderr=True).status(what) as status:
        yield lambda part: status.update(f"{what} {part} …")
