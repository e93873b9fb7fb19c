"""The list of posts and the page of a post."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter, TextFilter
from unfold.decorators import display

from accounts.models import User
from engagement.admin.acts import add_content_acts
from engagement.admin.content import ContentAdmin, excerpt_of, links_out, tally_of
from engagement.admin.filters import ReportedFilter, StateFilter, WrittenFilter
from posts.actions.publish import remove_post_version
from posts.admin.feeds import FeedExplainer
from posts.models import Post
from socialsite.lib.admin import link_to_id, person
from socialsite.lib.admin.cells import NOTHING
from socialsite.lib.text.hashtags import fold_tag


class LanguageFilter(TextFilter):
    title = "language"
    parameter_name = "lang"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        return queryset.filter(lang=self.value()) if self.value() else queryset


class HashtagFilter(TextFilter):
    title = "hashtag"
    parameter_name = "hashtag"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Post]) -> QuerySet[Post]:
        if not self.value():
            return queryset
        rows: Any = queryset
        # What is no tag is on no post.
        return rows.tagged(fold_tag((self.value() or "").strip().removeprefix("#")) or "")


@admin.register(Post)
class PostAdmin(FeedExplainer, ContentAdmin):
    icon = "article"
    place = 0
    list_display = [
        person("author"), "excerpt", "post_type", "visibility", "state", "marks", "likes", "emoji", "comments", "shares", "written",
    ]  # fmt: skip
    list_filter = [
        StateFilter,
        ReportedFilter,
        ("post_type", ChoicesDropdownFilter),
        ("visibility", ChoicesDropdownFilter),
        LanguageFilter,
        HashtagFilter,
        ("created_at", WrittenFilter),
    ]
    export_fields = (
        "id", "author__username", "post_type", "visibility", "lang", "like_count", "comment_count", "share_count",
        "quote_count", "view_count", "created_at", "edited_at",
    )  # fmt: skip
    fieldsets = [
        (
            "Post",
            {
                "classes": ["tab"],
                "fields": [
                    "id", "author", "state", "all_marks", "post_type", "visibility", "content_warning", "text", "shown",
                    "tags", "named", "quoted", "passes_on",
                ],
            },
        ),
        (
            "Policy",
            {
                "classes": ["tab"],
                "fields": ["comment_policy", "quote_policy", "mention_policy", "approve_comments"],
            },
        ),
        (
            "Counters",
            {
                "classes": ["tab"],
                "fields": ["likes", "emoji", "comments", "shares", "quote_count", "view_count"],
            },
        ),
        (
            "Record",
            {
                "classes": ["tab"],
                "fields": [
                    "lang", "sensitive", "created_at", "edited_at", "deleted_at", "version",
                ],
            },
        ),
    ]  # fmt: skip

    @display(description="text")
    def excerpt(self, post: Post) -> str:
        return excerpt_of(summary_of(post))

    @display(description="media")
    def shown(self, post: Post) -> str:
        return links_out(post.media)

    @display(description="hashtags")
    def tags(self, post: Post) -> str:
        return " ".join(f"#{tag}" for tag in post.hashtags) or NOTHING

    @display(description="quotes")
    def quoted(self, post: Post) -> str:
        if post.quote_state == Post.QuoteState.NONE:
            return NOTHING
        is_withdrawn = post.quote_state == Post.QuoteState.WITHDRAWN
        return "consent withdrawn" if is_withdrawn else link_to_id(post.quote_of_id)

    @display(description="shares")
    def passes_on(self, post: Post) -> str:
        return link_to_id(post.shared_id)

    @display(description="reactions")
    def emoji(self, post: Post) -> str:
        return tally_of(post.reaction_counts)

    @display(ordering="comment_count")
    def comments(self, post: Post) -> int:
        return post.comment_count

    @display(ordering="share_count")
    def shares(self, post: Post) -> int:
        return post.share_count


def summary_of(post: Post) -> str:
    """Return what a line of a list says of a post: its warning, its text, and how much it shows."""
    warned = f"[{post.content_warning}]" if post.content_warning else ""
    media = f"({len(post.media)} media)" if post.media else ""
    passed_on = f"passes on post {post.shared_id}" if post.shared_id else ""
    return " ".join(part for part in (warned, post.content, media, passed_on) if part)


def _remove_version(actor: User, post: Any, number: int) -> None:
    remove_post_version(actor=actor, post=post, number=number)


add_content_acts(Post, _remove_version)
