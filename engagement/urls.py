"""The paths of what people do with each other's things, under `/api/`."""

from engagement.viewsets.bookmarks import BookmarkViewSet, FolderViewSet
from engagement.viewsets.comments import CommentViewSet, ThreadViewSet
from engagement.viewsets.deeds import LikeViewSet, ReactionViewSet, ShareViewSet
from engagement.viewsets.tags import TagViewSet
from engagement.viewsets.trends import TrendingViewSet
from socialsite.lib.api.paths import route

LIKED = (("posts/<post:target>", "post"), ("comments/<comment:target>", "comment"))
REACTED = (("posts/<post:target>", "post"),)
SHARED = (("posts/<post:target>", "post"),)
COMMENTED = (("posts/<post:target>", "post"),)
"""Where things stand that can be liked, take emoji, can be passed on, and commented: a path and a name for each kind"""

LIKE = {"post": "toggle", "put": "like", "delete": "unlike"}
EMOJI = {"get": "people", "post": "add", "delete": "remove"}
THREAD = {"get": "list", "post": "create"}
COMMENT = {"get": "read", "put": "edit", "delete": "delete"}

urlpatterns = [
    *(
        pattern
        for path, name in LIKED
        for pattern in (
            *route(f"{path}/like", LikeViewSet, LIKE, f"{name}-like"),
            *route(f"{path}/likes", LikeViewSet, {"get": "people"}, f"{name}-likes"),
        )
    ),
    *(
        pattern
        for path, name in REACTED
        for pattern in route(f"{path}/reactions", ReactionViewSet, EMOJI, f"{name}-reactions")
    ),
    *(
        pattern
        for path, name in SHARED
        for pattern in route(f"{path}/shares", ShareViewSet, {"get": "people"}, f"{name}-shares")
    ),
    *(
        pattern
        for path, name in COMMENTED
        for pattern in (
            *route(f"{path}/comments", ThreadViewSet, THREAD, f"{name}-comments"),
            *route(f"{path}/pending", ThreadViewSet, {"get": "pending"}, f"{name}-pending"),
        )
    ),
    *route("comments/<comment:comment>", CommentViewSet, COMMENT, "comment"),
    *(
        pattern
        for word, methods in {
            "replies": {"get": "replies"},
            "approve": {"post": "approve"},
            "hide": {"post": "hide"},
            "history": {"get": "history"},
            "history/<int:number>": {"delete": "remove_version"},
        }.items()
        for pattern in route(
            f"comments/<comment:comment>/{word}",
            CommentViewSet,
            methods,
            f"comment-{word.replace('/<int:number>', '-version')}",
        )
    ),
    *route("bookmarks", BookmarkViewSet, {"get": "list", "post": "create"}, "bookmarks"),
    *route(
        "bookmarks/folders", FolderViewSet, {"get": "list", "post": "create"}, "bookmark-folders"
    ),
    *route(
        "bookmarks/folders/<bookmark_folder:folder>",
        FolderViewSet,
        {"get": "read", "put": "rename", "delete": "delete"},
        "bookmark-folder",
    ),
    *route(
        "bookmarks/<target:target>",
        BookmarkViewSet,
        {"get": "read", "put": "set", "delete": "remove"},
        "bookmark",
    ),
    *route("hashtags", TagViewSet, {"get": "list"}, "hashtags"),
    *route("hashtags/<str:tag>", TagViewSet, {"get": "read"}, "hashtag"),
    *route(
        "hashtags/<str:tag>/follow",
        TagViewSet,
        {"put": "follow", "delete": "unfollow"},
        "hashtag-follow",
    ),
    *route("trending", TrendingViewSet, {"get": "by_kind"}, "trending"),
    *route("v1/analytics/trending", TrendingViewSet, {"get": "over_all"}, "analytics-trending"),
]
