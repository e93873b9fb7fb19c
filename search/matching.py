"""A query as an expression of the index: its words among the texts, its operators among the facets."""

from collections.abc import Iterable, Iterator

from search.backends.base import Atom, Expression
from search.parsing import Condition, Parsed, Term
from search.searchables import Asked
from socialsite.lib.ids import Kind

LETTERS = {"from": "a", "to": "m", "hashtag": "t", "lang": "l", "has": "h", "is": "i", "kind": "k"}
"""The first letter of an operator's facets"""
ANY_OF = frozenset({"from", "to", "lang"})
"""Operators that are met by one of several values; of others all have to be"""
NOBODY = 0


def facet(name: str, value: str | int) -> str:
    """Return the word of the index that stands for an operator with a value."""
    return f"{LETTERS[name]}{value}".replace("-", "_")


def language_facets(lang: str) -> list[str]:
    """Return the facets of a language: pt-BR is also found by pt."""
    code = lang.lower()
    return list(dict.fromkeys(facet("lang", part) for part in (code.split("-")[0], code) if part))


def expression_of(asked: Asked, kind: Kind, *, columns: str = "texts") -> Expression:
    """Return what a document of a kind has to hold."""
    query = asked.query
    found = Expression(
        all_of=[_either(term, columns) for term in query.terms],
        none_of=[_atom(term, columns) for term in query.without_terms],
    )
    found.all_of += _operators(query, asked.people)
    found.none_of += [_facet(known, asked.people) for known in query.without_conditions]
    if not found.all_of:
        found.all_of = [[Atom((facet("kind", int(kind)),), "facets")]]
    return found


def _either(term: Term, columns: str) -> list[Atom]:
    """Return the word itself and what it is the beginning of: the first counts for more. Of names a single letter is a beginning."""
    whole = Atom(term.tokens, columns)
    if not (term.is_prefix or (columns == "title" and not term.is_phrase)):
        return [whole]
    return [whole, Atom(term.tokens, columns, is_prefix=True)]


def _atom(term: Term, columns: str) -> Atom:
    return Atom(term.tokens, columns, is_prefix=term.is_prefix)


def _operators(query: Parsed, people: dict[str, int]) -> Iterator[list[Atom]]:
    for name in LETTERS:
        known = [condition for condition in query.conditions if condition.name == name]
        if known and name in ANY_OF:
            yield [_facet(condition, people) for condition in known]
        else:
            yield from ([_facet(condition, people)] for condition in known)


def _facet(condition: Condition, people: dict[str, int]) -> Atom:
    value: str | int = condition.value
    if condition.name in {"from", "to"}:
        value = people.get(condition.value, NOBODY)
    return Atom((facet(condition.name, value),), "facets")


def named_people(query: Parsed) -> set[str]:
    """Return the names of people in a query."""
    conditions: Iterable[Condition] = (*query.conditions, *query.without_conditions)
    return {known.value for known in conditions if known.name in {"from", "to"}}
