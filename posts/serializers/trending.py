"""Posts that trend, as items of a feed."""

from typing import Any

from accounts.models import Anonymous
from posts.feeds.sources import Item, reason, reasons_for
from posts.models import Post
from posts.serializers.feeds import FeedItem
from posts.serializers.posts import PostAnswer


class TrendItem(FeedItem):
    """A post that trends; its reason carries the score, and of how many people it comes."""

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        PostAnswer.complete(things, viewer)
        bound = {} if isinstance(viewer, Anonymous) else reasons_for(things, viewer)
        for post in things:
            post.sources = [reason("trending"), *bound.get(post.pk, [])]

    def to_representation(self, instance: Post) -> dict[str, Any]:  # type: ignore[override]
        seen = vars(instance)
        item = Item(
            instance,
            seen["sources"],
            round(seen["trend_score"], 4),
            {"people": seen["trend_people"]},
        )
        return super().to_representation(item)
