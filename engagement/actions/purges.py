"""Forgetting things for good: every row of engagement that hangs on them."""

from django.db.models import Count, F

from engagement.models import (
    Bookmark,
    BookmarkFolder,
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

    The things are hidden already, so no counter of theirs is left to change; tags that they carry were counted out with that.
    """
    comments = list(Comment.objects.filter(target_id__in=ids).values_list("pk", flat=True))
    everything = [*ids, *comments]
    for model in HANGING:
        model._default_manager.filter(target_id__in=everything).delete()
    _drop_bookmarks(everything)
    # Replies go with their parents, so the newest first.
    Comment.objects.filter(pk__in=comments).order_by("-depth").delete()


def _drop_bookmarks(ids: list[int]) -> None:
    rows = Bookmark.objects.filter(target_id__in=ids)
    per_folder = rows.exclude(folder=None).order_by().values_list("folder").annotate(Count("pk"))
    for folder, number in list(per_folder):
        BookmarkFolder.objects.filter(pk=folder).update(
            bookmark_count=F("bookmark_count") - number
        )
    rows.delete()
