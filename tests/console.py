"""Every page of the console, found in the URL configuration, with a real thing in each place that wants one."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.urls import get_resolver, reverse

OPEN = {"login", "logout"}
"""Pages that a stranger may ask for"""
FILLED = {"app_label": "accounts", "name": "end-sessions", "url": "nowhere"}


def pages(things: dict[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and path of each page; `things` has a row for each model that a page can be about."""
    resolver = get_resolver().namespace_dict["admin"][1]
    ids = {_label(model): thing.pk for model, thing in things.items()}
    for name in sorted(key for key in resolver.reverse_dict if isinstance(key, str)):
        for possibility in resolver.reverse_dict.getlist(name):
            _template, parameters = possibility[0][0]
            model = name.rpartition("_")[0]
            given = {**FILLED, "object_id": ids.get(model, 1)}
            kwargs = {parameter: given[parameter] for parameter in parameters}
            yield name, reverse(f"admin:{name}", kwargs=kwargs)
    yield "nowhere", "/admin/nowhere/"


def lists() -> list[str]:
    """Return the paths of all lists."""
    return [reverse(f"admin:{_label(model)}_changelist") for model in admin.site._registry]


def _label(model: Any) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"
