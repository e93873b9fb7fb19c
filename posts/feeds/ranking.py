"""The order of the ranked feed: one sum of a few parts, each a pure function and each told to the reader.

    score = sum over the parts of (weight of the part × value of the part)

| part | value | weight |
|---|---|---|
| recency | 1 when new, half as much after each 24 hours | 4 |
| engagement | ln(1 + likes, comments, shares and quotes) / ln(1 + 100): 1 at a hundred, 2 at ten thousand | 1 |
| affinity | what one did with the author's posts, see DEEDS, half as much after each 30 days: a / (a + 5) | 2 |
| following | 1 for people one follows or is connected to, and for oneself | 1.5 |
| interest | the tag one cares for most: 1 when followed, t / (t + 3) by the posts with it one liked or passed on | 1 |
| priority | what one set for the author, from -1 to 1 | 2 |
| feedback | more or less like this, for the author and the tags: n / (1 + abs n) | 1.5 |
| quiet | only when catching up: 1 / posts of the author since | 3 |

Weights are a person's to change, from 0 to 10. Parts are whole thousandths of a point, so that they add up to the score exactly.
Equal scores: more engagement first, then the newer.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log1p
from typing import NamedTuple

WEIGHTS = {
    "recency": 4.0,
    "engagement": 1.0,
    "affinity": 2.0,
    "following": 1.5,
    "interest": 1.0,
    "priority": 2.0,
    "feedback": 1.5,
    "quiet": 3.0,
}
PARTS = tuple(WEIGHTS)
IMPERSONAL = ("recency", "engagement")
"""What counts in `mode=popular`"""
MAX_WEIGHT = 10.0
UNIT = 1000
"""Points are counted in thousandths"""

DAY_S = 86_400.0
HALF_LIFE_S = DAY_S
DEED_HALF_LIFE_S = 30 * DAY_S
MUCH_ENGAGEMENT = 100
HALF_AFFINITY = 5.0
HALF_INTEREST = 3.0
TAG_SHARE = 0.5
"""How much of what was said of a post is said of each of its tags; all of it of its author"""
DEEDS = {"like": 1.0, "bookmark": 2.0, "follow": 2.0, "comment": 3.0, "share": 3.0, "quote": 4.0}
"""What each deed weighs in affinity"""
STANCE = {"more": 1.0, "less": -1.0, "dismiss": -1.0}


class Candidate(NamedTuple):
    """A post that may stand in a feed, with what its score needs."""

    pk: int
    author_id: int
    made_at: float
    """Seconds since 1970"""
    engagement: int
    tags: Sequence[str]
    is_followed: bool


@dataclass(frozen=True)
class Signals:
    """What a person's own deeds and wishes say of authors and tags; from 0 to 1, or -1 to 1 where they can speak against."""

    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    affinity: dict[int, float] = field(default_factory=dict)
    interests: dict[str, float] = field(default_factory=dict)
    priority: dict[int, float] = field(default_factory=dict)
    author_feedback: dict[int, float] = field(default_factory=dict)
    """The sum of what was said, not yet between -1 and 1"""
    tag_feedback: dict[str, float] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether the person said of anything that they want more or less like it."""
        return bool(self.author_feedback or self.tag_feedback)


class Scored(NamedTuple):
    candidate: Candidate
    score: int
    parts: tuple[int, ...]
    """In the order of PARTS"""


def decay(age_s: float, half_life_s: float) -> float:
    """Return 1 at age 0, half as much after each half-life; what is from the future counts as new."""
    return float(0.5 ** (max(age_s, 0.0) / half_life_s))


def recency(made_at: float, now: float) -> float:
    return decay(now - made_at, HALF_LIFE_S)


def engagement(count: int) -> float:
    """Return how much people did with a post; each further deed adds less."""
    return log1p(count) / log1p(MUCH_ENGAGEMENT)


def deed_weight(deed: str, age_s: float) -> float:
    return DEEDS[deed] * decay(age_s, DEED_HALF_LIFE_S)


def saturated(amount: float, half: float) -> float:
    """Return an amount as a share of 1, which it never reaches: `half` gives one half."""
    return amount / (amount + half)


def affinity(amount: float) -> float:
    return saturated(amount, HALF_AFFINITY)


def inferred_interest(amount: float) -> float:
    return saturated(amount, HALF_INTEREST)


def interest(tags: Iterable[str], interests: dict[str, float]) -> float:
    return max((interests.get(tag, 0.0) for tag in tags), default=0.0)


def feedback(author_id: int, tags: Iterable[str], signals: Signals) -> float:
    said = signals.author_feedback.get(author_id, 0.0)
    said += sum(signals.tag_feedback.get(tag, 0.0) for tag in tags)
    return said / (1.0 + abs(said))


def quiet(posts_since: int) -> float:
    """Return how quiet an author was since the last visit: 1 for a single post."""
    return 1.0 / posts_since if posts_since else 0.0


def parts_of(
    candidate: Candidate, signals: Signals, now: float, posts_since: int = 0
) -> tuple[int, ...]:
    """Return the parts of a post's score in thousandths of a point, in the order of PARTS."""
    author, tags = candidate.author_id, candidate.tags
    values = (
        recency(candidate.made_at, now),
        engagement(candidate.engagement),
        signals.affinity.get(author, 0.0),
        1.0 if candidate.is_followed else 0.0,
        interest(tags, signals.interests) if tags else 0.0,
        signals.priority.get(author, 0.0),
        feedback(author, tags, signals) if signals.is_told else 0.0,
        quiet(posts_since),
    )
    weights = signals.weights.values()
    return tuple([round(UNIT * w * v) if v else 0 for w, v in zip(weights, values, strict=True)])


def rank(
    candidates: Iterable[Candidate], signals: Signals, now: float, *, catching_up: bool = False
) -> list[Scored]:
    """Return candidates with their scores, the highest first."""
    candidates = list(candidates)
    since = Counter(known.author_id for known in candidates) if catching_up else Counter()
    scored = []
    for known in candidates:
        parts = parts_of(known, signals, now, since[known.author_id])
        scored.append(Scored(known, sum(parts), parts))
    scored.sort(key=lambda it: (it.score, it.candidate.engagement, it.candidate.pk), reverse=True)
    return scored


def in_points(thousandths: int) -> float:
    return thousandths / UNIT


def complete_weights(changed: dict[str, float]) -> dict[str, float]:
    """Return a weight for each part, in the order of PARTS: the person's own, else the default."""
    return {name: changed.get(name, default) for name, default in WEIGHTS.items()}


IMPERSONAL_SIGNALS = Signals({n: w if n in IMPERSONAL else 0.0 for n, w in WEIGHTS.items()})
