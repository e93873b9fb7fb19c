"""People in the index: found by name and username first, then by what they say of themselves, and in spite of a typing error."""

from collections.abc import Iterable
from time import time
from typing import Any

from django.db.models import Count, Q, QuerySet

from accounts.events import BadgeSet
from accounts.filters import Sieve
from accounts.models import User, Viewer
from accounts.serializers.people import PersonCard
from search.finding import KEPT, Hit, audible, candidates, score_of
from search.folding import folded, grams
from search.indexing import index_things
from search.matching import facet
from search.models import NameGram
from search.names import SHORTEST, distance, forgiven, name_words
from search.searchables import Asked, Card, Draft, Indexed, Search
from socialsite.lib.effects import Effect
from socialsite.lib.ids import Kind

NAMED_EXACTLY, BEGINS, HAS_NAME, SAYS = 4, 3, 2, 1
"""What stands above what: each is the whole part of a score"""
GUESSES = 60
"""So many of those with the most letters in common are compared with a word that nobody is named by"""
ENOUGH = 5
"""With fewer than so many people found, typing errors are forgiven"""


def listed_for(viewer: Viewer) -> QuerySet[User]:
    """People whom a search shows a viewer: whom they may know of, but for those who do not want to be found."""
    open_to_all = Q(search_opt_out=False)
    wanted = open_to_all if viewer.pk is None else open_to_all | Q(pk=viewer.pk)
    return User.objects.visible_to(viewer).filter(wanted)


def draft_of(user: User) -> Draft:
    """Return what a person is found by; what a private account keeps to its followers, nobody finds it by."""
    shown = () if user.private_account else (user.headline, user.bio, user.location, user.industry)
    return Draft(
        id=user.pk,
        author_id=user.pk,
        title=f"{user.username} {user.display_name}",
        body="\n".join(shown),
        facets=[facet("is", "verified")] if user.is_verified else (),
    )


def hidden_by(sieve: Sieve) -> Q:
    """Return the condition that filters take a person away; what a private account keeps to its followers is not asked."""
    shown = Q(private_account=False) & sieve.hidden(("headline", "bio"), "pk")
    return sieve.hidden("display_name", "pk") | shown


def find_people(asked: Asked) -> list[Hit]:
    """Return people: named exactly so, whose name begins so, has such a word, who say so of themselves, and whose name is nearly so."""
    if asked.query.is_empty:
        return []
    named = candidates(asked, Kind.USER, columns="title", order="weightiest")
    found = _by_name(asked, [row.id for row in named])
    hits = {
        row.id: Hit(row.id, _tier(asked, found[row.id]) + _share(row.weight))
        for row in named
        if row.id in found
    }
    if len(hits) < KEPT:
        now = time()
        for row in candidates(asked, Kind.USER):
            score = SAYS + _share(score_of(row, now))
            hits.setdefault(row.id, Hit(row.id, round(score, 6)))
    if len(hits) < ENOUGH and asked.query.is_words_alone:
        for hit in _nearly(asked):
            hits.setdefault(hit.id, hit)
    return sorted(hits.values(), key=lambda hit: (-hit.score, -hit.id))[:KEPT]


def cards(ids: list[int], viewer: Viewer) -> dict[int, Card]:
    """Return people as lists show them."""
    rows = listed_for(viewer).filter(pk__in=ids).only(*CARD)
    return {user.pk: _card(user) for user in rows}


def index_actor(effect: Effect) -> None:
    """Index the person who changed what they show."""
    index_things([effect.actor_id])


def index_badge(effect: BadgeSet) -> None:
    """Index the person who got or lost the badge."""
    index_things([effect.target_id])


CARD = (
    "id", "username", "display_name", "avatar_url", "headline", "is_verified", "private_account",
)  # fmt: skip
_card = PersonCard().to_representation
PEOPLE = Indexed(
    model=User,
    rows=lambda: User.objects.filter(deleted_at__isnull=True, is_guest=False),
    draft=draft_of,
    listed_for=listed_for,
    author="pk",
    weight="follower_count",
    hidden=hidden_by,
)
SEARCH = Search(find=find_people, cards=cards, text_of=lambda card: str(card["headline"]))


def _by_name(asked: Asked, ids: list[int]) -> dict[int, User]:
    """Return the names of people, of as many as can be paged through."""
    rows = User.objects.filter(pk__in=ids[:KEPT]).only("id", "username", "display_name")
    return {user.pk: user for user in rows}


def _tier(asked: Asked, user: User) -> int:
    wanted = " ".join(" ".join(term.tokens) for term in asked.query.terms)
    names = (folded(user.username), folded(user.display_name))
    if wanted and wanted in names:
        return NAMED_EXACTLY
    return BEGINS if wanted and any(name.startswith(wanted) for name in names) else HAS_NAME


def _share(weight: float) -> float:
    """Return a part of one that grows with a weight, to order what stands in the same tier."""
    return round(weight / (weight + 100), 6)


def _nearly(asked: Asked) -> Iterable[Hit]:
    """Yield people whose names have every word that is asked for, but for a letter or two in the longer ones."""
    tokens = [token for term in asked.query.terms for token in term.tokens]
    longest = max(tokens, key=len, default="")
    if len(longest) < SHORTEST:
        return
    for user in _with_letters_of(asked, longest):
        known = name_words(user)
        errors = [min(distance(token, word, forgiven(token)) for word in known) for token in tokens]
        if all(found <= forgiven(token) for found, token in zip(errors, tokens, strict=True)):
            share = _share(user.follower_count) / 100
            yield Hit(user.pk, round(1 / (1 + sum(errors)) + share, 6))


def _with_letters_of(asked: Asked, token: str) -> list[Any]:
    """Return those whom the viewer may find and whose names have the most letters in common with a word."""
    rows = NameGram.objects.filter(gram__in=grams(token)).values("user")
    most = rows.annotate(number=Count("pk")).order_by("-number", "-user")[:GUESSES]
    seen = audible(listed_for(asked.viewer), asked.viewer, "pk")
    found = seen.filter(pk__in=[row["user"] for row in most])
    if asked.sieve.hides:
        found = found.exclude(hidden_by(asked.sieve))
    return list(found.only("id", "username", "display_name", "follower_count"))
