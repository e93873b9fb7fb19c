"""Forgetting things for good: every row of engagement that hangs on them."""

from engagement.models import (
    Comment,
    Mention,
    Reaction,
    Revision,
    Share,
    Tagging,
    View,
)

HANGING = (Reaction, Share, View, Tagging, Mention, Revision)


def purge_targets(ids: list[int]) -> None:
    """Delete what people did to these things, and to the comments on them. Needs the caller's transaction.

    Bookmarks stay: their notes are their owners' own. The things are hidden already, so no counter of theirs is left to change; tags that they carry were counted out with that.
    """
    comments = list(Comment.objects.filter(target_id__in=ids).values_list("pk", flat=True))
    everything = [*ids, *comments]
    for model in HANGING:
        model._default_manager.filter(target_id__in=everything).delete()
    # Replies go with their parents, so the newest first.
    Comment.objects.filter(pk__in=comments).order_by("-depth").delete()
