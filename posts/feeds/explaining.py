"""Why a post stands in a person's feed, or does not: each condition, what brings it, and the parts of its score."""

import time
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.models import Block, User
from accounts.reads import stand_in
from posts.feeds.candidates import Source, candidate_of, sources_of_stranger, strangers
from posts.feeds.preferences import read_signals
from posts.feeds.ranked import is_off
from posts.feeds.ranking import PARTS, UNIT, parts_of
from posts.feeds.sources import audible, exclusive_members, feed_rows, reasons_for
from posts.models import Post, PostQuerySet

WISHES = ("priority", "feedback")
"""Parts that are told as one: what the person set for single authors and posts is their own business"""


@dataclass(frozen=True)
class Condition:
    """Something that has to hold for a post to stand in a person's feed."""

    text: str
    holds: bool


@dataclass(frozen=True)
class Part:
    name: str
    points: float


@dataclass(frozen=True)
class Explanation:
    conditions: list[Condition]
    sources: tuple[Source, ...]
    parts: list[Part]
    is_in_feed: bool
    """Among the posts of the home feed"""
    is_suggested: bool
    """Not there, but among those from which suggestions are chosen"""

    @property
    def score(self) -> float:
        return round(sum(part.points for part in self.parts), 3)

    @property
    def verdict(self) -> str:
        if self.is_in_feed:
            return "It stands in the feed."
        if self.is_suggested:
            return "It is none of the feed's own; it may be suggested there."
        return "It does not stand in the feed."


def explain(person: User, post: Post) -> Explanation:
    """Return why a post stands in a person's home feed, or does not; the rules are those of the feed, asked one by one."""
    signals = read_signals(person.pk, time.time())
    bound = tuple((one["name"], one["tag"]) for one in reasons_for([post], person)[post.pk])
    is_in_feed = feed_rows(person, "all").filter(pk=post.pk).exists()
    is_suggested = not is_in_feed and not is_off(person)
    is_suggested = is_suggested and strangers(person).filter(pk=post.pk).exists()
    known = candidate_of(post, is_followed=any(name != "tag" for name, _ in bound))
    return Explanation(
        conditions=[*_conditions(person, post), _brought(bound, is_suggested=is_suggested)],
        sources=bound or (sources_of_stranger(known, signals) if is_suggested else ()),
        parts=_parts(parts_of(known, signals, time.time())),
        is_in_feed=is_in_feed,
        is_suggested=is_suggested,
    )


def _parts(thousandths: tuple[int, ...]) -> list[Part]:
    points = dict(zip(PARTS, thousandths, strict=True))
    points["own wishes"] = sum(points.pop(name) for name in WISHES)
    del points["quiet"]
    return [Part(name, value / UNIT) for name, value in points.items()]


def _conditions(person: User, post: Post) -> list[Condition]:
    author, itself = post.author, Post.objects.filter(pk=post.pk)
    pair = Q(blocker=person, blocked=author) | Q(blocker=author, blocked=person)
    passed_on = post.shared_id is None or _reads(person, post.shared_id)
    return [
        Condition("The post is there: neither deleted, nor hidden, nor removed", post.is_live),
        Condition("Its author is there: neither suspended nor deleted", author.is_active),
        Condition("No block lies between the two", not Block.objects.filter(pair).exists()),
        Condition("Its visibility lets the person read it", itself.meant_for(person).exists()),
        Condition("What it passes on can be read, if it does", passed_on),
        Condition(
            "The person keeps it away by no mute, dismissal, filter or list of their own",
            _is_wanted(person, itself),
        ),
    ]


def _is_wanted(person: User, itself: PostQuerySet) -> bool:
    """Tell whether none of the person's own choices keeps a post away; which of them does is theirs to know."""
    apart = exclusive_members(person.pk).filter(member=OuterRef("author"))
    return audible(itself, person, "feed").filter(~Exists(apart)).exists()


def _brought(bound: tuple[Source, ...], *, is_suggested: bool) -> Condition:
    text = "Something brings it: its author is followed, connected or the person, a tag is followed, or it may be suggested"
    return Condition(text, bool(bound) or is_suggested)


def _reads(person: User, pk: int) -> bool:
    return Post.objects.visible_to(stand_in("member", person.pk)).filter(pk=pk).exists()
