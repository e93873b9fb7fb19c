"""Keeping a post out of what trends, on its own page."""

from engagement.admin.trends import add_trend_acts
from posts.models import Post

add_trend_acts(Post, lambda _post: "posts", lambda post: int(post.pk))
