"""What may stand in a person's feed, and why: the rows behind every mode of it.

A feed is read as a member reads, also by moderators: what they see beyond that belongs into the queue of reports, not into their home.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.filters import Sieve, filters_of
from accounts.models import (
    Anonymous,
    Audience,
    AudienceMember,
    Connection,
    Follow,
    Mute,
    User,
    Viewer,
)
from accounts.reads import stand_in
from engagement.models import TagFollow, Tagging
from posts.models import Feedback, Post, PostQuerySet, visible
from socialsite.lib.content import live

Scope = Literal["all", "following", "network"]
SCOPES: tuple[Scope, ...] = ("all", "following", "network")
TEXTS = ("content", "content_warning")
NO_QUOTE = ~Q(quote_state=Post.QuoteState.GIVEN)
REASONS = ("own", "following", "connection", "tag", "suggested", "trending", "list", "newest")


@dataclass(slots=True)
class Item:
    """A post in somebody's feed, and why it stands there."""

    post: Any
    """As `posts.reads` gives it, with what the reader did"""
    sources: list[dict[str, Any]]
    score: float | None = None
    parts: dict[str, Any] | None = None
    """What the score is made of"""
    filtered: list[dict[str, Any]] = field(default_factory=list)
    """The reader's own filters that warn of it: said when its page is completed"""

    @property
    def id(self) -> int:
        found: int = self.post.pk
        return found


def as_member(viewer: Viewer) -> Viewer:
    """Return the reader as feeds are read."""
    return stand_in("member", viewer.pk) if viewer.is_moderator else viewer


def reason(name: str, tag: str | None = None) -> dict[str, Any]:
    """Return one source of an item as its answer shows it."""
    return {"name": name, "tag": tag}


def feed_rows(viewer: User, scope: Scope) -> PostQuerySet:
    """Posts that may stand in a person's home feed: theirs, and by the people and tags they follow, as far as they may read them."""
    rows = feed_rules(viewer.pk, timezone.now()).filter(came_by(viewer.pk, scope))
    return unfiltered(rows, filters_of(viewer, "feed"))


def feed_rules(viewer: Any, now: datetime) -> PostQuerySet:
    """Return the posts that a person may read, is willing to hear of and does not keep for a list of their own."""
    return Post.objects.filter(feed_rule(viewer, now))


def feed_rule(viewer: Any, now: datetime) -> Q:
    """Return the rule of `feed_rules` as a condition."""
    apart = exclusive_members(viewer).filter(member=OuterRef("author"))
    return live() & visible(stand_in("member", viewer)) & heard(viewer, now) & ~Q(Exists(apart))


def audible(rows: PostQuerySet, viewer: Viewer, scope: str) -> PostQuerySet:
    """Leave out what a person does not want to hear: muted people, what they dismissed, and what their filters hide in `scope`."""
    if isinstance(viewer, Anonymous):
        return rows
    rows = rows.filter(heard(viewer.pk, timezone.now()))
    return unfiltered(rows, filters_of(viewer, scope))


def unfiltered(rows: PostQuerySet, sieve: Sieve) -> PostQuerySet:
    """Leave out what filters hide: by a post itself, or by what it passes on or quotes."""
    if not sieve.hides:
        return rows
    itself = sieve.hidden(TEXTS, "author", "hashtags")
    inside = sieve.hidden(
        tuple(f"shared__{name}" for name in TEXTS), "shared__author", "shared__hashtags"
    )
    # A quoted post that its reader may not see is not shown, and what it says must not be found out.
    readable = Post.objects.visible_to(stand_in("member", sieve.viewer_id))
    quoted = readable.filter(sieve.hidden(TEXTS, "author", "hashtags"), pk=OuterRef("quote_of"))
    return rows.filter(~itself, Q(shared__isnull=True) | ~inside, NO_QUOTE | Q(~Exists(quoted)))


def marks_on(post: Any, sieve: Sieve) -> list[Any]:
    """Return what a person's filters say of a completed post without hiding it: of itself, or of what it shows inside."""
    inside = post.embedded.get(post.quote_of_id if post.is_quote else post.shared_id)
    marks: dict[str, Any] = {}
    for shown in filter(None, (post, inside)):
        texts = tuple(getattr(shown, name) for name in TEXTS)
        for mark in sieve.marks(texts, shown.author_id, shown.hashtags):
            marks.setdefault(mark["filter_id"], mark)
    return list(marks.values())


def exclusive_members(viewer: Any) -> QuerySet[AudienceMember]:
    """Return who is on a list that a person reads by itself: its members do not show in the home feed."""
    return AudienceMember.objects.filter(
        audience__owner=viewer, audience__exclusive=True, audience__purpose=Audience.Purpose.LIST
    )


def heard(viewer: Any, now: datetime) -> Q:
    """Return the condition that neither the author, nor whose post is passed on or quoted, is muted, and that it was not dismissed."""
    muted = Mute.objects.filter(Q(until__isnull=True) | Q(until__gt=now), muter=viewer)
    dismissed = Feedback.objects.filter(user=viewer, kind=Feedback.Kind.DISMISS)

    def unwanted(inside: str) -> Q:
        return Q(Exists(muted.filter(muted__posts=OuterRef(inside)))) | Q(
            Exists(dismissed.filter(target_id=OuterRef(inside)))
        )

    return (
        Q(~Exists(muted.filter(muted=OuterRef("author"))))
        & Q(~Exists(dismissed.filter(target_id=OuterRef("pk"))))
        & (Q(shared__isnull=True) | ~unwanted("shared"))
        & (NO_QUOTE | ~unwanted("quote_of"))
    )


def came_by(viewer: Any, scope: Scope) -> Q:
    """Return the condition that one of the sources of a scope brings a post."""
    if scope == "network":
        return connected(viewer)
    own = Q(author=viewer) | Q(follows(viewer))
    if scope == "following":
        return own
    return own | connected(viewer) | (of_strangers() & Q(Exists(followed_tags(viewer))))


def of_strangers() -> Q:
    """Return the condition that a post may be shown to people whom nothing binds to its author."""
    return Q(visibility=Post.Visibility.PUBLIC) & ~Q(post_type=Post.Type.SHARE)


def follows(viewer: Any) -> Exists:
    return Exists(Follow.objects.filter(follower=viewer, followed=OuterRef("author")))


def connected(viewer: Any) -> Q:
    accepted = Connection.objects.accepted()
    return Q(Exists(accepted.filter(low=viewer, high=OuterRef("author")))) | Q(
        Exists(accepted.filter(high=viewer, low=OuterRef("author")))
    )


def followed_tags(viewer: Any) -> QuerySet[Tagging]:
    """Return the taggings of a post by tags that a person follows."""
    mine = TagFollow.objects.filter(user=viewer).values("tag")
    return Tagging.objects.filter(target_id=OuterRef("pk"), tag__in=mine)


def with_sources(rows: QuerySet[Any], viewer: Any) -> QuerySet[Any]:
    """Put on posts what binds a person to them: SOURCES, for `sources_of`."""
    tags = followed_tags(viewer).order_by("tag_id").values("tag__tag")
    return rows.annotate(
        followed=follows(viewer),
        connected=connected(viewer),
        followed_tag=Subquery(tags[:1]),
    )


SOURCES = ("followed", "connected", "followed_tag")


def sources_of(
    *, is_own: bool, followed: bool, connected: bool, followed_tag: str | None
) -> list[dict[str, Any]]:
    """Return why a post stands in a feed, the nearest first."""
    found = [("own", is_own), ("following", followed), ("connection", connected)]
    sources = [reason(name) for name, holds in found if holds]
    return [*sources, reason("tag", followed_tag)] if followed_tag else sources


def reasons_for(posts: Iterable[Any], viewer: User) -> dict[int, list[dict[str, Any]]]:
    """Return what binds a person to each of some posts; an empty list for those of strangers."""
    authors = {post.pk: post.author_id for post in posts}
    rows = with_sources(Post.objects.filter(pk__in=authors), viewer.pk).values_list("pk", *SOURCES)
    return {
        pk: sources_of(
            is_own=authors[pk] == viewer.pk,
            followed=followed,
            connected=connected,
            followed_tag=tag,
        )
        for pk, followed, connected, tag in rows
    }


def items_of(posts: Iterable[Any], viewer: Viewer) -> list[Item]:
    """Return posts as items of a feed, with what binds its reader to them."""
    posts = list(posts)
    if isinstance(viewer, Anonymous):
        return [Item(post, []) for post in posts]
    sources = reasons_for(posts, viewer)
    return [Item(post, sources[post.pk]) for post in posts]
