"""Panels: tables that apps add to the page of a thing, which may belong to an app below."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from socialsite.lib.admin.roles import MODERATORS, has_role


@dataclass(frozen=True)
class Table:
    headers: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A table under the fields of a thing, made by one query or two."""

    title: str
    table: Callable[[Any], Table]
    roles: frozenset[str] = MODERATORS


_PANELS: dict[type[Model], list[Panel]] = {}


def add_panel(model: type[Model], panel: Panel) -> None:
    _PANELS.setdefault(model, []).append(panel)


def panels_of(request: HttpRequest, thing: Model) -> list[dict[str, Any]]:
    """Return the panels of a thing that this person may see."""
    return [
        {"title": panel.title, "table": vars(panel.table(thing))}
        for panel in _PANELS.get(type(thing), ())
        if has_role(request, panel.roles)
    ]
