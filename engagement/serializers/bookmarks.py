"""Bookmarks and their folders, as their owner alone sees them."""

from typing import Any

from rest_framework import serializers

from accounts.models import Viewer
from accounts.serializers.fields import TextField
from engagement.actions.bookmarks import kinds_to_bookmark
from engagement.models import Bookmark, BookmarkFolder
from socialsite.lib import targets
from socialsite.lib.api.serializers import Answer, Body, IdField, TimeField, WordsField


class BookmarkChanges(Body):
    """What is not sent stays; a null takes the folder or the reminder away."""

    folder_id = IdField(required=False, allow_null=True)
    note = TextField(max_length=1000, required=False, allow_blank=True)
    remind_at = serializers.DateTimeField(required=False, allow_null=True)


class BookmarkBody(BookmarkChanges):
    target_id = IdField()


class BookmarkQuery(Body):
    """`q` is a part of the note, `type` words for the kinds of things, separated by commas."""

    folder = IdField(required=False)
    q = serializers.CharField(max_length=100, required=False)
    type = WordsField(kinds_to_bookmark, required=False)


class FolderBody(Body):
    name = TextField(max_length=60)


class FolderAnswer(Answer):
    """A folder, and how many bookmarks are in it."""

    model = BookmarkFolder

    id = IdField(read_only=True)
    name = serializers.CharField(read_only=True)
    bookmark_count = serializers.IntegerField(read_only=True)
    created_at = TimeField(read_only=True)


class FolderLabel(Answer):
    id = IdField(read_only=True)
    name = serializers.CharField(read_only=True)


class BookmarkAnswer(Answer):
    """A bookmark with the thing itself as lists show it; `object` is null once the caller may not see it any more."""

    model = Bookmark

    id = IdField(read_only=True)
    target_id = IdField(read_only=True)
    type = serializers.SerializerMethodField()
    object = serializers.DictField(read_only=True, allow_null=True)
    folder = FolderLabel(read_only=True, allow_null=True)
    note = serializers.CharField(read_only=True)
    remind_at = TimeField(read_only=True, allow_null=True)
    reminded_at = TimeField(read_only=True, allow_null=True)
    created_at = TimeField(read_only=True)

    def get_type(self, bookmark: Bookmark) -> str:
        return targets.noun_of(bookmark.target_id)

    @classmethod
    def complete(cls, things: list[Any], viewer: Viewer) -> None:
        cards = targets.cards([bookmark.target_id for bookmark in things], viewer)
        for bookmark in things:
            bookmark.object = cards.get(bookmark.target_id)

    @classmethod
    def path_of(cls, thing: Bookmark) -> str:
        return f"/api/bookmarks/{thing.target_id}"
