"""The built-in rules that score a text for spam. Each one that matches has a score from 0 for harmless to 1 for certain spam.

| rule | matches | score |
|---|---|---|
| repeated_text | the same text, case, spaces and signs apart, by the same author within 24 hours: n more times (a text shorter than 20 letters is worth nothing before the tenth) | 1 - 0.6^n |
| link_flood | more links than 3 and one for each 250 characters: n too many | 0.2 n, at most 0.9 |
| mention_flood | more than 5 people named: n too many | 0.1 n, at most 0.9 |
| new_account_burst | more than 10 texts in ten minutes by an account of less than a day: n too many | 0.2 n, at most 0.8 |
| keyword | a phrase of the administrators' list, as whole words | as the list says |
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from moderation.models import Keyword, Screening
from socialsite.lib.ids import first_id_at, time_of

SIGNS = re.compile(r"[\W_]+")
REPEAT_WINDOW, BURST_WINDOW, NEW_ACCOUNT = (
    timedelta(hours=24),
    timedelta(minutes=10),
    timedelta(hours=24),
)
SHORT, SHORT_REPEATS = 20, 9
FREE_LINKS, CHARACTERS_PER_LINK, FREE_MENTIONS, FREE_TEXTS = 3, 250, 5, 10


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A text to be judged; `mentions` and `links` are how many it has."""

    author: User
    target_id: int
    text: str
    mentions: int
    links: int


@dataclass(frozen=True)
class Match:
    """A rule that matched, and how much it says."""

    rule: str
    score: float


def score(draft: Draft) -> list[Match]:
    """Return the rules that match a text: the scorer unless the setting SPAM_SCORER names another."""
    found = [_repeated(draft), _links(draft), _mentions(draft), _burst(draft), *_keywords(draft)]
    return [match for match in found if match.score > 0]


def fold_words(text: str) -> str:
    """Return a text in one case, with single spaces for all that is no letter or digit."""
    return SIGNS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def digest_of(text: str) -> str:
    """Return what texts share that differ only in case, spaces and signs."""
    folded = fold_words(text).replace(" ", "")
    return hashlib.blake2b(folded.encode(), digest_size=16).hexdigest()


def _repeated(draft: Draft) -> Match:
    letters = len(fold_words(draft.text).replace(" ", ""))
    others = _others_since(draft, REPEAT_WINDOW).filter(digest=digest_of(draft.text))
    # A text of signs alone, such as a heart, repeats nothing.
    times = others.values("target_id").distinct().count() if letters else 0
    if letters < SHORT:
        times = max(0, times - SHORT_REPEATS)
    return Match("repeated_text", 1 - 0.6**times)


def _links(draft: Draft) -> Match:
    excess = draft.links - FREE_LINKS - len(draft.text) // CHARACTERS_PER_LINK
    return Match("link_flood", min(0.9, 0.2 * max(0, excess)))


def _mentions(draft: Draft) -> Match:
    return Match("mention_flood", min(0.9, 0.1 * max(0, draft.mentions - FREE_MENTIONS)))


def _burst(draft: Draft) -> Match:
    if timezone.now() - time_of(draft.author.pk) > NEW_ACCOUNT:
        return Match("new_account_burst", 0)
    others = _others_since(draft, BURST_WINDOW).values("target_id").distinct().count()
    return Match("new_account_burst", min(0.8, 0.2 * max(0, others + 1 - FREE_TEXTS)))


def _keywords(draft: Draft) -> Iterator[Match]:
    words = f" {fold_words(draft.text)} "
    for phrase, score in Keyword.objects.order_by("pk").values_list("phrase", "score"):
        if f" {phrase} " in words:
            yield Match(f"keyword: {phrase}", score)


def _others_since(draft: Draft, window: timedelta) -> QuerySet[Screening]:
    """Return what was said of the author's other texts lately: an edit repeats nothing."""
    since = first_id_at(timezone.now() - window)
    rows = Screening.objects.filter(author=draft.author, pk__gte=since)
    return rows.exclude(target_id=draft.target_id)
