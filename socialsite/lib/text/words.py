"""Words in a text, found the same by Python and by both databases: case and diacritics folded, whole by default in every script.

A pattern is written out of plain classes of characters, which every engine of regular expressions reads alike: no `\\w`, `\\b` or flag,
whose meaning depends on the engine and the locale. Of what people write nothing but single characters enters it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from itertools import groupby

Term = tuple[str, bool]
"""What is looked for, and whether as a whole word only"""
Branches = dict[str, "Branches"]
"""Folded terms by their first character, those by their second, and so on; the empty one ends a term."""

_UNSPACED = (
    (0x0E00, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19FF), (0x1A20, 0x1AAF), (0x2E80, 0x2FDF),
    (0x3005, 0x3007), (0x3021, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF), (0xA980, 0xA9FF), (0xAA60, 0xAADF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F),
    (0x16FE0, 0x1B2FF), (0x20000, 0x3FFFF),
)  # fmt: skip
"""Blocks of scripts without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, Javanese, Chinese, Japanese and their kin"""
_BMP, _LAST = 0xFFFF, 0x1FFFF
_SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_JOINERS = "_\u200c\u200d"
_NAME = "A-Za-z0-9_-"
_DIACRITICS = {"LATIN": "\u0300-\u036f", "GREEK": "\u0300-\u036f", "CYRILLIC": "\u0300-\u036f",
               "HEBREW": "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7",
               "ARABIC": "\u0610-\u061a\u064b-\u065f\u0670"}  # fmt: skip
"""Marks that may be left out, by the script of the letter before them: not the vowels of Indic scripts, nor か゛"""
_LEFT_OUT = re.compile(f"[{''.join(_DIACRITICS.values())}]")


def fold(text: str) -> str:
    """Return a text in lower case, without diacritics, in the plain form of each letter, and with single spaces."""
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(map(_fold_character, composed))


@lru_cache(maxsize=1024)
def pattern_of(terms: tuple[Term, ...]) -> str:
    """Return the regular expression that finds any of the terms, for Python and both databases."""
    groups: dict[tuple[bool, bool], set[str]] = {}
    for term, whole in terms:
        folded = fold(term)
        ends = (whole and _is_of_word(folded[0]), whole and _is_of_word(folded[-1]))
        groups.setdefault(ends, set()).add(folded)
    return "|".join(_between(*ends, found) for ends, found in sorted(groups.items()))


@lru_cache(maxsize=1024)
def pattern_of_domains(domains: tuple[str, ...]) -> str:
    """Return the regular expression that finds any of the domains, and what lies below one, as part of a link or alone."""
    spelled = sorted({form for domain in domains for form in _spellings(domain)})
    names = "|".join("".join(map(_in_both_cases, form)) for form in spelled)
    return f"(?:^|[^{_NAME}])(?:{names})(?:$|[^.{_NAME}]|[.](?:$|[^{_NAME}]))"


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _between(bounded_before: bool, bounded_after: bool, folded: Iterable[str]) -> str:
    edge = f"[^{_word_class()}]"
    before = f"(?:^|{edge})" if bounded_before else ""
    after = f"(?:$|{edge})" if bounded_after else ""
    branches: Branches = {}
    for term in sorted(folded):
        place = branches
        for char in term:
            place = place.setdefault(char, {})
        place[""] = {}
    return f"{before}{_written(branches)}{after}"


def _written(branches: Branches) -> str:
    """Return what matches any way through the branches; each begins with another character, so that none is tried in vain."""
    ways = [_any_form(char) + _written(rest) if char else "" for char, rest in branches.items()]
    # The empty way last: it always matches.
    ways.sort(key=lambda way: not way)
    return f"(?:{'|'.join(ways)})" if len(ways) > 1 else "".join(ways)


def _any_form(char: str) -> str:
    """Return what matches a character of a folded text, as people write it."""
    if char == " ":
        return f"[{_SPACES}]+"
    forms = _forms().get(char, [char])
    found = f"[{''.join(forms)}]" if len(forms) > 1 else _literal(char)
    apart = unicodedata.normalize("NFD", char)
    if len(apart) > 1:
        found = f"(?:{found}|{apart})"
    marks = _DIACRITICS.get(_script(char), "")
    return f"{found}[{marks}]*" if marks else found


def _literal(char: str) -> str:
    return f"\\{char}" if char.isascii() and not char.isalnum() else char


def _spellings(domain: str) -> set[str]:
    """Return a domain in ASCII as it is, and as people write it."""
    found = {domain}
    with suppress(UnicodeError):
        found.add(domain.encode("ascii").decode("idna"))
    return found


def _in_both_cases(char: str) -> str:
    cases = sorted(case for case in {char, char.upper(), char.lower()} if len(case) == 1)
    return f"[{''.join(cases)}]" if len(cases) > 1 else _literal(char)


@lru_cache(maxsize=65536)
def _fold_character(char: str) -> str:
    """Return the plain form of a character, or nothing of a diacritic; what would become several stays in lower case."""
    if char.isascii():
        return char.lower()
    found = char
    if ord(char) <= _BMP:
        found = _without_marks(_without_marks(char).casefold())
    else:
        found = char.casefold()
    if len(found) == 1 or _LEFT_OUT.fullmatch(char):
        return found if len(found) == 1 else ""
    lower = char.lower()
    return lower if len(lower) == 1 else char


def _without_marks(text: str) -> str:
    return unicodedata.normalize("NFC", _LEFT_OUT.sub("", unicodedata.normalize("NFKD", text)))


def _script(char: str) -> str:
    """Return the script of a letter, as its name begins; nothing for other characters."""
    return unicodedata.name(char, "").split(" ", 1)[0] if char.isalpha() else ""


def _is_of_word(char: str) -> bool:
    """Tell whether a character is part of a word that spaces or signs end."""
    if not (char in _JOINERS or unicodedata.category(char)[0] in "LMN"):
        return False
    return not any(first <= ord(char) <= last for first, last in _UNSPACED)


@cache
def _word_class() -> str:
    """Return the inside of the class of all characters of words, in ranges."""
    codes = (code for code in range(_LAST) if _is_of_word(chr(code)))
    return "".join(_ranges(codes))


def _ranges(codes: Iterable[int]) -> Iterator[str]:
    for _, run in groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        numbers = [code for _, code in run]
        first, last = chr(numbers[0]), chr(numbers[-1])
        yield first if first == last else f"{first}-{last}"


@cache
def _forms() -> dict[str, list[str]]:
    """Return all the characters that fold to one, by that one."""
    found: dict[str, set[str]] = {}
    for code in range(0x41, _LAST):
        char = chr(code)
        # Ideographs and Hangul have one form; their old doubles stand in other blocks.
        if 0x3400 <= code < 0xA000 or 0xAC00 <= code < 0xF900 or not char.isalnum():
            continue
        if plain := _fold_character(char):
            found.setdefault(plain, {plain}).add(char)
    return {plain: sorted(forms) for plain, forms in found.items()}
