"""The routes of posts."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from accounts.models.users import Reference
from accounts.viewsets.people import seen as seen_person
from engagement.actions.shares import unshare_thing
from engagement.actions.views import note_view
from engagement.history import versions_of
from engagement.limits import SHARES
from engagement.models import Comment
from engagement.serializers.comments import CommentAnswer
from engagement.serializers.history import HistoryAnswer
from engagement.viewsets.comments import reads_all_versions
from posts.actions.publish import (
    check_not_empty,
    edit_post,
    publish_post,
    remove_post_version,
    set_policy,
    version_of,
)
from posts.actions.quotes import withdraw_quote
from posts.actions.shares import share_post
from posts.actions.trash import delete_post, purge_post, restore_post
from posts.limits import POST_DELETIONS, POST_EDITS, POSTS
from posts.models import Post
from posts.reads import find_post, page_of_all, page_of_author
from posts.serializers.bodies import (
    PolicyBody,
    PostBody,
    PostEditBody,
    PostQuery,
    ShareBody,
    UserPostsQuery,
)
from posts.serializers.posts import PostAnswer, PostPage, ThreadAnswer, TrashAnswer
from socialsite.lib import context
from socialsite.lib.api.access import Access
from socialsite.lib.api.calls import Call
from socialsite.lib.api.cursors import Ordered
from socialsite.lib.api.etags import check_if_match
from socialsite.lib.api.operations import lists, reads, writes
from socialsite.lib.api.views import ApiViewSet
from socialsite.lib.errors import NotFound

SORTS: dict[str, str | tuple[str, ...]] = {
    "date": "id",
    "popularity": ("like_count", "id"),
    "engagement": ("engagement", "id"),
}


def seen(request: Call, post: int) -> Post:
    """Return a post the caller may read. Raises NotFound."""
    found = find_post(post, request.user)
    if found is None:
        raise NotFound
    return found


class PostViewSet(ApiViewSet):
    @lists(PostAnswer, access=Access.ANYONE, query=PostQuery)
    def list(self, request: Call, query: dict[str, Any]) -> Ordered:
        """Posts of everybody, as far as the caller may read them; unlisted ones only on their author's page."""
        key, newest_first = SORTS[query.pop("sort")], query.pop("order") == "desc"
        is_plain = not query and key == "id"
        if "user" in query:
            query["author"] = seen_person(request, query.pop("user"))

        def rows() -> QuerySet[Post]:
            found = Post.objects.listed_for(request.user).matching(**query)
            return found.for_api(request.user)

        fetch = page_of_all(request.user) if is_plain else None
        return Ordered(rows, key, newest_first, fetch=fetch)

    @writes(PostAnswer, body=PostBody, status=201, limit=POSTS)
    def publish(self, request: Call, data: dict[str, Any]) -> int:
        """Publish a post."""
        return publish_post(actor=request.user, **data).pk

    @reads(PostPage, access=Access.ANYONE)
    def read(self, request: Call, query: dict[str, Any], post: int) -> Post:
        """A post with its author, counts and first comments; that the caller looked at it is counted within seconds."""
        found = PostPage.find(request.user, post)
        note_view(
            target_id=found.pk,
            owner_id=found.author_id,
            viewer=request.user,
            address=context.address.get(),
            program=request.META.get("HTTP_USER_AGENT", ""),
        )
        return found

    @reads(ThreadAnswer, access=Access.ANYONE)
    def thread(self, request: Call, query: dict[str, Any], post: int) -> Post:
        """The conversation around a post."""
        return PostPage.find(request.user, post)

    @writes(PostAnswer, body=PostEditBody, limit=POST_EDITS)
    def edit(self, request: Call, data: dict[str, Any], post: int) -> int:
        """Change what is sent of one's own post; the text it had goes into its history."""
        check = partial(check_if_match, request)
        found = seen(request, post)
        return edit_post(actor=request.user, post=found, changes=data, check=check).pk

    @writes(limit=POST_DELETIONS)
    def delete(self, request: Call, data: dict[str, Any], post: int) -> None:
        """Put one's own post into the trash, from where it can be taken back for thirty days."""
        delete_post(actor=request.user, post=seen(request, post))

    @writes(PostAnswer, body=PolicyBody, limit=POST_EDITS)
    def set_policy(self, request: Call, data: dict[str, Any], post: int) -> int:
        """Say who may comment on one's own post, quote it, and call others to it."""
        check = partial(check_if_match, request)
        found = seen(request, post)
        return set_policy(actor=request.user, post=found, policy=data, check=check).pk

    @lists(PostAnswer, access=Access.ANYONE, query=UserPostsQuery, also=CommentAnswer)
    def of_user(self, request: Call, query: dict[str, Any], user: Reference) -> Ordered:
        """A person's posts, as far as the caller may read them, newest first; their comments with `type=reply`."""
        person, wanted = seen_person(request, user), query.get("type")
        if wanted == "reply":
            written = Comment.objects.visible_to(request.user).counted().filter(author=person)
            return Ordered(written.for_api(request.user), answer=CommentAnswer)

        def rows() -> QuerySet[Post]:
            found = Post.objects.visible_to(request.user).filter(author=person)
            return found.on_page(wanted).for_api(request.user)

        fetch = None if wanted else page_of_author(person.pk, request.user)
        return Ordered(rows, fetch=fetch)


class HistoryViewSet(ApiViewSet):
    @reads(HistoryAnswer, access=Access.ANYONE)
    def read(self, request: Call, query: dict[str, Any], post: int) -> dict[str, Any]:
        """The versions of a post, newest first, and what each changed."""
        found = seen(request, post)
        now, reads_all = version_of(found), reads_all_versions(request, found)
        return HistoryAnswer.of(found.pk, versions_of(found.pk, now, reads_all=reads_all))

    @writes()
    def remove(self, request: Call, data: dict[str, Any], post: int, number: int) -> None:
        """Take the text of an earlier version out of a post's history; for its author and moderators."""
        remove_post_version(actor=request.user, post=seen(request, post), number=number)


class ShareViewSet(ApiViewSet):
    @writes(PostAnswer, body=ShareBody, status=201, limit=SHARES)
    def share(self, request: Call, data: dict[str, Any], post: int) -> int:
        """Pass a post on as it is; with a text, quote it. Sharing twice changes nothing."""
        found = seen(request, post)
        if data:
            check_not_empty(data.get("content", ""), data.get("media"), None)
            return publish_post(actor=request.user, quote_of=found.pk, **data).pk
        return share_post(actor=request.user, post=found).pk

    @writes(limit=SHARES)
    def unshare(self, request: Call, data: dict[str, Any], post: int) -> None:
        """Take one's share of a post back; twice changes nothing."""
        unshare_thing(actor=request.user, target_id=seen(request, post).pk)

    @lists(PostAnswer, access=Access.ANYONE)
    def quotes(self, request: Call, query: dict[str, Any], post: int) -> QuerySet[Post]:
        """The posts that quote one, newest first."""
        rows = Post.objects.visible_to(request.user).quoting()
        return rows.filter(quote_of=seen(request, post)).for_api(request.user)

    @writes(PostAnswer)
    def withdraw(self, request: Call, data: dict[str, Any], post: int, quote: int) -> int:
        """Take back the consent to a quote of one's own post: it shows nothing of it any more."""
        found = seen(request, post)
        return withdraw_quote(actor=request.user, post=found, quote=seen(request, quote)).pk


class TrashViewSet(ApiViewSet):
    @lists(TrashAnswer)
    def list(self, request: Call, query: dict[str, Any]) -> QuerySet[Post]:
        """What the caller deleted in the last thirty days."""
        return Post.objects.in_trash_of(request.user).select_related("author")

    @writes(PostAnswer)
    def restore(self, request: Call, data: dict[str, Any], post: int) -> int:
        """Take a post back, with everything people did to it."""
        found = TrashAnswer.find(request.user, post)
        return restore_post(actor=request.user, post=found).pk

    @writes()
    def purge(self, request: Call, data: dict[str, Any], post: int) -> None:
        """Forget a post of one's trash for good."""
        purge_post(actor=request.user, post=TrashAnswer.find(request.user, post))
