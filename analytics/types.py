"""What people do that is remembered: one entry for each type of activity; the apps above add theirs in their registry."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Exists, Q

from accounts.models import User, Viewer
from socialsite.lib.effects import Effect

Figure = Literal["posts", "comments", "likes", "shares", "follows"]
FIGURES: tuple[Figure, ...] = ("posts", "comments", "likes", "shares", "follows")

Deed = tuple[int, int | None]
"""Who did something, and the id of what they did it to"""


@dataclass(frozen=True, kw_only=True)
class Publicity:
    """How an activity shows on its person's page."""

    shown_by: Callable[[User], bool]
    """(person) -> whether their page can show any such activity: asked before anything is read"""
    seen_by: Callable[[Viewer], Q | Exists]
    """(viewer) -> the condition that `object_id` names what the viewer may see in this place"""
    ended_by: Mapping[type[Effect], Callable[[Any], Iterable[Deed]]]
    """What takes a deed back: from then on the page does not show it"""


@dataclass(frozen=True, kw_only=True)
class ActivityType:
    """A type of activity, and the effects that make one."""

    name: str
    made_by: Mapping[type[Effect], Callable[[Any], Deed]]
    figure: Figure | None = None
    """The column of the daily summary it counts in"""
    publicity: Publicity | None = None
    """None for what only the person sees"""


TYPES: dict[str, ActivityType] = {}


def figures_of_types() -> dict[str, Figure]:
    """Return the column of the daily summary for each type that has one."""
    return {name: known.figure for name, known in TYPES.items() if known.figure}


def public_types() -> dict[str, Publicity]:
    return {name: known.publicity for name, known in TYPES.items() if known.publicity}
