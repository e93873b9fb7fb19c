"""Comments in the index, and hashtags by how they begin."""

from typing import Any

from django.db.models import Q

from accounts.models import Viewer
from engagement.events import CommentEffect
from engagement.models import Comment, Tag
from engagement.serializers.comments import CommentAnswer
from engagement.serializers.deeds import TagAnswer
from moderation.events import ActionTaken
from search.finding import KEPT, Hit, find_indexed
from search.folding import folded
from search.indexing import index_things
from search.matching import facet
from search.searchables import Asked, Card, Draft, Indexed, Search
from socialsite.lib.ids import Kind, kind_of
from socialsite.lib.text.hashtags import fold_tag
from socialsite.lib.text.links import find_links


def draft_of_comment(comment: Comment) -> Draft:
    """Return what a comment is found by; it is to whom it names and to whose thing it stands on."""
    facets = [facet("from", comment.author_id), facet("is", "reply")]
    people = {str(comment.target_owner_id), *(row["id"] for row in comment.mentions)}
    facets += [facet("to", pk) for pk in sorted(people)]
    facets += [facet("has", "link")] if any(find_links(comment.content)) else []
    return Draft(
        id=comment.pk,
        author_id=comment.author_id,
        container_id=comment.target_id,
        body=comment.content,
        facets=facets,
    )


def comments_listed_for(viewer: Viewer) -> Any:
    """Comments that a search shows a viewer: those that others see, too."""
    return Comment.objects.visible_to(viewer).counted()


def cards_of_comments(ids: list[int], viewer: Viewer) -> dict[int, Card]:
    """Return comments as the lists show them."""
    rows = list(comments_listed_for(viewer).for_api(viewer).filter(pk__in=ids))
    CommentAnswer.complete(rows, viewer)
    return {row.pk: _comment(row) for row in rows}


def index_comment(effect: CommentEffect) -> None:
    """Index a comment that was written, changed, let through, turned away or deleted."""
    index_things([effect.comment_id])


def index_held(effect: ActionTaken) -> None:
    """Index a comment that is held from the start, of which nothing else is told."""
    if kind_of(effect.target_id) is Kind.COMMENT:
        index_things([effect.target_id])


def find_tags(asked: Asked) -> list[Hit]:
    """Return the tags in use that begin as one of the words does, the most used first."""
    query = asked.query
    starts = {fold_tag(term.text) or folded(term.text) for term in query.terms}
    starts |= set(query.values("hashtag"))
    only_tags = {known.name for known in query.conditions} <= {"hashtag"}
    if not starts - {""} or query.has_bounds or not only_tags:
        return []
    begins = Q()
    for start in starts - {""}:
        begins |= Q(tag__startswith=start)
    found = Tag.objects.in_use().filter(begins).order_by("-usage_count", "-pk")
    rows = found.values_list("pk", "tag", "usage_count")[:KEPT]
    hits = [Hit(pk, count + (tag in starts) / 2) for pk, tag, count in rows]
    return sorted(hits, key=lambda hit: (hit.score % 1 == 0, -hit.score, -hit.id))


def cards_of_tags(ids: list[int], viewer: Viewer) -> dict[int, Card]:
    return {tag.pk: _tag(tag) for tag in Tag.objects.in_use().filter(pk__in=ids)}


_comment, _tag = CommentAnswer().to_representation, TagAnswer().to_representation
COMMENTS = Indexed(
    model=Comment,
    rows=lambda: Comment.objects.filter(deleted_at__isnull=True),
    draft=draft_of_comment,
    listed_for=comments_listed_for,
    author="author_id",
    weight="like_count",
    hidden=lambda sieve: sieve.hidden("content", "author_id"),
    likes="like_count",
)
COMMENT_SEARCH = Search(
    find=lambda asked: find_indexed(asked, Kind.COMMENT),
    cards=cards_of_comments,
    text_of=lambda card: str(card["content"]),
    marked=lambda card: (card["content"], int(card["author"]["id"]), ()),
)
TAG_SEARCH = Search(find=find_tags, cards=cards_of_tags)
