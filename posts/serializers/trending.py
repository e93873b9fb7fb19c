"""Posts that trend, as items of a feed."""

from typing import Any

from accounts.models import Anonymous
from posts.feeds.sources import Item, reason, reasons_for
from posts.models import Post
from posts.serializers.feeds import FeedItem


class TrendItem(FeedItem):
    """A post that trends; its reason carries the score, and of how many people it comes."""

    @classmethod
    def complete(cls, things: list[Any], viewer: Any) -> None:
        bound = {} if isinstance(viewer, Anonymous) else reasons_for(things, viewer)
        for post in things:
            post.item = Item(
                post,
                [reason("trending"), *bound.get(post.pk, [])],
                round(post.trend_score, 4),
                {"people": post.trend_people},
            )
        super().complete([post.item for post in things], viewer)

    @classmethod
    def rendered(cls, things: list[Any], context: dict[str, Any]) -> list[Any]:
        return super().rendered([post.item for post in things], context)

    def to_representation(self, instance: Post) -> dict[str, Any]:  # type: ignore[override]
        return super().to_representation(vars(instance)["item"])
