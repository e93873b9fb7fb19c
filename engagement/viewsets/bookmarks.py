"""A person's bookmarks and the folders they are in; nobody else sees any of it."""

import re
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from accounts.models import User
from engagement.actions import bookmarks
from engagement.limits import BOOKMARKS
from engagement.models import Bookmark, BookmarkFolder
from engagement.serializers.bookmarks import (
    BookmarkAnswer,
    BookmarkBody,
    BookmarkChanges,
    BookmarkQuery,
    FolderAnswer,
    FolderBody,
)
from socialsite.lib.api.calls import Call
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.ids import KIND_BITS


class BookmarkViewSet(ApiViewSet):
    @lists(BookmarkAnswer, query=BookmarkQuery)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Bookmark]:
        """The caller's bookmarks, newest first, by folder, by a part of the note, by kinds of things."""
        return matching(request.user, query)

    @reads(BookmarkAnswer)
    def read(self, request: Call, query: dict[str, Any], target: int) -> Bookmark:
        """The caller's bookmark of a thing."""
        rows = Bookmark.objects.visible_to(request.user)
        pk = rows.filter(target_id=target).values_list("pk", flat=True).first()
        return BookmarkAnswer.find(request.user, pk)

    @writes(BookmarkAnswer, body=BookmarkBody, status=201, limit=BOOKMARKS)
    def create(self, request: Call, data: dict[str, Any]) -> int:
        """Put a thing among one's bookmarks; one that is there is changed as by PUT."""
        target_id = data.pop("target_id")
        return bookmarks.set_bookmark(actor=request.user, target_id=target_id, changes=data).pk

    @writes(BookmarkAnswer, body=BookmarkChanges, limit=BOOKMARKS)
    def set(self, request: Call, data: dict[str, Any], target: int) -> int:
        """Put a thing among one's bookmarks, or change the fields of its bookmark that are sent."""
        check = partial(check_if_match, request)
        return bookmarks.set_bookmark(
            actor=request.user, target_id=target, changes=data, check=check
        ).pk

    @writes(limit=BOOKMARKS)
    def remove(self, request: Call, data: dict[str, Any], target: int) -> None:
        """Take a thing off one's bookmarks."""
        bookmarks.remove_bookmark(actor=request.user, target_id=target)


class FolderViewSet(ApiViewSet):
    @lists(FolderAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[BookmarkFolder]:
        """The caller's folders, newest first."""
        return BookmarkFolder.objects.visible_to(request.user)

    @reads(FolderAnswer)
    def read(self, request: Call, query: dict[str, Any], folder: int) -> BookmarkFolder:
        """One folder of the caller's."""
        return FolderAnswer.find(request.user, folder)

    @writes(FolderAnswer, body=FolderBody, status=201, limit=BOOKMARKS)
    def create(self, request: Call, data: dict[str, Any]) -> int:
        """Make a folder."""
        return bookmarks.create_folder(actor=request.user, **data).pk

    @writes(FolderAnswer, body=FolderBody, limit=BOOKMARKS)
    def rename(self, request: Call, data: dict[str, Any], folder: int) -> int:
        """Give a folder another name."""
        check = partial(check_if_match, request)
        bookmarks.rename_folder(actor=request.user, folder_id=folder, check=check, **data)
        return folder

    @writes(limit=BOOKMARKS)
    def delete(self, request: Call, data: dict[str, Any], folder: int) -> None:
        """Delete a folder; the bookmarks in it stay."""
        bookmarks.delete_folder(actor=request.user, folder_id=folder)


def matching(owner: User, query: dict[str, Any]) -> QuerySet[Bookmark]:
    """Return a person's bookmarks, narrowed by what was asked; `q` is a part of the note, whatever its case. Raises NotFound."""
    rows = Bookmark.objects.visible_to(owner).for_api(owner)
    if "folder" in query:
        rows = rows.filter(folder=bookmarks.own_folder(query["folder"], owner))
    if "q" in query:
        # By pattern, because SQLite's LIKE folds the case of ASCII alone.
        rows = rows.filter(note__iregex=re.escape(query["q"]))
    if "type" in query:
        known = bookmarks.kinds_to_bookmark()
        number = F("target_id").bitand((1 << KIND_BITS) - 1)
        rows = rows.annotate(kind=number).filter(kind__in=[known[noun] for noun in query["type"]])
    return rows
