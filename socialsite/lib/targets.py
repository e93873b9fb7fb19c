"""Targets: the things that a notification, report, activity or comment can point at, one entry per kind of id.

A row about a thing is visible when the thing is, so the apps below ask this registry and never the models above them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from django.db import models

from socialsite.lib.errors import NotFound
from socialsite.lib.ids import Kind, kind_of

Deed = Literal["like", "react", "comment", "mention", "share", "quote"]
"""What a person can do to a thing, and its owner can keep from them"""


def allow(thing: Any, actor: Any, deed: Deed) -> None:
    """Let everybody who sees a thing do anything to it that its kind counts."""


@dataclass(frozen=True)
class Target:
    """A kind of thing that others can point at."""

    model: type[models.Model]
    visible_to: Callable[[Any], models.QuerySet[Any]]
    """(viewer) -> the things of this kind that the viewer may see"""
    owner_id: Callable[[Any], int]
    """(thing) -> the id of the person it belongs to"""
    noun: str
    summary: tuple[str, ...] = ()
    """The columns that a line about it shows beside its id"""
    counters: frozenset[str] = frozenset()
    """Its columns among `like_count`, `reaction_counts`, `comment_count`, `share_count`, `view_count`: what is counted can be done to it"""
    check: Callable[[Any, Any, Deed], None] = allow
    """(thing, actor, deed) raises Forbidden or Conflict when the actor may not do this to it"""
    find: Callable[[int, Any], Any] | None = None
    """(id, viewer) -> the thing if the viewer may see it, else None: `visible_to` compiled, for kinds that are asked for often"""
    cards: Callable[[list[int], Any], dict[int, dict[str, Any]]] | None = None
    """(ids, viewer) -> those that the viewer may see, as lists show them"""
    counted: Callable[[int, str], None] | None = None
    """(id, counter) hears, in its transaction, that a counter of a thing has changed"""


REGISTRY: dict[Kind, Target] = {}


def register(kind: Kind, target: Target) -> None:
    """Make a kind known; called once, in the owning app's `ready()`."""
    REGISTRY[kind] = target


def noun_of(target_id: int) -> str:
    """Return the word that names the kind of an id in answers, or "" for a kind nobody registered."""
    kind = kind_of(target_id)
    target = REGISTRY.get(kind) if kind else None
    return target.noun if target else ""


def known(target_id: int) -> Target:
    """Return the entry of an id's kind. Raises NotFound."""
    kind = kind_of(target_id)
    target = REGISTRY.get(kind) if kind else None
    if target is None:
        raise NotFound
    return target


def find(target_id: int, viewer: Any) -> Any:
    """Return a thing of any kind that the viewer may see. Raises NotFound."""
    found = _seen(known(target_id), target_id, viewer)
    if found is None:
        raise NotFound
    return found


def lock(target_id: int, viewer: Any, counter: str = "") -> Any:
    """Return a thing that the viewer may see, locked until the transaction ends; one whose kind has the counter, when one is named.

    Raises NotFound.
    """
    target = known(target_id)
    if counter and counter not in target.counters:
        raise NotFound
    rows = target.model._default_manager.filter(pk=target_id)
    # No key: rows that name the thing may be written meanwhile.
    found = rows.select_for_update(no_key=True).first()
    if found is None or _seen(target, target_id, viewer) is None:
        raise NotFound
    return found


def _seen(target: Target, target_id: int, viewer: Any) -> Any:
    if target.find:
        return target.find(target_id, viewer)
    return target.visible_to(viewer).filter(pk=target_id).first()


def count(target_id: int, counter: str, by: int) -> None:
    """Change a counter of a thing of any kind. Needs the lock on it."""
    put(target_id, counter, models.F(counter) + by)


def put(target_id: int, counter: str, value: Any) -> None:
    """Set what a thing of any kind says of how often something was done to it. Needs the lock on it."""
    target = known(target_id)
    target.model._default_manager.filter(pk=target_id).update(**{counter: value})
    if target.counted:
        target.counted(target_id, counter)


def cards(ids: Iterable[int], viewer: Any) -> dict[int, dict[str, Any]]:
    """Return the things among these that the viewer may see, as lists show them: by kind, a few statements each."""
    ordered = sorted({i for i in ids if kind_of(i) in REGISTRY}, key=_kind_number)
    shown: dict[int, dict[str, Any]] = {}
    for number, group in groupby(ordered, key=_kind_number):
        if make := REGISTRY[Kind(number)].cards:
            shown |= make(list(group), viewer)
    return shown


def visible_ids(ids: Iterable[int], viewer: Any) -> set[int]:
    """Return those of the ids whose things the viewer may see: one query for each kind among them."""
    ordered = sorted({i for i in ids if kind_of(i) in REGISTRY}, key=_kind_number)
    seen: set[int] = set()
    for number, group in groupby(ordered, key=_kind_number):
        rows = REGISTRY[Kind(number)].visible_to(viewer).filter(pk__in=list(group))
        seen.update(rows.values_list("pk", flat=True))
    return seen


def visible_q(field: str, viewer: Any, counter: str = "") -> models.Q:
    """Return the condition that the id in `field` names nothing, or a thing the viewer may see.

    With a counter, only kinds that have it are asked: what stands below things must not ask for itself.
    """
    condition = models.Q(**{f"{field}__isnull": True})
    for target in REGISTRY.values():
        if counter and counter not in target.counters:
            continue
        # Correlated: SQLite would gather every visible thing of the kind for an IN.
        things = target.visible_to(viewer).filter(pk=models.OuterRef(field))
        condition |= models.Q(models.Exists(things))
    return condition


def summary_names() -> list[str]:
    """Return the names of the annotations that `summary_columns` makes."""
    return [f"{known.noun}_{column}" for known in REGISTRY.values() for column in known.summary]


def summary_columns(field: str) -> dict[str, models.Subquery]:
    """Return annotations that carry what `line` shows of the thing whose id is in `field`."""
    return {
        f"{target.noun}_{column}": models.Subquery(
            target.model._default_manager.filter(pk=models.OuterRef(field)).values(column)[:1]
        )
        for target in REGISTRY.values()
        for column in target.summary
    }


def line(target_id: int, columns: Mapping[str, Any]) -> dict[str, str]:
    """Return a thing in one line: its id, the noun of its kind, and its summary out of a row's `summary_columns`."""
    kind = kind_of(target_id)
    target = REGISTRY.get(kind) if kind else None
    if target is None:
        return {"id": str(target_id), "type": ""}
    shown = {column: columns[f"{target.noun}_{column}"] for column in target.summary}
    return {"id": str(target_id), "type": target.noun, **shown}


def _kind_number(target_id: int) -> int:
    return kind_of(target_id) or 0
