"""What comments and likes bring on the leaderboard, and a person's own figures of them."""

from typing import Any

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from accounts.models import Anonymous, User
from analytics.leaderboard import PointSource, Rows, register_source
from analytics.stats import Stat, register_stat
from engagement.models import LIKE, Comment, Reaction, Share
from engagement.models.comments import CommentQuerySet

FOR_A_COMMENT, FOR_A_LIKE = 2, 1


def register_points() -> None:
    register_source("comment", PointSource(points=FOR_A_COMMENT, rows=things_commented_on))
    register_source("comment_like", PointSource(points=FOR_A_LIKE, rows=likes_of_comments))
    register_stat("comments", Stat(lambda user: Comment.objects.counted().filter(author=user)))
    register_stat("likes_given", Stat(lambda user: likes().filter(user=user)))
    register_stat("shares", Stat(lambda user: Share.objects.filter(user=user)))
    register_stat("likes_received", Stat(likes_of_comments_by))


def likes() -> QuerySet[Reaction]:
    return Reaction.objects.filter(name=LIKE)


def things_commented_on(lowest_id: int) -> Rows:
    """Count the things a person commented on: many comments on one bring no more than the first."""
    rows = _readable_comments().filter(pk__gte=lowest_id).order_by().values_list("author")
    return rows.annotate(number=Count("target_id", distinct=True))


def likes_of_comments(lowest_id: int) -> Rows:
    return received(likes().filter(pk__gte=lowest_id), _readable_comments())


def _readable_comments() -> CommentQuerySet:
    """Return the comments that everybody may read: others must not tell by points."""
    return Comment.objects.visible_to(Anonymous()).counted()


def likes_of_comments_by(user: User) -> QuerySet[Reaction]:
    own = Comment.objects.counted().filter(author=user).order_by()
    return likes().filter(target_id__in=own.values("pk"))


def received(deeds: QuerySet[Reaction], things: QuerySet[Any]) -> Rows:
    """Count what others did with people's things, by the author of the thing."""
    author = things.filter(pk=OuterRef("target_id")).order_by().values("author")[:1]
    rows = deeds.order_by().annotate(owner=Subquery(author)).filter(owner__isnull=False)
    return rows.exclude(owner=F("user")).values_list("owner").annotate(number=Count("pk"))
