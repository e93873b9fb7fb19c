"""What posts bring on the leaderboard, and a person's own figures of them."""

from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from analytics.leaderboard import PointSource, Rows, register_source
from analytics.stats import Stat, register_stat
from engagement.models import Reaction, View
from engagement.points import FOR_A_LIKE, likes, received
from posts.models import Post

FOR_A_POST = 5


def register_points() -> None:
    register_source("post", PointSource(points=FOR_A_POST, rows=posts_written))
    register_source("post_like", PointSource(points=FOR_A_LIKE, rows=likes_of_posts))
    register_stat("posts", Stat(_posts_of))
    register_stat("likes_received", Stat(_likes_received, total=_all_likes))
    register_stat("views_received", Stat(_views_received, "viewed_at", total=_all_views))


def posts_written(lowest_id: int) -> Rows:
    """Count the posts that everybody may find."""
    rows = Post.objects.findable().filter(pk__gte=lowest_id).order_by().values_list("author")
    return rows.annotate(number=Count("pk"))


def likes_of_posts(lowest_id: int) -> Rows:
    return received(likes().filter(pk__gte=lowest_id), Post.objects.findable())


def _posts_of(user: User) -> QuerySet[Post]:
    return Post.objects.counted().filter(author=user).order_by()


def _likes_received(user: User) -> QuerySet[Reaction]:
    return likes().filter(target_id__in=_posts_of(user).values("pk"))


def _views_received(user: User) -> QuerySet[View]:
    return View.objects.filter(target_id__in=_posts_of(user).values("pk"))


def _all_likes(user: User) -> int:
    return _posts_of(user).aggregate(number=Sum("like_count"))["number"] or 0


def _all_views(user: User) -> int:
    return _posts_of(user).aggregate(number=Sum("view_count"))["number"] or 0
