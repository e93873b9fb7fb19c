"""What a person's filters say of notifications: of who did it, and of the words of what it is about."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q

from accounts.filters import Sieve
from socialsite.lib import targets
from socialsite.lib.ids import Kind, kind_of

SCOPE = "notifications"


@dataclass(frozen=True, kw_only=True)
class Words:
    """The columns of a kind of thing that filters look at."""

    text: tuple[str, ...]
    author: str = "author_id"
    tags: str | None = None


WORDS: dict[Kind, Words] = {}


def register_words(kind: Kind, words: Words) -> None:
    """Let filters look at a kind of thing that notifications are about; called once, in the owning app's registry."""
    WORDS[kind] = words


def hidden(sieve: Sieve) -> Q:
    """Return the condition that a filter takes a notification away: for its actor, or for the words of its target."""
    condition = sieve.hidden((), "actor_id")
    for kind, words in WORDS.items():
        rows = targets.REGISTRY[kind].model._default_manager.filter(pk=OuterRef("target_id"))
        caught = rows.filter(sieve.hidden(words.text, words.author, words.tags))
        condition |= Q(Exists(caught))
    return condition


def mark(rows: list[Any], sieve: Sieve) -> None:
    """Put on notifications, as `filtered`, what filters that warn and blur say: a statement for each kind of target."""
    if sieve.is_empty:
        return
    found = _words_of({row.target_id for row in rows if row.target_id})
    for row in rows:
        marks = sieve.marks("", row.actor_id)
        marks += sieve.marks(*found[row.target_id]) if row.target_id in found else []
        row.filtered = marks


def _words_of(ids: set[int]) -> dict[int, tuple[Any, ...]]:
    """Return the texts, the author and the tags of things."""
    found: dict[int, tuple[Any, ...]] = {}
    for kind, words in WORDS.items():
        asked = [pk for pk in ids if kind_of(pk) is kind]
        rows = targets.REGISTRY[kind].model._default_manager.filter(pk__in=asked) if asked else []
        for row in rows:
            texts = tuple(str(getattr(row, column)) for column in words.text)
            tags = getattr(row, words.tags) if words.tags else ()
            found[row.pk] = texts, getattr(row, words.author), tags
    return found
