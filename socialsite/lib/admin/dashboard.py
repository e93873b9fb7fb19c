"""The first page of the console: figures and charts that the apps register."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from socialsite.lib.admin.roles import MODERATORS, STAFF, has_role


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with its meaning; a `warns` figure is coloured when it is not zero."""

    title: str
    note: str
    icon: str
    count: Callable[[], int]
    page: str
    """Name of the list behind the figure, as `admin:accounts_user_changelist`"""
    query: str = ""
    warns: bool = False
    roles: frozenset[str] = STAFF
    page_roles: frozenset[str] = MODERATORS
    """Who may open the list"""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A column for each day."""

    title: str
    note: str
    days: Callable[[], dict[date, int]]
    roles: frozenset[str] = STAFF


FIGURES: list[Figure] = []
CHARTS: list[Chart] = []


def add_figure(figure: Figure) -> None:
    FIGURES.append(figure)


def add_chart(chart: Chart) -> None:
    CHARTS.append(chart)


# Chart.js: whole numbers on the left, no lines between the days.
OPTIONS = {
    "animation": False,
    "responsive": True,
    "maintainAspectRatio": False,
    "plugins": {"legend": {"display": False}},
    "scales": {
        "x": {"grid": {"display": False}, "ticks": {"color": "#9ca3af", "maxRotation": 0}},
        "y": {
            "beginAtZero": True,
            "border": {"display": False},
            "grid": {"color": "#9ca3af33"},
            "ticks": {"color": "#9ca3af", "precision": 0},
        },
    },
}


class ShownFigure:
    """A figure as the page shows it: counted once."""

    def __init__(self, request: HttpRequest, figure: Figure) -> None:
        self.title, self.note, self.icon = figure.title, figure.note, figure.icon
        self.has_page = has_role(request, figure.page_roles)
        self.figure = figure

    @cached_property
    def value(self) -> int:
        return self.figure.count()

    @property
    def text(self) -> str:
        return f"{self.value:,}"

    @property
    def is_warning(self) -> bool:
        return self.figure.warns and self.value > 0

    @property
    def href(self) -> str:
        return reverse(self.figure.page) + self.figure.query if self.has_page else ""


def shown_figures(request: HttpRequest) -> list[ShownFigure]:
    """Return the figures that this person may see."""
    return [ShownFigure(request, figure) for figure in FIGURES if has_role(request, figure.roles)]


def shown_charts(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the charts that this person may see, as chart.js takes them."""
    return [_drawn(chart) for chart in CHARTS if has_role(request, chart.roles)]


def _drawn(chart: Chart) -> dict[str, Any]:
    days = chart.days()
    series = {
        "label": chart.title,
        "data": list(days.values()),
        "backgroundColor": "var(--color-primary-600)",
        "borderRadius": 3,
        "maxBarThickness": 18,
    }
    data = {"labels": [f"{day:%d %b}" for day in days], "datasets": [series]}
    total = sum(days.values())
    return {
        "title": chart.title,
        "note": chart.note,
        "total": f"{total:,}",
        "data": json.dumps(data),
        "options": json.dumps(OPTIONS),
    }
