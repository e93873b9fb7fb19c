"""Who writes about what a person cares for: the tags they follow and those of their own posts.

Of a person's tags the `TAGS` rarest that are used at all are looked at, and of each its `NEWEST` newest posts: the work does not grow
with the site.
"""

from collections import defaultdict
from math import log

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import User
from engagement.models import Tag, TagFollow, Tagging
from posts.models import Post

TAGS, NEWEST, OWN_POSTS = 8, 60, 50

Tags = dict[str, float]
"""Name of a tag -> what it says of two people that both care for it"""


def authors_of_interest(viewer: User) -> dict[int, Tags]:
    """Return who wrote, for everybody to read, under tags that the viewer cares for, and which."""
    tags = _tags_of(viewer)
    found: dict[int, Tags] = defaultdict(dict)
    if not tags:
        return found
    taggings = _newest(list(tags))
    posts = Post.objects.findable().filter(pk__in={post for post, _ in taggings})
    authors = dict(posts.order_by().values_list("pk", "author_id"))
    for post, tag in taggings:
        if post in authors:
            name, weight = tags[tag]
            found[authors[post]][name] = weight
    return found


def _tags_of(viewer: User) -> dict[int, tuple[str, float]]:
    """Return the rarest of the viewer's tags, by their number: (name, weight)."""
    own = Post.objects.visible_to(viewer).filter(author=viewer.pk).order_by("-pk")
    used = {tag for tags in own.values_list("hashtags", flat=True)[:OWN_POSTS] for tag in tags}
    followed = TagFollow.objects.visible_to(viewer).values("tag")
    rows = Tag.objects.in_use().filter(Q(tag__in=used) | Q(pk__in=followed))
    rarest = rows.order_by("usage_count", "pk").values_list("pk", "tag", "usage_count")[:TAGS]
    return {pk: (name, 1 / log(2 + usage)) for pk, name, usage in rarest}


def _newest(tags: list[int]) -> list[tuple[int, int]]:
    """Return the newest posts of each tag as (post, tag)."""
    own = Tagging.objects.filter(tag=OuterRef("pk")).order_by("-target_id").values("target_id")
    floors = Tag.objects.filter(pk__in=tags).annotate(
        floor=Coalesce(Subquery(own[NEWEST - 1 : NEWEST]), 0)
    )
    # A range of the index for each tag.
    ranges = Q()
    for pk, floor in floors.values_list("pk", "floor"):
        ranges |= Q(tag=pk, target_id__gte=floor)
    rows = Tagging.objects.filter(ranges).order_by()
    return list(rows.values_list("target_id", "tag"))
