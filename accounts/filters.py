"""What a person's filters say of rows and of texts: `filters_of(viewer, scope)` is all that lists need.

To hide is a condition of the database, so that a list neither ends early nor leaves gaps; to warn and to blur are marks in the answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypedDict

from django.db import models
from django.db.models import F, Func, Q

from accounts.models.filters import Filter, FilterTerm, in_force
from accounts.models.users import Anonymous, Viewer
from socialsite.lib.text.words import Term, compiled, pattern_of, pattern_of_domains

Kind = FilterTerm.Kind
MARKING = frozenset({Filter.Action.WARN, Filter.Action.BLUR})


class Mark(TypedDict):
    """Which filter caught a thing, and by what."""

    filter_id: str
    title: str
    action: str
    term: str


class HasAnyTag(Func):
    """Whether a JSON list of texts holds any of some: the databases have no condition for it in common."""

    output_field = models.BooleanField()
    arity = None

    def __init__(self, column: str, tags: Iterable[str]) -> None:
        super().__init__(F(column), *(models.Value(tag) for tag in sorted(tags)))

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        column, *tags = [compiler.compile(part) for part in self.get_source_expressions()]
        each = "json_each" if connection.vendor == "sqlite" else "jsonb_array_elements_text"
        rows = f"{each}({column[0]}) AS carried{'' if each == 'json_each' else '(value)'}"
        wanted = ", ".join(sql for sql, _ in tags)
        params = [*column[1], *(param for _, params in tags for param in params)]
        # The texts are the compiler's own; the tags are sent apart.
        return f"EXISTS(SELECT 1 FROM {rows} WHERE carried.value IN ({wanted}))", params  # noqa: S608


@dataclass
class Rule:
    """One filter in force, its terms sorted by kind."""

    filter_id: int
    title: str
    action: str
    terms: list[FilterTerm] = field(default_factory=list)

    @cached_property
    def words(self) -> list[Term]:
        kinds = {Kind.KEYWORD, Kind.PHRASE}
        return [(term.value, term.whole_word) for term in self.terms if term.kind in kinds]

    def values(self, kind: str) -> list[str]:
        return [term.value for term in self.terms if term.kind == kind]

    @cached_property
    def pattern(self) -> str:
        """What finds any of its words and domains in a text; empty when it has none."""
        return _pattern(self.words, self.values(Kind.DOMAIN))

    def caught_by(self, text: str, author_id: int | None, tags: Iterable[str]) -> str | None:
        """Return the first term that stands in a thing, or None."""
        if not (
            (self.pattern and compiled(self.pattern).search(text))
            or str(author_id) in self.values(Kind.USER)
            or not set(self.values(Kind.TAG)).isdisjoint(tags)
        ):
            return None
        return next(t.value for t in self.terms if _catches(t, text, author_id, tags))


@dataclass(frozen=True)
class Sieve:
    """A person's filters in force in one scope. What they wrote themselves is never caught."""

    viewer_id: int | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.rules

    @property
    def hides(self) -> bool:
        """Whether any of them takes rows away."""
        return any(rule.action == Filter.Action.HIDE for rule in self.rules)

    def hidden(self, text: str | tuple[str, ...], author: str, tags: str | None = None) -> Q:
        """Return the condition that a filter takes a row away, for `exclude`, asked of the columns that are named."""
        rules = [rule for rule in self.rules if rule.action == Filter.Action.HIDE]
        caught = Q(pk__in=[])
        words = [term for rule in rules for term in rule.words]
        if pattern := _pattern(words, _all(rules, Kind.DOMAIN)):
            for column in (text,) if isinstance(text, str) else text:
                caught |= Q(**{f"{column}__regex": pattern})
        if people := _all(rules, Kind.USER):
            caught |= Q(**{f"{author}__in": [int(pk) for pk in people]})
        if tags and (unwanted := _all(rules, Kind.TAG)):
            caught |= Q(HasAnyTag(tags, unwanted))
        return caught & ~Q(**{author: self.viewer_id})

    def marks(
        self,
        text: str | tuple[str, ...],
        author_id: int | None,
        tags: Iterable[str] = (),
        *,
        actions: Iterable[str] = MARKING,
    ) -> list[Mark]:
        """Return what filters say of a thing whose texts, author and tags are given."""
        if author_id == self.viewer_id:
            return []
        texts = text if isinstance(text, str) else "\n".join(text)
        asked = [rule for rule in self.rules if rule.action in actions]
        caught = [(rule, rule.caught_by(texts, author_id, tags)) for rule in asked]
        return [
            Mark(filter_id=str(rule.filter_id), title=rule.title, action=rule.action, term=term)
            for rule, term in caught
            if term is not None
        ]


NOTHING = Sieve()


def filters_of(viewer: Viewer, scope: str) -> Sieve:
    """Return a person's filters in force in a scope: one statement, and none for who has no filter."""
    if isinstance(viewer, Anonymous) or not viewer.filter_count:
        return NOTHING
    rows = FilterTerm.objects.filter(in_force("filter__"), filter__owner=viewer.pk)
    rules: dict[int, Rule] = {}
    for term in rows.select_related("filter").order_by("filter_id", "pk"):
        kept = term.filter
        if scope in kept.scopes:
            rule = rules.setdefault(kept.pk, Rule(kept.pk, kept.title, kept.action))
            rule.terms.append(term)
    return Sieve(viewer.pk, tuple(rules.values()))


def _pattern(words: list[Term], domains: list[str]) -> str:
    parts = [pattern_of(tuple(words))] if words else []
    parts += [pattern_of_domains(tuple(domains))] if domains else []
    return "|".join(parts)


def _all(rules: list[Rule], kind: str) -> list[str]:
    return [value for rule in rules for value in rule.values(kind)]


def _catches(term: FilterTerm, text: str, author_id: int | None, tags: Iterable[str]) -> bool:
    if term.kind == Kind.USER:
        return term.value == str(author_id)
    if term.kind == Kind.TAG:
        return term.value in tags
    if term.kind == Kind.DOMAIN:
        return bool(compiled(_pattern([], [term.value])).search(text))
    return bool(compiled(_pattern([(term.value, term.whole_word)], [])).search(text))
