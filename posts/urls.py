"""The paths of posts, under `/api/`."""

from posts.viewsets.discovery import DiscoveryViewSet
from posts.viewsets.feeds import FeedHealthViewSet, FeedViewSet
from posts.viewsets.lists import ListFeedViewSet
from posts.viewsets.markers import MarkerViewSet
from posts.viewsets.posts import HistoryViewSet, PostViewSet, ShareViewSet, TrashViewSet
from posts.viewsets.preferences import FeedbackViewSet, PreferencesViewSet
from posts.viewsets.trending import TrendingFeedViewSet
from socialsite.lib.api.paths import route

urlpatterns = [
    *route("posts", PostViewSet, {"get": "list", "post": "publish"}, "posts"),
    *route(
        "posts/<post:post>",
        PostViewSet,
        {"get": "read", "put": "edit", "delete": "delete"},
        "post",
    ),
    *route("posts/<post:post>/thread", PostViewSet, {"get": "thread"}, "post-thread"),
    *route("posts/<post:post>/history", HistoryViewSet, {"get": "read"}, "post-history"),
    *route(
        "posts/<post:post>/history/<int:number>",
        HistoryViewSet,
        {"delete": "remove"},
        "post-version",
    ),
    *route("posts/<post:post>/policy", PostViewSet, {"put": "set_policy"}, "post-policy"),
    *route(
        "posts/<post:post>/share",
        ShareViewSet,
        {"post": "share", "delete": "unshare"},
        "post-share",
    ),
    *route("posts/<post:post>/quotes", ShareViewSet, {"get": "quotes"}, "post-quotes"),
    *route(
        "posts/<post:post>/quotes/<post:quote>",
        ShareViewSet,
        {"delete": "withdraw"},
        "post-quote",
    ),
    *route("users/<user:user>/posts", PostViewSet, {"get": "of_user"}, "user-posts"),
    *route("feed", FeedViewSet, {"get": "home"}, "feed"),
    *route("v1/feed", FeedViewSet, {"get": "home"}, "feed-planner"),
    *route("v1/feed/global", FeedViewSet, {"get": "everybody"}, "feed-global"),
    *route("v1/feed/health", FeedHealthViewSet, {"get": "read"}, "feed-health"),
    *route("v1/feed/refresh", DiscoveryViewSet, {"post": "refresh"}, "feed-refresh"),
    *route("v1/feed/discovery", DiscoveryViewSet, {"get": "discover"}, "feed-discovery"),
    *route("recommendations/posts", DiscoveryViewSet, {"get": "recommend"}, "recommended-posts"),
    *route(
        "feed/preferences", PreferencesViewSet, {"get": "read", "put": "change"}, "feed-preferences"
    ),
    *route("feed/feedback", FeedbackViewSet, {"post": "give"}, "feed-feedback"),
    *route(
        "feed/feedback/<post:post>", FeedbackViewSet, {"delete": "take_back"}, "feed-feedback-item"
    ),
    *route("lists/<audience:list>/feed", ListFeedViewSet, {"get": "read"}, "list-feed"),
    *route("markers", MarkerViewSet, {"get": "read", "post": "move"}, "markers"),
    *route("me/trash", TrashViewSet, {"get": "list"}, "trash"),
    *route("me/trash/<post:post>", TrashViewSet, {"delete": "purge"}, "trash-item"),
    *route("me/trash/<post:post>/restore", TrashViewSet, {"post": "restore"}, "trash-restore"),
    *route("v1/feed/trending", TrendingFeedViewSet, {"get": "list"}, "feed-trending"),
]
