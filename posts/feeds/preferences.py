"""What a person's own deeds and wishes say of authors and tags: the signals of the ranking."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Follow, User
from engagement.models import LIKE, Bookmark, Comment, Reaction, Share, TagFollow
from posts.feeds.kept import remembered
from posts.feeds.ranking import (
    STANCE,
    TAG_SHARE,
    Signals,
    affinity,
    complete_weights,
    deed_weight,
    inferred_interest,
)
from posts.models import AuthorPriority, Feedback, FeedPreferences, Post
from posts.models.feeds import MAX_PRIORITY
from socialsite.lib.content import live
from socialsite.lib.ids import time_of
from socialsite.lib.prepared import PreparedRead

MAX_DEEDS = 150
"""How many of a person's newest deeds of a kind are looked at"""
MAX_WISHES = 1000
TELLS_OF_TAGS = frozenset({"like", "bookmark", "share", "quote"})

_user: Any = User._meta.get_field("id")

DEEDS: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "like": lambda person: (
        Reaction.objects.filter(user=person, name=LIKE)
        .order_by("-target_id")
        .values_list("target_id", "pk")
    ),
    "bookmark": lambda person: (
        Bookmark.objects.filter(owner=person).order_by("-pk").values_list("target_id", "pk")
    ),
    "share": lambda person: (
        Share.objects.filter(user=person).order_by("-target_id").values_list("target_id", "pk")
    ),
    "comment": lambda person: (
        Comment.objects.filter(live(), author=person).order_by("-pk").values_list("target_id", "pk")
    ),
    "quote": lambda person: (
        Post.objects.filter(live(), author=person, quote_state=Post.QuoteState.GIVEN)
        .order_by("-pk")
        .values_list("quote_of", "pk")
    ),
    "follow": lambda person: (
        Follow.objects.filter(follower=person).order_by("-pk").values_list("followed", "pk")
    ),
}
"""A person's deeds as (what or whom they did it to, the id that carries when)"""
WISHES: dict[str, Callable[[Any], QuerySet[Any]]] = {
    "feedback": lambda person: (
        Feedback.objects.filter(user=person).order_by("-pk").values_list("target_id", "kind")
    ),
    "priority": lambda person: AuthorPriority.objects.filter(user=person).values_list(
        "author", "priority"
    ),
    "tag": lambda person: (
        TagFollow.objects.filter(user=person).order_by("-pk").values_list("tag__tag")
    ),
    "weights": lambda person: FeedPreferences.objects.filter(user=person).values_list("weights"),
}


def signals_of(person: User, now: float) -> Signals:
    """Return what a person's own deeds and wishes say; some minutes old at most, and never older than their last deed."""
    seconds = settings.FEED_SIGNALS_SECONDS
    return remembered(person.pk, "signals", seconds, lambda: read_signals(person.pk, now))


def read_signals(person_id: int, now: float) -> Signals:
    """Read the signals from a person's newest deeds: a statement for each kind of deed and wish, and one for what they were done to."""
    deeds = {name: _read(name, person_id) for name in DEEDS}
    feedback = _read("feedback", person_id)
    things = {pk for name, rows in deeds.items() if name != "follow" for pk, _ in rows}
    # Not by `visible_to`: nothing of these is shown, and that they are gone does not undo what was liked in them.
    about = _About.of(things | {pk for pk, _ in feedback})
    gathered = _Gathered()
    for name, rows in deeds.items():
        for thing, deed_id in rows:
            gathered.add(name, thing, deed_weight(name, now - time_of(deed_id).timestamp()), about)
    for thing, kind in feedback:
        gathered.say(thing, STANCE[kind], about)
    gathered.authors.pop(person_id, None)
    interests = {tag: inferred_interest(amount) for tag, amount in gathered.tags.items()}
    followed = {tag: 1.0 for (tag,) in _read("tag", person_id)}
    [weights] = [row[0] for row in _read("weights", person_id)] or [{}]
    return Signals(
        weights=complete_weights(weights),
        affinity={author: affinity(amount) for author, amount in gathered.authors.items()},
        interests=interests | followed,
        priority={who: level / MAX_PRIORITY for who, level in _read("priority", person_id)},
        author_feedback=dict(gathered.author_feedback),
        tag_feedback=dict(gathered.tag_feedback),
    )


@dataclass
class _About:
    """Whose a post is, and its tags, by its id."""

    authors: dict[int, int]
    tags: dict[int, list[str]]

    @classmethod
    def of(cls, posts: Iterable[int]) -> "_About":
        rows = list(Post.objects.filter(pk__in=posts).values_list("pk", "author_id", "hashtags"))
        return cls({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


@dataclass
class _Gathered:
    authors: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    tags: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    author_feedback: dict[int, float] = field(default_factory=lambda: defaultdict(float))
    tag_feedback: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, deed: str, thing: int, weight: float, about: _About) -> None:
        author = thing if deed == "follow" else about.authors.get(thing)
        if author is not None:
            self.authors[author] += weight
        if deed in TELLS_OF_TAGS:
            for tag in about.tags.get(thing, ()):
                self.tags[tag] += weight

    def say(self, thing: int, stance: float, about: _About) -> None:
        if thing in about.authors:
            self.author_feedback[about.authors[thing]] += stance
        for tag in about.tags.get(thing, ()):
            self.tag_feedback[tag] += stance * TAG_SHARE


def _read(name: str, person_id: int) -> list[tuple[Any, ...]]:
    return _prepared(name).rows(person=person_id)


@cache
def _prepared(name: str) -> PreparedRead:
    build, number = (DEEDS[name], MAX_DEEDS) if name in DEEDS else (WISHES[name], MAX_WISHES)
    return PreparedRead(lambda person: build(person)[:number], person=_user)
