"""The names of rooms: folded for looking them up, and as the word that stands for a public room in a path."""

import hashlib
import unicodedata

from chat.models.rooms import LENGTHS
from socialsite.lib.text.names import RESERVED

_VARIATIONS = frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Marks that choose how a sign looks"""
DIGITS = 12
"""Of a digest in a word"""
LONGEST = LENGTHS["slug"] - len("-") - DIGITS


def fold_name(name: str) -> str:
    """Return a name as it is compared: without case, width and other forms of the same letters, with single spaces."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())[: LENGTHS["folded"]]


def slug_of(name: str) -> str:
    """Return the word for a name in a path: `Rock & Roll` is `rock-roll`. Names with the same word are the same name.

    What a path has another meaning for gets `room-` before it, and so does a name without letters and digits, by its digest. Marks on
    letters, which many scripts tell words apart by, and the end of a long name do not stand in paths: a digest stands for them.
    """
    folded = fold_name(name)
    words = "-".join("".join(c if _is_of_word(c) else " " for c in folded).split())
    letters = "".join(c for c in words if not _is_mark(c))
    slug = letters[:LONGEST].strip("-")
    if not slug:
        return f"room-{_digest(folded)}"
    if slug != words:
        return f"{slug}-{_digest(words)}"
    return f"room-{slug}" if slug in RESERVED or slug.isdecimal() else slug


def _is_of_word(char: str) -> bool:
    return char.isalnum() or _is_mark(char)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char) in {"Mn", "Mc"} and char not in _VARIATIONS


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS]
