"""A defect for each invariant of what people write, and of what others do with it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from accounts.testing import Cast
from chat.actions.messages import send_message
from chat.actions.rooms import create_room, direct_room
from chat.models import Membership, Message, Pin, Room
from engagement.actions.bookmarks import create_folder
from engagement.actions.comments import create_comment
from engagement.models import BookmarkFolder, Comment, Tag, Trend
from moderation.models import Case, Report
from posts.actions.publish import publish_post
from posts.models import Post
from search.models import Document
from socialsite.lib.models import StreamEvent

Defect = Callable[[Cast], None]


def post_of(cast: Cast) -> Post:
    return publish_post(actor=cast.alice, content="Words with a #tag.")


def comment_of(cast: Cast) -> Comment:
    return create_comment(actor=cast.bob, target_id=post_of(cast).pk, content="Well said.")


def case_of(cast: Cast, **columns: Any) -> Case:
    return Case.objects.create(target_id=post_of(cast).pk, reason="spam", **columns)


def folder_of(cast: Cast) -> BookmarkFolder:
    return create_folder(actor=cast.alice, name="Later")


def room_of(cast: Cast) -> Room:
    return create_room(actor=cast.alice, name="Lounge")


def miscount(make: Callable[[Cast], models.Model], **columns: Any) -> Defect:
    """Return a defect that makes a thing and writes a wrong number on it."""

    def plant(cast: Cast) -> None:
        thing = make(cast)
        type(thing)._default_manager.filter(pk=thing.pk).update(**columns)

    return plant


def invent_posts(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(post_count=9)


def invent_uses(cast: Cast) -> None:
    post_of(cast)
    Tag.objects.update(usage_count=9)


def answer_on_another_thing(cast: Cast) -> None:
    target_id = post_of(cast).pk
    parent = create_comment(actor=cast.bob, target_id=target_id, content="One.")
    write = partial(create_comment, actor=cast.bob, target_id=target_id, parent_id=parent.pk)
    Comment.objects.filter(pk=write(content="Two.").pk).update(target_id=post_of(cast).pk)


def forget_a_tag(cast: Cast) -> None:
    Post.objects.filter(pk=post_of(cast).pk).update(hashtags=[])


def share_a_share(cast: Cast) -> None:
    share: Any = Post.Type.SHARE
    first = Post.objects.create(author=cast.bob, shared=post_of(cast), post_type=share)
    Post.objects.create(author=cast.carol, shared=first, post_type=share)


def hide_without_cause(cast: Cast) -> None:
    Post.objects.filter(pk=post_of(cast).pk).update(hidden_by=cast.moderator.pk)


def leave_a_report_open(cast: Cast) -> None:
    case = case_of(cast, closed_at=timezone.now(), closed_by=cast.moderator, report_count=1)
    Report.objects.create(
        case=case, reporter=cast.bob, target_id=case.target_id, reason=case.reason
    )


def invent_filters(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(filter_count=4)


def leave_a_gap_in_ranks(cast: Cast) -> None:
    Trend.objects.create(
        range="1h", kind="posts", object_id=post_of(cast).pk, rank=2, score=1, people=1,
        made_at=timezone.now(),
    )  # fmt: skip


def say_something_else(cast: Cast) -> None:
    Document.objects.filter(pk=post_of(cast).pk).update(body="other words")


def take_the_owner_away(cast: Cast) -> None:
    Membership.objects.filter(room=room_of(cast)).update(role="member")


def lose_an_event(cast: Cast) -> None:
    StreamEvent.objects.filter(stream=cast.alice.pk, seq=1).delete()


def message_of(cast: Cast) -> Message:
    sent = send_message(actor=cast.alice, room_id=room_of(cast).pk, content="Good morning.")
    return Message.objects.get(pk=sent.id)


def change_room(**columns: Any) -> Defect:
    """Return a defect that makes a room and writes wrong columns on it."""

    def plant(cast: Cast) -> None:
        Room.objects.filter(pk=room_of(cast).pk).update(**columns)

    return plant


def silence_the_owner(cast: Cast) -> None:
    Membership.objects.filter(room=room_of(cast)).update(silenced_until=timezone.now())


def pin_elsewhere(cast: Cast) -> None:
    other = create_room(actor=cast.bob, name="Salon")
    Pin.objects.create(message=message_of(cast), room=other, user=cast.bob)


def change_message(**columns: Any) -> Defect:
    """Return a defect that says something and writes wrong columns on it."""

    def plant(cast: Cast) -> None:
        Message.objects.filter(pk=message_of(cast).pk).update(**columns)

    return plant


def read_what_is_to_come(cast: Cast) -> None:
    Membership.objects.filter(room=room_of(cast)).update(read_seq=99, delivered_seq=99)


@transaction.atomic
def listen_in_on_two(cast: Cast) -> None:
    Membership.objects.create(room=direct_room(cast.alice, cast.bob), user=cast.carol)


CONTENT: dict[str, Defect] = {
    "accounts.user.filter_count": invent_filters,
    "accounts.user.post_count": invent_posts,
    "chat.direct": listen_in_on_two,
    "chat.marks": read_what_is_to_come,
    "chat.mentions": change_message(mentions=[{"id": "1", "username": "nobody"}]),
    "chat.messages": change_message(seq=77),
    "chat.names": change_room(folded="salon"),
    "chat.owners": take_the_owner_away,
    "chat.pins": pin_elsewhere,
    "chat.reactions": change_message(reaction_counts=[{"emoji": "👍", "count": 1}]),
    "chat.roles": silence_the_owner,
    "chat.room.member_count": miscount(room_of, member_count=3),
    "engagement.bookmarkfolder.bookmark_count": miscount(folder_of, bookmark_count=3),
    "engagement.comment.like_count": miscount(comment_of, like_count=3),
    "engagement.comment.reply_count": miscount(comment_of, reply_count=3),
    "engagement.tag.usage_count": invent_uses,
    "engagement.threads": answer_on_another_thing,
    "engagement.trends": leave_a_gap_in_ranks,
    "moderation.case.report_count": miscount(case_of, report_count=3),
    "moderation.cases": leave_a_report_open,
    "moderation.causes": hide_without_cause,
    "posts.post.comment_count": miscount(post_of, comment_count=3),
    "posts.post.like_count": miscount(post_of, like_count=3),
    "posts.post.quote_count": miscount(post_of, quote_count=3),
    "posts.post.reaction_counts": miscount(post_of, reaction_counts=[{"emoji": "🎉", "count": 1}]),
    "posts.post.share_count": miscount(post_of, share_count=3),
    "posts.shares": share_a_share,
    "posts.tags": forget_a_tag,
    "realtime.streams": lose_an_event,
    "search.documents": say_something_else,
}
