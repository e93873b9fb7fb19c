"""What people read of posts."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from orjson import Fragment, loads
from rest_framework import serializers

from accounts.models import User
from accounts.serializers.people import PersonCard
from engagement.models import LIKE, names_in
from engagement.pages import first_comments
from engagement.serializers.comments import CommentAnswer
from engagement.serializers.emoji import EmojiCount, OwnEmojiCount, with_own
from posts.models import Post
from posts.reads import PostRow, find_post, find_posts, post_of
from socialsite.lib.api.cursors import DEFAULT_LIMIT, next_of
from socialsite.lib.api.renderers import dumps
from socialsite.lib.api.serializers import Answer, IdField, TimeField, rfc3339
from socialsite.lib.errors import NotFound
from socialsite.lib.tallies import Tally

MAX_ANCESTORS = 10
KEPT = 2048
"""How many posts a process keeps as JSON"""


class MediumAnswer(serializers.Serializer[Any]):
    url = serializers.CharField(read_only=True)
    alt = serializers.CharField(read_only=True)


class NamedAnswer(serializers.Serializer[Any]):
    """A person whom a text names."""

    id = IdField(read_only=True)
    username = serializers.CharField(read_only=True)


class PolicyAnswer(serializers.Serializer[Any]):
    comment = serializers.CharField(read_only=True)
    quote = serializers.CharField(read_only=True)
    mention = serializers.CharField(read_only=True)
    approve_comments = serializers.BooleanField(read_only=True)


class EmbeddedPost(Answer):
    """A post inside another, which quotes it or passes it on."""

    model = Post

    id = IdField(read_only=True)
    author = PersonCard(read_only=True)
    content = serializers.CharField(read_only=True)
    post_type = serializers.CharField(read_only=True)
    visibility = serializers.CharField(read_only=True)
    media_urls = serializers.ListField(child=serializers.CharField(), read_only=True)
    media = MediumAnswer(many=True, read_only=True)
    hashtags = serializers.ListField(child=serializers.CharField(), read_only=True)
    mentions = NamedAnswer(many=True, read_only=True)
    lang = serializers.CharField(read_only=True)
    content_warning = serializers.CharField(read_only=True)
    sensitive = serializers.BooleanField(read_only=True)
    policy = PolicyAnswer(read_only=True)
    like_count = serializers.IntegerField(read_only=True)
    comment_count = serializers.IntegerField(read_only=True)
    share_count = serializers.IntegerField(read_only=True)
    quote_count = serializers.IntegerField(read_only=True)
    view_count = serializers.IntegerField(read_only=True)
    reactions = EmojiCount(many=True, read_only=True)
    version = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True)
    edited_at = TimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: Post) -> dict[str, Any]:
        return embedded(instance)


class QuoteAnswer(serializers.Serializer[Any]):
    """What a post quotes: `post` is null when it is gone, hidden from the reader, or its author took the consent back."""

    id = IdField(read_only=True, allow_null=True)
    state = serializers.ChoiceField(choices=("given", "withdrawn", "gone"), read_only=True)
    post = EmbeddedPost(read_only=True, allow_null=True)


class PostAnswer(EmbeddedPost):
    """A post as its reader sees it; `state` is `live` but for its author and moderators."""

    quote_of = IdField(read_only=True, allow_null=True)
    quote = QuoteAnswer(read_only=True, allow_null=True)
    shared = EmbeddedPost(read_only=True, allow_null=True)
    reactions = OwnEmojiCount(many=True, read_only=True)
    liked = serializers.BooleanField(read_only=True)
    bookmarked = serializers.BooleanField(read_only=True)
    shared_by_me = serializers.BooleanField(read_only=True)
    state = serializers.ChoiceField(
        choices=("live", "hidden", "removed", "deleted"), read_only=True
    )

    @classmethod
    def fetch(cls, viewer: Any, pk: int) -> Post | None:
        return find_post(pk, viewer)

    @classmethod
    def complete(cls, things: list[Post], viewer: Any) -> None:
        """Find the posts that these quote or pass on, as far as the reader may see them: one statement, or none."""
        ids = {post.quote_of_id if post.is_quote else post.shared_id for post in things}
        found = find_posts([pk for pk in ids if pk], viewer)
        for post in things:
            post.embedded = found  # type: ignore[attr-defined]

    @classmethod
    def path_of(cls, thing: Post) -> str:
        return f"/api/posts/{thing.pk}"

    @classmethod
    def rendered(cls, things: list[Any], context: dict[str, Any]) -> list[Any]:
        return [Fragment(as_json(post)) for post in things]

    def to_representation(self, instance: Post) -> dict[str, Any]:
        return whole(instance)


class CommentsAnswer(serializers.Serializer[Any]):
    """The newest comments on a thing; `next` is the address of those after them."""

    next = serializers.CharField(read_only=True, allow_null=True)
    results = CommentAnswer(many=True, read_only=True)


class PostPage(PostAnswer):
    """A post with the first page of its comments."""

    comments = CommentsAnswer(read_only=True)

    @classmethod
    def render(cls, thing: Post, context: dict[str, Any]) -> dict[str, Any]:
        request, path = context["request"], f"/api/posts/{thing.pk}/comments"
        found = first_comments(thing.pk, context["viewer"], DEFAULT_LIMIT + 1)
        shown = found[:DEFAULT_LIMIT]
        following = next_of(request, path, shown[-1]) if len(found) > DEFAULT_LIMIT else None
        results = [_comment(comment) for comment in shown]
        return whole(thing) | {"comments": {"next": following, "results": results}}


class ThreadAnswer(Answer):
    """The conversation around a post: what it quotes, one above the other, itself, and the newest of what quotes it."""

    ancestors = PostAnswer(many=True, read_only=True)
    post = PostPage(read_only=True)
    quotes = PostAnswer(many=True, read_only=True)

    @classmethod
    def render(cls, thing: Post, context: dict[str, Any]) -> dict[str, Any]:
        viewer = context["viewer"]
        quotes = Post.objects.visible_to(viewer).quoting().filter(quote_of=thing)
        newest = list(quotes.for_api(viewer).order_by("-id")[:DEFAULT_LIMIT])
        above = ancestors_of(thing, viewer)
        PostAnswer.complete([*above, *newest], viewer)
        return {
            "ancestors": [whole(post) for post in above],
            "post": PostPage.render(thing, context),
            "quotes": [whole(post) for post in newest],
        }


def ancestors_of(post: Post, viewer: Any) -> list[Post]:
    """Return what a post quotes, what that quotes and so on, the uppermost first, as far as the viewer may follow."""
    found: list[Post] = []
    while len(found) < MAX_ANCESTORS and post.is_quote and post.quote_of_id:
        above = find_post(post.quote_of_id, viewer)
        if above is None:
            break
        found.append(above)
        post = above
    return found[::-1]


class TrashAnswer(EmbeddedPost):
    """A post in its author's trash, and until when it can be taken back."""

    deleted_at = TimeField(read_only=True)
    restorable_until = TimeField(read_only=True)

    @classmethod
    def find(cls, viewer: User, pk: Any) -> Post:
        found = Post.objects.in_trash_of(viewer).select_related("author").filter(pk=pk).first()
        if found is None:
            raise NotFound
        return found

    def to_representation(self, instance: Post) -> dict[str, Any]:
        moment = instance.deleted_at
        return embedded(instance) | {
            "deleted_at": rfc3339(moment) if moment else None,
            "restorable_until": rfc3339(instance.restorable_until),
        }


# Made once: a serializer copies all of its fields when it is made.
_card = PersonCard().to_representation
_comment = CommentAnswer().to_representation
PLAIN = (
    "content", "post_type", "visibility", "media", "hashtags", "mentions", "lang", "content_warning", "sensitive",
    "like_count", "comment_count", "share_count", "quote_count", "view_count", "version",
)  # fmt: skip


def embedded(post: Post) -> dict[str, Any]:
    """Return a post as it stands inside another."""
    return _said(post) | {"reactions": post.reaction_counts}


def _said(post: Post) -> dict[str, Any]:
    """Return what every answer says of a post; written out, because pages of posts are the hottest there are."""
    data: dict[str, Any] = {name: getattr(post, name) for name in PLAIN}
    data["id"] = str(post.pk)
    data["author"] = _card(post.author)
    data["media_urls"] = [medium["url"] for medium in post.media]
    data["policy"] = {
        "comment": post.comment_policy,
        "quote": post.quote_policy,
        "mention": post.mention_policy,
        "approve_comments": post.approve_comments,
    }
    data["created_at"] = rfc3339(post.created_at)
    data["edited_at"] = rfc3339(post.edited_at) if post.edited_at else None
    return data


def whole(post: Any) -> dict[str, Any]:
    """Return a post that was read `for_api` and completed."""
    data = _said(post)
    found = post.embedded.get(post.shared_id) if post.shared_id else None
    data["shared"] = embedded(found) if found else None
    data["quote"] = quote = _quote(post, embedded)
    data["quote_of"] = quote and quote["id"]
    data |= _done(post.reaction_counts, (post.my_reactions, post.bookmarked, post.shared_by_me))
    data["state"] = post.state
    return data


def _done(counts: Tally, flags: tuple[Any, ...]) -> dict[str, Any]:
    """Return what a reader did with a post that has these emoji; `flags` are those of a row of `posts.reads`."""
    joined, bookmarked, shared_by_me = flags
    own = names_in(joined)
    return {
        "reactions": with_own(counts, own),
        "liked": LIKE in own,
        "bookmarked": bool(bookmarked),
        "shared_by_me": bool(shared_by_me),
    }


_NOTHING_INSIDE = b',"shared":null,"quote":null,"quote_of":null,'


@lru_cache(maxsize=KEPT)
def _rendered(key: tuple[Any, ...]) -> bytes:
    """Return what every answer says of a post; kept for all that it is made of, so it is never old."""
    return dumps(_said(post_of(key)))


@lru_cache(maxsize=KEPT)
def _rendered_inside(key: tuple[Any, ...]) -> Fragment:
    return Fragment(dumps(embedded(post_of(key))))


@lru_cache(maxsize=KEPT)
def _ending(counts: str, flags: tuple[Any, ...]) -> bytes:
    """Return the end of a live post's JSON: most of a page have few emoji, and their readers did nothing with them."""
    return dumps(_done(loads(counts), flags) | {"state": "live"})[1:]


def as_json(post: Any) -> bytes:
    """Return a post that was read for a page and completed: as `whole`, most of it rendered before."""
    if not (isinstance(post, PostRow) and post.is_live):
        return dumps(whole(post))
    inside = _NOTHING_INSIDE
    if post.shared_id or post.quote_state:
        inside = _inside(post)
    return _rendered(post.key)[:-1] + inside + _ending(post.stored_counts, post.flags)


def _inside(post: PostRow) -> bytes:
    found = post.embedded.get(post.shared_id) if post.shared_id else None
    quote = _quote(post, lambda quoted: _rendered_inside(quoted.key))
    data = {"shared": _rendered_inside(found.key) if found else None, "quote": quote}
    return b"," + dumps(data | {"quote_of": quote and quote["id"]})[1:-1] + b","


def _quote(post: Any, show: Callable[[Any], Any]) -> dict[str, Any] | None:
    state = post.quote_state
    if not state:
        return None
    found = post.embedded.get(post.quote_of_id) if state == Post.QuoteState.GIVEN else None
    if state == Post.QuoteState.GIVEN and found is None:
        state = "gone"
    return {
        "id": str(post.quote_of_id) if found else None,
        "state": state,
        "post": show(found) if found else None,
    }
