"""The paths of what people do with each other's things, under `/api/`."""

from engagement.viewsets.bookmarks import BookmarkViewSet, FolderViewSet
from engagement.viewsets.deeds import LikeViewSet, ShareViewSet, TagViewSet
from socialsite.lib.api.paths import route

LIKED = (("posts/<post:target>", "post"), ("comments/<comment:target>", "comment"))
SHARED = (("posts/<post:target>", "post"),)
"""Where things stand that can be liked, and passed on: a path and a name for each kind"""

LIKE = {"post": "toggle", "put": "like", "delete": "unlike"}

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
        for path, name in SHARED
        for pattern in route(f"{path}/shares", ShareViewSet, {"get": "people"}, f"{name}-shares")
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
]
