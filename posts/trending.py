"""Posts among what trends: the deeds that count for them and for their tags, and how they are shown."""

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from accounts.models import Anonymous, User, Viewer
from engagement.models import LIKE, Comment, Reaction, Share, Tagging
from engagement.trending import Source, TrendingKind, count_deeds, register
from posts.models import Post
from posts.models.posts import PostQuerySet
from posts.serializers.posts import PostAnswer

EXCERPT = 80
WEIGHTS = {"like": 1.0, "comment": 2.0, "quote": 3.0, "share": 3.0, "post": 1.0}
"""What a deed is worth: for a post to be liked, commented on, quoted or passed on, for a tag to be used"""


def register_trends() -> None:
    register(
        "posts",
        TrendingKind(
            type="post", shown_to=Post.objects.listed_for, answers=answers, names=excerpts
        ),
    )
    for deed, model, rows in (
        ("like", Reaction, likes),
        ("comment", Comment, comments),
        ("quote", Post, quotes),
        ("share", Share, shares),
    ):
        weight = WEIGHTS[deed]
        count_deeds("posts", Source(deed=deed, weight=weight, model=model, rows=rows))
    count_deeds(
        "hashtags", Source(deed="post", weight=WEIGHTS["post"], model=Post, rows=uses_of_tags)
    )


def likes(first: int) -> QuerySet[Any]:
    return _on_posts(Reaction.objects.filter(pk__gte=first, name=LIKE), "target_id", "user")


def shares(first: int) -> QuerySet[Any]:
    return _on_posts(Share.objects.filter(pk__gte=first), "target_id", "user")


def comments(first: int) -> QuerySet[Any]:
    return _on_posts(Comment.objects.counted().filter(pk__gte=first), "target_id", "author")


def quotes(first: int) -> QuerySet[Any]:
    return _on_posts(Post.objects.public().quoting().filter(pk__gte=first), "quote_of", "author")


def _on_posts(rows: QuerySet[Any], thing: str, person: str) -> QuerySet[Any]:
    """Narrow deeds to those of people who are there, on posts of others that everybody may find."""
    posts = findable_posts().filter(pk=OuterRef(thing)).exclude(author=OuterRef(person))
    # Correlated: with a join SQLite would begin with all people, however few the deeds.
    there = User.objects.visible_to(Anonymous()).at(person)
    found = rows.filter(Exists(posts), there).order_by()
    return found.annotate(thing=F(thing), person=F(person), deed=F("pk")).values_list(
        "thing", "person", "deed"
    )


def uses_of_tags(first: int) -> QuerySet[Any]:
    """Return who used which tag in a post that everybody may find; without a person where it is none."""
    author = findable_posts().filter(pk=OuterRef("target_id")).values("author")
    rows = Tagging.objects.filter(target_id__gte=first).order_by()
    return rows.annotate(
        # Not the bare column: its order would tempt SQLite to read the whole index of tags.
        thing=F("tag_id") + 0,
        person=Subquery(author),
        deed=F("target_id"),
    ).values_list("thing", "person", "deed")


def findable_posts() -> PostQuerySet:
    """Return the posts that everybody may find, of people who are there."""
    return Post.objects.findable().filter(
        author__suspended_by__isnull=True, author__deleted_at__isnull=True
    )


def answers(ids: list[int], viewer: Viewer) -> dict[int, dict[str, Any]]:
    """Return posts as lists show them to the viewer."""
    rows = list(Post.objects.listed_for(viewer).for_api(viewer).filter(pk__in=ids))
    PostAnswer.complete(rows, viewer)
    return {row.pk: PostAnswer.render(row, {"viewer": viewer}) for row in rows}


def excerpts(ids: list[int]) -> dict[int, str]:
    rows = Post.objects.filter(pk__in=ids).values_list("pk", "author__username", "content")
    return {pk: f"@{name}: {text[:EXCERPT]}" for pk, name, text in rows}
