"""The kinds of things that can trend and the deeds that make them, filled by the apps that own them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Model, QuerySet

from accounts.models import Viewer
from engagement.models import Trend

SPANS = {
    Trend.Range.HOUR: timedelta(hours=1),
    Trend.Range.DAY: timedelta(hours=24),
    Trend.Range.WEEK: timedelta(days=7),
    Trend.Range.MONTH: timedelta(days=30),
}
HALF_LIVES_IN_SPAN = 8
"""After an eighth of its range a deed is worth half: 7.5 minutes, 3 hours, 21 hours, 3.75 days"""


@dataclass(frozen=True, kw_only=True)
class TrendingKind:
    """What trending has to know of a kind of thing."""

    type: str
    """The word for one of them"""
    shown_to: Callable[[Viewer], QuerySet[Any]]
    """(viewer) -> the things of this kind that lists show the viewer"""
    answers: Callable[[list[int], Viewer], dict[int, dict[str, Any]]]
    """(ids, viewer) -> those of the things that the viewer may see, as lists show them"""
    names: Callable[[list[int]], dict[int, str]]
    """(ids) -> what moderators read of things, whoever else sees them"""


@dataclass(frozen=True, kw_only=True)
class Source:
    """A deed that makes things of a kind trend."""

    deed: str
    weight: float
    model: type[Model]
    """Whose newest id tells that there is something new to count"""
    rows: Callable[[int], QuerySet[Any]]
    """(first id) -> the deeds from this id on, of people who are there and on things that everybody may find, as
    `values_list("thing", "person", "deed")`: the id of the thing, the person, and the deed's own, which carries its time"""


KINDS: dict[str, TrendingKind] = {}
SOURCES: dict[str, list[Source]] = {}


def register(kind: str, known: TrendingKind) -> None:
    """Make a kind known; called once, in the owning app's `ready()`."""
    KINDS[kind] = known


def count_deeds(kind: str, source: Source) -> None:
    """Let a deed count for the things of a kind; called by each app whose things bring it about."""
    SOURCES.setdefault(kind, []).append(source)


def sources_of(kind: str) -> list[Source]:
    return SOURCES.get(kind, [])
