"""What a person types into a search, understood: words, "phrases", operators, and what must not be there.

No text is refused. An operator nobody knows, or whose value makes no sense, is words; a quotation mark that is not closed ends with the text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from search.folding import words
from socialsite.lib.text.hashtags import fold_tag

MAX_QUERY = 500
MAX_PARTS = 16
"""How many words, phrases and operators are looked for; what comes after them is ignored, and said to be"""
MAX_WORDS = 40
"""How many words of a phrase"""
SHORTEST_PREFIX = 3
"""From so many letters on a word also finds those that begin with it"""

HAS = frozenset({"media", "image", "video", "link"})
IS = frozenset({"reply", "quote", "update", "article", "achievement", "sensitive", "verified"})
ALIASES = {
    "author": "from",
    "tag": "hashtag",
    "language": "lang",
    "since": "after",
    "until": "before",
}

_QUOTE = '"“”„«»'
_PART = re.compile(
    rf"(?P<minus>-?)(?:(?P<name>[A-Za-z_]{{2,12}}):(?=\S))?"
    rf"(?:[{_QUOTE}](?P<quoted>[^{_QUOTE}]*)(?:[{_QUOTE}]|\Z)|(?P<bare>[^\s{_QUOTE}]+))"
)
_PERSON = re.compile(r"@?([A-Za-z0-9_]{2,30})")
_LANG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:.]{5,15}(?:Z|[+-][0-9]{2}:[0-9]{2})?)?", re.ASCII
)
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other; with `is_prefix` the last may go on."""

    text: str
    tokens: tuple[str, ...]
    is_phrase: bool = False
    is_prefix: bool = False


@dataclass(frozen=True)
class Condition:
    """An operator with its value, as it is compared."""

    name: str
    value: str


@dataclass
class Parsed:
    """A query, understood."""

    terms: list[Term] = field(default_factory=list)
    without_terms: list[Term] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    without_conditions: list[Condition] = field(default_factory=list)
    after: datetime | None = None
    before: datetime | None = None
    min_likes: int | None = None
    below_likes: int | None = None
    ignored: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing at all."""
        return not (self.parts or self.has_bounds)

    @property
    def has_bounds(self) -> bool:
        bounds = (self.after, self.before, self.min_likes, self.below_likes)
        return any(bound is not None for bound in bounds)

    @property
    def parts(self) -> int:
        terms, conditions = (
            self.terms + self.without_terms,
            self.conditions + self.without_conditions,
        )
        return len(terms) + len(conditions)

    @property
    def is_words_alone(self) -> bool:
        """Whether it has no operator: what else there is can be found by the words of its name."""
        return not (self.conditions or self.without_conditions or self.has_bounds)

    def values(self, name: str) -> list[str]:
        return [known.value for known in self.conditions if known.name == name]

    def echo(self) -> dict[str, Any]:
        """Return how the query was understood, for the answer."""
        found = _said(self.terms, self.conditions)
        found["after"], found["before"] = _moment(self.after), _moment(self.before)
        found["min_likes"], found["below_likes"] = self.min_likes, self.below_likes
        found["without"] = _said(self.without_terms, self.without_conditions)
        found["ignored"] = self.ignored
        return found


def parse(text: str) -> Parsed:
    """Understand a query; never refuses one."""
    found = Parsed()
    taken = 0
    for part in _PART.finditer(text[:MAX_QUERY]):
        if taken >= MAX_PARTS:
            found.ignored.append(part[0])
        else:
            taken += _take(found, part)
    return found


def term_of(text: str, *, is_phrase: bool = False, is_exact: bool = False) -> Term | None:
    """Return the words of a text as what is looked for, or None when it has none."""
    found = list(words(text))[:MAX_WORDS]
    if not found:
        return None
    # The last character of a run in pairs stands alone only where the run ends: 日本 is found at the beginning of 日本語, too.
    is_open = found[-1].is_last_of_pairs
    if is_open and len(found) > 1 and found[-2].end == found[-1].end:
        found.pop()
        is_open = False
    is_long = len(found[-1].token) >= SHORTEST_PREFIX
    is_prefix = is_open or (is_long and not (is_phrase or is_exact))
    return Term(text, tuple(word.token for word in found), is_phrase, is_prefix)


def _take(found: Parsed, part: re.Match[str]) -> int:
    """Put one part of a query where it belongs; returns how many it was."""
    is_not = bool(part["minus"])
    value = part["quoted"] if part["quoted"] is not None else part["bare"]
    name = (part["name"] or "").lower()
    if name and _operate(found, ALIASES.get(name, name), value.strip(), is_not=is_not):
        return 1
    is_tag = not name and (part["bare"] or "").startswith(("#", "＃"))
    if is_tag and _operate(found, "hashtag", value, is_not=is_not):
        return 1
    text = f"{part['name']}:{value}" if part["name"] else value
    term = term_of(text, is_phrase=part["quoted"] is not None, is_exact=is_not)
    if term is None:
        return 0
    (found.without_terms if is_not else found.terms).append(term)
    return 1


def _operate(found: Parsed, name: str, value: str, *, is_not: bool) -> bool:
    """Take an operator; returns False when nobody knows it, or its value makes no sense."""
    if name in {"before", "after"}:
        return _bound_time(found, is_before=(name == "before") != is_not, moment=_time(value))
    if name == "min_likes":
        return _bound_likes(found, value, is_not=is_not)
    read = READERS.get(name)
    known = read(value) if read else None
    if known is None:
        return False
    listed = found.without_conditions if is_not else found.conditions
    if (condition := Condition(name, known)) not in listed:
        listed.append(condition)
    return True


def _bound_time(found: Parsed, *, is_before: bool, moment: datetime | None) -> bool:
    if moment is None:
        return False
    if is_before:
        found.before = min(moment, found.before or moment)
    else:
        found.after = max(moment, found.after or moment)
    return True


def _bound_likes(found: Parsed, value: str, *, is_not: bool) -> bool:
    if not _NUMBER.fullmatch(value):
        return False
    number = int(value)
    if is_not:
        found.below_likes = min(number, number if found.below_likes is None else found.below_likes)
    else:
        found.min_likes = max(number, found.min_likes or 0)
    return True


def _time(value: str) -> datetime | None:
    if not _DATE.fullmatch(value):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _person(value: str) -> str | None:
    match = _PERSON.fullmatch(value)
    return match[1].lower() if match else None


def _tag(value: str) -> str | None:
    return fold_tag(value.lstrip("#＃"))


def _language(value: str) -> str | None:
    return value.lower() if _LANG.fullmatch(value) else None


def _one_of(known: frozenset[str]) -> Callable[[str], str | None]:
    def read(value: str) -> str | None:
        # One or many: has:images is as clear as has:image.
        lower = value.lower()
        return next((word for word in (lower, lower.removesuffix("s")) if word in known), None)

    return read


READERS: dict[str, Callable[[str], str | None]] = {
    "from": _person,
    "to": _person,
    "hashtag": _tag,
    "lang": _language,
    "has": _one_of(HAS),
    "is": _one_of(IS),
}


def _said(terms: list[Term], conditions: list[Condition]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "words": [term.text for term in terms if not term.is_phrase],
        "phrases": [term.text for term in terms if term.is_phrase],
    }
    found["hashtags"] = list(_values(conditions, "hashtag"))
    return found | {
        name: list(_values(conditions, name)) for name in ("from", "to", "has", "is", "lang")
    }


def _values(conditions: list[Condition], name: str) -> Iterator[str]:
    return (known.value for known in conditions if known.name == name)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None
