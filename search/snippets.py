"""The part of a text where what was asked for stands, and where in it."""

from typing import Any

from search.folding import Word, words
from search.parsing import Parsed, Term

LENGTH = 240
BEFORE = 60
"""Code points before the first hit, when the text is longer than a snippet"""
MOST_RANGES = 50


def snippet_of(text: str, query: Parsed) -> dict[str, Any]:
    """Return a part of a text as it was written and the ranges of the hits in it, in code points: nothing is marked up or escaped."""
    found = _hits(text, query)
    start = _start(text, found[0][0] if found else 0)
    end = _end(text, start)
    ranges = [[low - start, high - start] for low, high in found if low >= start and high <= end]
    return {
        "text": text[start:end],
        "ranges": ranges[:MOST_RANGES],
        "is_cut": start > 0 or end < len(text),
    }


def _hits(text: str, query: Parsed) -> list[tuple[int, int]]:
    """Return the places of what was asked for, in order and without overlaps."""
    terms = query.terms
    if not text or not terms:
        return []
    found = list(words(text))
    tokens = [word.token for word in found]
    places = [place for term in terms for place in _places(term, found, tokens)]
    return _joined(sorted(places))


def _places(term: Term, found: list[Word], tokens: list[str]) -> list[tuple[int, int]]:
    first, size = term.tokens[0], len(term.tokens)
    wanted, places = list(term.tokens), []
    for at, token in enumerate(tokens):
        # A quick look at the first word spares the slice.
        if not token.startswith(first) or at + size > len(tokens):
            continue
        if tokens[at : at + size - 1] == wanted[:-1] and _ends(term, tokens[at + size - 1]):
            places.append((found[at].start, found[at + size - 1].end))
    return places


def _ends(term: Term, token: str) -> bool:
    last = term.tokens[-1]
    return token.startswith(last) if term.is_prefix else token == last


def _joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for low, high in places:
        if joined and low < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _start(text: str, hit: int) -> int:
    """Return where a snippet begins: at the beginning, or at a word shortly before the first hit."""
    if len(text) <= LENGTH or hit <= BEFORE:
        return 0
    space = text.find(" ", hit - BEFORE, hit)
    return space + 1 if space >= 0 else hit - BEFORE


def _end(text: str, start: int) -> int:
    if len(text) - start <= LENGTH:
        return len(text)
    space = text.rfind(" ", start + LENGTH // 2, start + LENGTH)
    return space if space >= 0 else start + LENGTH
