"""Searches that go on: who listens to `search:<query>` is told of each new thing that fits it.

What fits whom is decided where the listeners are, by the rules of the search itself, restricted to the one thing: in one statement who
may be shown it, and one more for each query that it may fit by its words.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from typing import Any

from django.db.models import BigIntegerField
from rest_framework import serializers

from accounts.filters import filters_of
from accounts.models import User
from accounts.viewers import Viewers, people_of
from search.asking import asked_for
from search.finding import audible, candidates
from search.matching import facet, named_people
from search.models import Document
from search.parsing import Parsed, Term, parse
from search.searchables import KINDS, SEARCHES
from socialsite.lib import targets
from socialsite.lib.api.serializers import Answer
from socialsite.lib.errors import Invalid
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.realtime import signals, topics

TOPIC, EVENT = "search", "search_match"
TYPES = {Kind.POST: "posts"}
"""The kinds that are told of, and their words for `type`"""
MOST = 20
"""So many searches one person may listen to: each that its words do not rule out costs a statement for every new post"""
LONGEST = 290
"""Letters of a query: the name of a topic has 300"""
PLAIN = ("hashtag", "has", "is")
"""Operators all of whose facets a document has to hold"""


class MatchAnswer(Answer):
    """Something new that fits a query one listens to; `object` is as in the lists of other things, with what one's filters say of it."""

    query = serializers.CharField(read_only=True)
    object = serializers.DictField(read_only=True)


def register() -> None:
    topics.register_topic(
        topics.Topic(
            prefix=TOPIC,
            check=check_query,
            events=((EVENT, MatchAnswer),),
            most=MOST,
            summary="New posts that fit a query, as `GET /api/search` understands it; at most 290 characters.",
            fitting=find_listeners,
        )
    )


def tell_new(thing_id: int, author_id: int) -> None:
    """Say, when the caller's transaction commits, that there is something new to be found."""
    signals.tell_on_commit(
        signals.News(
            topic=TOPIC,
            event=EVENT,
            data={"id": str(thing_id)},
            person_id=author_id,
            key=str(thing_id),
        )
    )


def check_query(viewer: Any, key: str) -> str:
    """Return a query as it is listened to. Raises Invalid for one that asks for nothing, or is too long."""
    folded = " ".join(key.split())
    if len(folded) > LONGEST:
        raise Invalid("max_length", f"Ask in at most {LONGEST} characters.", "topics")
    if _parsed(folded).is_empty:
        raise Invalid("blank", "Say what to look for.", "topics")
    return folded


def find_listeners(news: signals.News, listeners: topics.Listeners) -> topics.Fitted:
    """Return what those are told whose query the new thing fits, and who may be shown it."""
    thing_id = int(news.data["id"])
    kind = kind_of(thing_id)
    if kind not in TYPES:
        return {}
    asking = {key: ids for key, ids in listeners.items() if ids}
    fitting = _may_fit(thing_id, asking)
    everybody = {pk for key in fitting for pk in asking[key]}
    people = people_of(_shown_to(kind).among(everybody, pk=thing_id)) if everybody else {}
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for key in fitting:
        there = [people[pk] for pk in asking[key] if pk in people]
        fits = list(_whom_it_fits(key, there, thing_id, kind))
        found |= {(key, pk): data for pk, data in _said(key, fits, thing_id, kind)}
    return found


def _may_fit(thing_id: int, queries: Collection[str]) -> list[str]:
    """Return the queries whose words a thing has: what a look at its words rules out needs no statement."""
    row = Document.objects.filter(pk=thing_id).values_list("title", "tags", "body", "facets")
    document = row.first()
    if document is None:
        return []
    words, facets = sorted(set(" ".join(document[:3]).split())), set(document[3].split())
    return [key for key in queries if _has_words(_parsed(key), words, facets)]


def _has_words(query: Parsed, words: list[str], facets: set[str]) -> bool:
    """Tell whether a document has all single words and plain operators of a query, and none that it must not have."""
    wanted = {facet(c.name, c.value) for c in query.conditions if c.name in PLAIN}
    unwanted = {facet(c.name, c.value) for c in query.without_conditions if c.name in PLAIN}
    if not wanted <= facets or not unwanted.isdisjoint(facets):
        return False
    single = [term for term in query.without_terms if len(term.tokens) == 1]
    return all(_has_term(term, words) for term in query.terms) and not any(
        _has_term(term, words) for term in single
    )


def _has_term(term: Term, words: list[str]) -> bool:
    *whole, last = term.tokens
    return all(_has(words, token) for token in whole) and _has(
        words, last, is_prefix=term.is_prefix
    )


def _has(words: list[str], token: str, *, is_prefix: bool = False) -> bool:
    place = bisect_left(words, token)
    if place == len(words):
        return False
    return words[place] == token or (is_prefix and words[place].startswith(token))


def _whom_it_fits(key: str, people: list[User], thing_id: int, kind: Kind) -> Iterator[User]:
    """Yield those for whom a thing they may be shown fits a query."""
    is_alike = not named_people(_parsed(key))
    alike = [user for user in people if is_alike and not user.filter_count]
    # The same for all who have no filters and name nobody: asked for one of them.
    if alike and _fits(key, alike[0], thing_id, kind):
        yield from alike
    for user in people:
        if not (is_alike and not user.filter_count) and _fits(key, user, thing_id, kind):
            yield user


def _fits(key: str, user: User, thing_id: int, kind: Kind) -> bool:
    return bool(candidates(asked_for(user, key), kind, only=thing_id))


def _said(
    key: str, people: list[User], thing_id: int, kind: Kind
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield what each is told: the same for all but those whose filters say something of it."""
    cards = targets.cards([thing_id], people[0]) if people else {}
    if thing_id not in cards:
        return
    card, marked = cards[thing_id], SEARCHES[TYPES[kind]].marked
    shared = {"query": key, "object": card | {"filtered": []}}
    for user in people:
        sieve = filters_of(user, "search")
        marks = sieve.marks(*marked(card)) if marked and not sieve.is_empty else []
        data = {"query": key, "object": card | {"filtered": marks}} if marks else shared
        yield user.pk, data


@cache
def _shown_to(kind: Kind) -> Viewers:
    """Return the rule of whom a search may show a thing of a kind, and who mutes its author."""
    indexed = KINDS[kind]

    def rule(viewer: Any, pk: Any) -> Any:
        return audible(indexed.listed_for(viewer), viewer, indexed.author).filter(pk=pk)

    return Viewers(rule, pk=BigIntegerField())


@lru_cache(16_384)
def _parsed(query: str) -> Parsed:
    return parse(query)
