"""What stands in the cells of the console's tables. Everything a person wrote is escaped."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.timesince import timesince

from socialsite.lib import targets
from socialsite.lib.ids import kind_of

NOTHING = "–"


def link(thing: Model | None) -> str:
    """Return the name of a thing with a link to its page, when it has one."""
    if thing is None:
        return NOTHING
    return _anchor(type(thing), thing.pk, str(thing))


def link_to_id(target_id: int | None, name: str | None = None) -> str:
    """Return the name of a thing, else its kind and id, with a link to its page; costs no query."""
    kind = kind_of(target_id) if target_id else None
    if target_id is None or kind is None:
        return NOTHING
    target = targets.REGISTRY.get(kind)
    text = name or f"{target.noun if target else kind.name.lower()} {target_id}"
    return _anchor(target.model, target_id, text) if target else text


def person(field: str, title: str = "") -> Callable[[Any], str]:
    """Return a column that shows the person in a foreign key, with a link; the list selects the relation."""

    @admin.display(description=title or field.replace("_", " "), ordering=f"{field}__username")
    def cell(thing: Any) -> str:
        return link(getattr(thing, field))

    cell.__name__ = field
    return cell


def at(field: str, title: str = "") -> Callable[[Any], str]:
    """Return a column that shows a moment in UTC, to the minute."""

    @admin.display(description=title or field.removesuffix("_at").replace("_", " "), ordering=field)
    def cell(thing: Any) -> str:
        moment: datetime | None = getattr(thing, field)
        if moment is None:
            return NOTHING
        return format_html(
            '<span class="whitespace-nowrap">{}</span>', moment.strftime("%Y-%m-%d %H:%M")
        )

    cell.__name__ = field
    return cell


def ago(moment: datetime | None) -> str:
    """Return how long ago a moment was, with the moment itself as its title."""
    if moment is None:
        return NOTHING
    text = f"{timesince(moment, depth=1)} ago"
    return format_html(
        '<span class="whitespace-nowrap" title="{}">{}</span>',
        moment.strftime("%Y-%m-%d %H:%M:%S UTC"),
        text,
    )


def _anchor(model: type[Model], pk: Any, text: str) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
    try:
        page = reverse(name, args=[pk])
    except NoReverseMatch:
        return text
    return format_html('<a class="text-link hover:underline" href="{}">{}</a>', page, text)
