"""Posts in the index."""

from typing import Any
from urllib.parse import urlsplit

from accounts.models import Viewer
from posts.events import PostEffect, PostPurged, QuoteWithdrawn
from posts.models import Post
from posts.models.posts import WRITTEN
from posts.reads import find_posts
from posts.serializers.posts import PostAnswer, whole
from search.finding import find_indexed
from search.indexing import forget_things, index_things
from search.matching import facet, language_facets
from search.searchables import Card, Draft, Indexed, Search
from socialsite.lib.ids import Kind
from socialsite.lib.text.links import find_links

VIDEOS = (".mp4", ".m4v", ".webm", ".mov", ".ogv", ".mkv", ".avi", ".m3u8")


def draft_of(post: Post) -> Draft:
    """Return what a post is found by: its text, the warning before it, its tags, and what its media show."""
    return Draft(
        id=post.pk,
        author_id=post.author_id,
        title=post.content_warning,
        body="\n".join([post.content, *(medium["alt"] for medium in post.media)]),
        tags=post.hashtags,
        facets=[
            facet("from", post.author_id),
            facet("is", post.post_type),
            *(facet("is", word) for word, holds in _states(post) if holds),
            *(facet("has", word) for word in sorted(_shown(post))),
            *language_facets(post.lang),
            *(facet("to", row["id"]) for row in post.mentions),
        ],
    )


def cards(ids: list[int], viewer: Viewer) -> dict[int, Card]:
    """Return posts as the lists show them."""
    found = find_posts(ids, viewer)
    listed: list[Any] = [post for post in found.values() if post.is_live]
    PostAnswer.complete(listed, viewer)
    return {post.pk: whole(post) for post in listed}


def index_post(effect: PostEffect) -> None:
    """Index a post that was published, edited, deleted or taken back."""
    index_things([effect.post_id])


def index_withdrawn(effect: QuoteWithdrawn) -> None:
    """Index the post that quotes no longer."""
    index_things([effect.quote_id])


def forget_post(effect: PostPurged) -> None:
    """Forget a post and the comments on it."""
    forget_things([effect.post_id])


def _states(post: Post) -> tuple[tuple[str, bool], ...]:
    return ("quote", post.quote_state == Post.QuoteState.GIVEN), ("sensitive", post.sensitive)


def _shown(post: Post) -> set[str]:
    found = {"link"} if any(find_links(post.content)) else set()
    for medium in post.media:
        path = urlsplit(medium["url"]).path.lower()
        found |= {"media", "video" if path.endswith(VIDEOS) else "image"}
    return found


def _text_of(card: Card) -> str:
    return str(card["content"])


def _marked(card: Card) -> tuple[str, int, Any]:
    texts = (card["content_warning"], card["content"])
    return "\n".join(texts), int(card["author"]["id"]), card["hashtags"]


POSTS = Indexed(
    model=Post,
    rows=lambda: Post.objects.filter(deleted_at__isnull=True, post_type__in=WRITTEN),
    draft=draft_of,
    listed_for=Post.objects.listed_for,
    author="author_id",
    weight="engagement",
    hidden=lambda sieve: sieve.hidden(("content", "content_warning"), "author_id", "hashtags"),
    likes="like_count",
)
SEARCH = Search(
    find=lambda asked: find_indexed(asked, Kind.POST),
    cards=cards,
    text_of=_text_of,
    marked=_marked,
)
