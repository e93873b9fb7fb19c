"""Texts as the index holds them: words in one plain form, cut the same way for what is indexed and for what is asked.

The database cuts and folds nothing itself, so that both databases find the same: it gets words with spaces between. Case, diacritics
and compatibility forms are folded, nothing is stemmed. Scripts without spaces between words become pairs of characters that overlap.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MAX_TOKEN = 64
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
_NOTHING, _WORD, _PAIRS, _SIGN, _JOINED = range(5)
_UNSPACED = (
    (0x0E00, 0x0FFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x312F),
    (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F),
    (0x1B000, 0x1B2FF), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Blocks of scripts without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, Chinese, Japanese"""
_LEFT_OUT = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0640\u200c\u200d\ufe00-\ufe0f]"
)
"""Marks of Latin, Greek, Cyrillic, Hebrew and Arabic that may be left out, and joiners; not the vowels of Indic scripts, nor か゛"""
_PLAIN = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "ı": "i",
        "ħ": "h",
        "ŋ": "n",
    }
)


class Word(NamedTuple):
    """A word of a text: `text[start:end]` in code points, and the form it is kept in."""

    token: str
    start: int
    end: int
    is_last_of_pairs: bool = False
    """The last character of a run that was cut into pairs, by itself"""


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text from left to right."""
    if text.isascii():
        for match in _ASCII_WORD.finditer(text):
            yield Word(match[0].lower()[:MAX_TOKEN], match.start(), match.end())
        return
    for start, end, kind in _runs(text):
        if kind == _PAIRS:
            yield from _pairs(text, start, end)
        elif kind == _SIGN:
            yield Word(text[start], start, end)
        else:
            # What a compatibility form stands for may be several words: ½ is 1 and 2.
            for part in _parts(_fold(text[start:end])):
                yield Word(part[:MAX_TOKEN], start, end)


def folded(text: str) -> str:
    """Return the words of a text with spaces between."""
    return " ".join(word.token for word in words(text))


def grams(token: str) -> set[str]:
    """Return the threes of letters of a word, with its beginning and its end."""
    padded = f"^{token}$"
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _runs(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, kind) of each run of characters that belong together."""
    start, kind = 0, _NOTHING
    for at, char in enumerate(text):
        found = _kind_of(char)
        if found == kind != _SIGN or (found == _JOINED and kind != _NOTHING):
            continue
        if kind != _NOTHING:
            yield start, at, kind
        start, kind = at, _NOTHING if found == _JOINED else found
    if kind != _NOTHING:
        yield start, len(text), kind


def _parts(run: str) -> list[str]:
    if run.isalnum():
        return [run]
    return "".join(char if _kind_of(char) else " " for char in run).split()


@lru_cache(maxsize=16384)
def _kind_of(char: str) -> int:
    category = unicodedata.category(char)
    if any(first <= ord(char) <= last for first, last in _UNSPACED) and category[0] in "LMN":
        return _PAIRS
    if category[0] == "M" or char in "\u200c\u200d":
        return _JOINED
    if category[0] in "LN":
        return _WORD
    return _SIGN if category == "So" else _NOTHING


def _pairs(text: str, start: int, end: int) -> Iterator[Word]:
    run = _fold(text[start:end])
    is_same = len(run) == end - start
    for at in range(len(run)):
        # Folding may have made more or fewer characters of it: then the whole run stands for each.
        place = (start + at, min(start + at + 2, end)) if is_same else (start, end)
        is_last = at == len(run) - 1
        yield Word(run[at : at + 2], *place, is_last_of_pairs=is_last)


@lru_cache(maxsize=16384)
def _fold(run: str) -> str:
    if run.isascii():
        return run.lower()
    found = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", run).casefold())
    return unicodedata.normalize("NFC", _LEFT_OUT.sub("", found)).translate(_PLAIN)
