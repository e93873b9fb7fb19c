"""The kinds of thing that people report and moderators act on, one entry for each, filled by the apps that own them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from socialsite.lib.errors import NotFound
from socialsite.lib.ids import Kind, kind_of


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A thing as moderators judge it, whoever else still sees it."""

    author_id: int
    text: str
    content_warning: str = ""
    media: tuple[str, ...] = ()
    """The addresses of its pictures and the like"""
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Moderated:
    """What moderation has to know of a kind of thing."""

    set_cause: Callable[[int, str, int | None], None] | None
    """(thing's id, `hidden_by` or `removed_by`, the action's id or None): writes the column by UPDATE, under the lock of the row,
    and sets right every counter that depends on the thing being live. It may be called again with the value that is there.
    None for what can be neither hidden nor removed: people"""
    evidence: Callable[[Any], Evidence]
    """(thing) -> what moderators are shown of it"""
    note_opening: Callable[[Any, Any], None] | None = None
    """(moderator, thing) puts into the trail that they read what it says, which lists of cases then leave out. None for kinds that
    moderators read like others"""


KINDS: dict[Kind, Moderated] = {}


def register(kind: Kind, moderated: Moderated) -> None:
    """Make a kind known; called once, in the owning app's `ready()`."""
    KINDS[kind] = moderated


def known(target_id: int) -> Moderated:
    """Return the entry of an id's kind. Raises NotFound."""
    kind = kind_of(target_id)
    moderated = KINDS.get(kind) if kind else None
    if moderated is None:
        raise NotFound
    return moderated


def evidence_of(thing: Any) -> Evidence:
    """Return what moderators are shown of a thing of a known kind."""
    return known(thing.pk).evidence(thing)
