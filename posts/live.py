"""What changes about posts while people look: the topics `post:<id>` and `feed`, and the markers of feeds on all of a person's devices.

What is said when something happens is an id. Who is told, and what, is decided where the listeners are, after the commit: by
`visible_to` and by the rules of the feed, asked for all of them in one statement.
"""

from collections.abc import Collection
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from rest_framework import serializers

from accounts.filters import filters_of
from accounts.models import Mute, User, Viewer
from accounts.relationships import parts
from accounts.viewers import Viewers, people_of
from engagement.serializers.emoji import EmojiCount
from posts.events import MARKED
from posts.feeds.sources import came_by, feed_rules, unfiltered
from posts.models import Post
from posts.reads import find_post
from search.live import tell_new as tell_searches
from socialsite.lib.api.serializers import Answer, IdField
from socialsite.lib.errors import NotFound
from socialsite.lib.ids import MAX_ID, Kind, kind_of
from socialsite.lib.realtime import signals, streams, topics
from socialsite.lib.realtime.people import people as people_behind_sockets
from socialsite.lib.viewers import PreparedViewers

COUNTS = ("like_count", "comment_count", "share_count", "quote_count", "view_count")
UPDATE, GONE, FEED = "post_update", "post_gone", "feed_update"
PAUSE_S = 0.25
"""So often at most the figures of one post are said"""
REMEMBERED = 20_000
"""How many goodbyes a process remembers"""

Data = dict[str, Any]


class CountsAnswer(serializers.Serializer[Any]):
    like_count = serializers.IntegerField(read_only=True)
    comment_count = serializers.IntegerField(read_only=True)
    share_count = serializers.IntegerField(read_only=True)
    quote_count = serializers.IntegerField(read_only=True)
    view_count = serializers.IntegerField(read_only=True)


class UpdateAnswer(Answer):
    """How often what was done with a post, and the emoji on it; with another version it says something else, or allows something else."""

    post_id = IdField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    counts = CountsAnswer(read_only=True)
    reactions = EmojiCount(many=True, read_only=True)


class GoneAnswer(Answer):
    """A post is there no more, or not for this reader."""

    post_id = IdField(read_only=True)


class FeedAnswer(Answer):
    """A new post stands in one's home feed; it is read there."""

    post_id = IdField(read_only=True)
    author_id = IdField(read_only=True)


class MovedMarker(serializers.Serializer[Any]):
    last_read_id = IdField(read_only=True)
    version = serializers.IntegerField(read_only=True)


class MarkersMoved(Answer):
    """How far feeds were read on another device, by their names."""

    markers = serializers.DictField(child=MovedMarker(), read_only=True)


class Goodbyes:
    """Who was told here that a post is gone, and not since that it is there: what else happens to it is nothing to them.

    Without it, whoever a post was taken from would hear a word at every change of what they may not see. The oldest are forgotten first.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._said: dict[tuple[str, int], None] = {}

    def take_back(self, key: str, people: Collection[int]) -> None:
        """Note that a post is there for people."""
        for pk in people:
            self._said.pop((key, pk), None)

    def new(self, key: str, people: Collection[int]) -> set[int]:
        """Return those of the people who were not told yet that a post is gone, and note that they are now."""
        found = {pk for pk in people if (key, pk) not in self._said}
        self._said |= {(key, pk): None for pk in found}
        while len(self._said) > self.size:
            del self._said[next(iter(self._said))]
        return found


goodbyes = Goodbyes(REMEMBERED)


def register() -> None:
    streams.register_event(streams.EventType(MARKED, MarkersMoved))
    topics.register_topic(
        topics.Topic(
            prefix="post",
            check=check_post,
            events=((UPDATE, UpdateAnswer), (GONE, GoneAnswer)),
            summary="What is done with a post that one may read, and that it is gone.",
            fitting=find_watching,
            pause_s=PAUSE_S,
        )
    )
    topics.register_topic(
        topics.Topic(
            prefix="feed",
            check=check_feed,
            events=((FEED, FeedAnswer),),
            summary="A hint for each new post in one's home feed.",
            fitting=find_followers,
        )
    )


def tell_counts(post_id: int, counter: str = "") -> None:
    """Say, when the caller's transaction commits, that figures of a post have changed; views alone are not said, they are many."""
    if counter != "view_count":
        _tell(f"post:{post_id}", UPDATE, post_id)


def tell_standing(post_id: int) -> None:
    """Say, when the caller's transaction commits, that a post may be gone or back, be for others, or say something else."""
    _tell(f"post:{post_id}", UPDATE, post_id)
    _tell(f"post:{post_id}", GONE, post_id)


def tell_all_of(author_id: int, *, are_gone: bool) -> None:
    """Say, when the caller's transaction commits, that the posts of a person, and the shares of them, are gone for some, or back."""
    key, event = str(author_id), GONE if are_gone else UPDATE
    signals.tell_on_commit(
        signals.News(topic="post", event=event, data={"author_id": key}, key=key)
    )


def tell_new(post: Post) -> None:
    """Say, when the caller's transaction commits, that a post came into feeds and searches; nothing but its id."""
    _tell("feed", FEED, post.pk, author_id=post.author_id)
    if post.shared_id is None:
        tell_searches(post.pk, post.author_id)


def check_post(viewer: Viewer, key: str) -> str:
    """Return the id of a post that the viewer may read. Raises NotFound."""
    is_number = key.isascii() and key.isdigit() and len(key) <= 19
    pk = int(key) if is_number else 0
    if not (0 < pk <= MAX_ID and kind_of(pk) is Kind.POST and find_post(pk, viewer)):
        raise NotFound
    return str(pk)


def check_feed(viewer: Viewer, key: str) -> str:
    """Return the only key there is: everybody has one home. Raises NotFound."""
    if key:
        raise NotFound
    return ""


def find_watching(news: signals.News, listeners: topics.Listeners) -> topics.Fitted:
    """Return what those who watch a post are told: its figures, or that it is gone for them."""
    found: dict[tuple[str, int], Data] = {}
    for key, ids in _meant(news, listeners).items():
        seeing = _READABLE.among(ids, pk=int(key))
        goodbyes.take_back(key, seeing)
        told, data = (
            (seeing, _figures(key))
            if news.event == UPDATE
            else (goodbyes.new(key, _lost(key, set(ids) - seeing)), {"post_id": key})
        )
        found |= {(key, pk): data for pk in told} if data else {}
    return found


def find_followers(news: signals.News, listeners: topics.Listeners) -> topics.Fitted:
    """Return whose home feed a new post stands in."""
    pk, author_id = int(news.data["post_id"]), int(news.data["author_id"])
    others = [person for person in listeners.get("", ()) if person != author_id]
    people = people_of(_IN_FEED.among(others, pk=pk, now=timezone.now()))
    data = {"post_id": str(pk), "author_id": str(author_id)}
    return {("", user.pk): data for user in people.values() if _is_wanted(user, pk)}


def _meant(news: signals.News, listeners: topics.Listeners) -> topics.Listeners:
    """Return who listens to the posts that the news is about: those by a person, or that pass one of theirs on, when it names one."""
    author_id = news.data.get("author_id")
    if author_id is None:
        return listeners
    theirs = Q(author=int(author_id)) | Q(shared__author=int(author_id))
    found: dict[str, Collection[int]] = {}
    for ids in parts([int(key) for key in listeners]):
        watched = Post.objects.filter(theirs, pk__in=ids).values_list("pk", flat=True)
        found |= {str(pk): listeners[str(pk)] for pk in watched}
    return found


def _figures(key: str) -> Data | None:
    row = Post.objects.filter(pk=int(key)).values("version", "reaction_counts", *COUNTS).first()
    if row is None:
        return None
    version, reactions = row.pop("version"), row.pop("reaction_counts")
    return {"post_id": key, "version": version, "counts": row, "reactions": reactions}


def _lost(key: str, ids: set[int]) -> set[int]:
    """Return who is told that a post is gone: across a block nobody learns that anything happened."""
    author_id = Post.objects.filter(pk=int(key)).values_list("author_id", flat=True).first()
    unseen = people_behind_sockets().unseen_by(ids) if author_id and ids else {}
    return {pk for pk in ids if author_id not in unseen.get(pk, ())}


def _is_wanted(user: User, pk: int) -> bool:
    """Tell whether the filters of one who has any let a post into their feed."""
    sieve = filters_of(user, "feed")
    return not sieve.hides or unfiltered(Post.objects.filter(pk=pk), sieve).exists()


def _tell(topic: str, event: str, post_id: int, **more: int) -> None:
    data = {"post_id": str(post_id)} | {name: str(pk) for name, pk in more.items()}
    signals.tell_on_commit(signals.News(topic=topic, event=event, data=data, key=str(post_id)))


_NUMBER: Any = models.BigIntegerField()
_READABLE = Viewers(lambda viewer, pk: Post.objects.visible_to(viewer).filter(pk=pk), pk=_NUMBER)
_IN_FEED = PreparedViewers(
    lambda viewer, pk, now: (
        feed_rules(viewer, now).filter(came_by(viewer, "all"), pk=pk).order_by().values_list("pk")
    ),
    pk=_NUMBER,
    now=Mute._meta.get_field("until"),
)
