"""Comments in the console."""

from typing import Any

from django.contrib import admin
from unfold.decorators import display

from accounts.models import User
from engagement.actions.comments import remove_comment_version, version_of
from engagement.admin.acts import add_content_acts
from engagement.admin.content import ContentAdmin, whole
from engagement.admin.filters import ReportedFilter, StateFilter, WrittenFilter
from engagement.admin.panels import ANY_MODERATOR, add_content_panels, comments_of
from engagement.admin.states import COLOURS_OF_COMMENTS, OF_COMMENTS
from engagement.models import Comment
from moderation.reads import judge
from socialsite.lib.admin import Panel, Table, add_panel, link, link_to_id, person
from socialsite.lib.admin.cells import NOTHING


class CommentStateFilter(StateFilter):
    states = tuple(COLOURS_OF_COMMENTS)


@admin.register(Comment)
class CommentAdmin(ContentAdmin):
    icon = "comment"
    place = 0
    untouched = OF_COMMENTS
    list_display = [
        person("author"), "excerpt", "thing", "state", "marks", "likes", "replies", "written",
    ]  # fmt: skip
    list_filter = [CommentStateFilter, ReportedFilter, ("created_at", WrittenFilter)]
    links_by = ("author", "target_id")
    fields = [
        "id", "author", "state", "all_marks", "text", "named", "thing", "answered", "likes", "replies", "version",
        "created_at", "edited_at", "deleted_at", "deleter",
    ]  # fmt: skip
    export_fields = (
        "id", "target_id", "parent_id", "author__username", "like_count", "reply_count", "created_at", "edited_at",
    )  # fmt: skip

    @display(description="on")
    def thing(self, comment: Comment) -> str:
        return link_to_id(comment.target_id)

    @display(description="in answer to")
    def answered(self, comment: Comment) -> str:
        return link_to_id(comment.parent_id)

    @display(description="replies")
    def replies(self, comment: Comment) -> int:
        return comment.reply_count

    @display(description="deleted by")
    def deleter(self, comment: Comment) -> str:
        return link_to_id(comment.deleted_by)


def context_of(comment: Comment) -> Table:
    """Return what a comment is on and what it answers, as far as moderators may read it."""
    ids = [pk for pk in (comment.target_id, comment.parent_id) if pk is not None]
    found = judge(ids, ANY_MODERATOR)
    rows = [
        [
            link_to_id(pk),
            whole(found[pk].evidence.text) if pk in found else "Not for moderators to read.",
            link(found[pk].author) if pk in found else NOTHING,
        ]
        for pk in ids
    ]
    return Table(["Thing", "Text", "Author"], rows)


def replies_to(comment: Comment) -> Table:
    return comments_of(Comment.objects.filter(parent=comment))


def _remove_version(actor: User, comment: Any, number: int) -> None:
    remove_comment_version(actor=actor, comment=comment, number=number)


add_content_acts(Comment, _remove_version)
add_panel(Comment, Panel(title="What it is on", table=context_of))
add_content_panels(Comment, version_of)
add_panel(Comment, Panel(title="Newest replies", table=replies_to))
