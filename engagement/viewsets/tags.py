"""The hashtags, the page of each, and following them."""

from typing import Any

from engagement.actions.tags import follow_tag, unfollow_tag
from engagement.limits import TAG_FOLLOWS
from engagement.models import Tag, TagFollow
from engagement.serializers.deeds import TagAnswer, TagQuery
from engagement.serializers.trends import TagPage
from engagement.tagpages import Page, page_of_tag
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import NotFound, NotSignedIn
from socialsite.lib.text.hashtags import fold_tag


def folded(written: str) -> str:
    """Return a tag of a path, with its sign or without, as it is kept. Raises NotFound for what can be none."""
    tag = fold_tag(written.removeprefix("#").removeprefix("＃"))
    if tag is None:
        raise NotFound
    return tag


class TagViewSet(ApiViewSet):
    @lists(TagAnswer, query=TagQuery, access=Access.ANYONE)
    def list(self, request: Call, query: dict[str, Any]) -> Ordered:
        """The hashtags in use, the most used first or by name; with `followed`, those that the caller follows."""
        rows = Tag.objects.in_use()
        if query["followed"]:
            if not request.user.is_authenticated:
                raise NotSignedIn("not_authenticated", "Sign in to do this.")
            mine = TagFollow.objects.visible_to(request.user)
            rows = Tag.objects.filter(pk__in=mine.values("tag"))
        if start := query.get("q"):
            # What is no tag yet may be the beginning of one: 2024 of 2024review.
            rows = rows.filter(tag__startswith=fold_tag(start) or start.lower())
        if query["order"] == "name":
            return Ordered(rows, "tag", newest_first=False)
        return Ordered(rows, ("usage_count", "id"))

    @reads(TagPage, access=Access.ANYONE)
    def read(self, request: Call, query: dict[str, Any], tag: str) -> Page:
        """A hashtag: how much it is used day by day, with which others, and whether the caller follows it."""
        return page_of_tag(folded(tag), request.user)

    @writes(TagPage, limit=TAG_FOLLOWS)
    def follow(self, request: Call, data: dict[str, Any], tag: str) -> str:
        """Follow a hashtag: its posts come into the caller's feed."""
        follow_tag(actor=request.user, tag=folded(tag))
        return folded(tag)

    @writes(TagPage, limit=TAG_FOLLOWS)
    def unfollow(self, request: Call, data: dict[str, Any], tag: str) -> str:
        """Follow a hashtag no longer."""
        unfollow_tag(actor=request.user, tag=folded(tag))
        return folded(tag)
