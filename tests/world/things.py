"""What people did to each other's posts: comments of the owner below posts of the friend, bookmarks, folders, likes."""

from typing import Any

from django.utils import timezone

from accounts.actions.versions import any_version
from accounts.models import User
from engagement.actions.bookmarks import create_folder, set_bookmark
from engagement.actions.comments import create_comment, edit_comment
from engagement.actions.emoji import add_emoji
from engagement.actions.reactions import like_thing
from engagement.actions.tags import follow_tag
from engagement.models import Comment
from moderation.actions.content import hide_thing, remove_thing
from posts.actions.publish import publish_post
from posts.actions.trash import delete_post
from posts.models import Post
from tests.world.base import World, owners
from tests.world.posts import ALL, AROUND, STAFF, grounds, hold, report


def make_comments(world: World) -> None:
    """Let the owner comment on posts of the friend: who is blocked sees the post, and not the comment."""
    me = owners("public")
    both = f"friend {STAFF} {me}"
    post = post_of_friend(world, "commented", ALL)
    comment_on(world, "shown", post, AROUND)
    comment_on(world, "pending", post, both, standing=Comment.Standing.PENDING)
    comment_on(world, "turned_away", post, both, standing=Comment.Standing.TURNED_AWAY)
    kept = f"{STAFF} {me}"
    deleted = comment_on(world, "deleted", post, STAFF, deleted_at=timezone.now())
    answer(world, deleted)
    hidden = comment_on(world, "hidden", post, kept)
    hide_thing(actor=world.callers["admin"], thing=hidden, **grounds(world))
    hold(world, comment_on(world, "held", post, kept))
    removed = comment_on(world, "removed", post, kept)
    remove_thing(actor=world.callers["admin"], thing=removed, **grounds(world))
    comment_on(world, "of_suspended", post, STAFF, subject="suspended")
    make_comments_elsewhere(world, f"friend {me}")


def make_comments_elsewhere(world: World, both: str) -> None:
    """Add comments on what not everybody sees."""
    closed = post_of_friend(world, "closed", both, visibility="connections")
    comment_on(world, "connections", closed, both)
    reported = comment_on(world, "reported", closed, f"{both} {STAFF}")
    report(world, world.callers["friend"], reported)
    gone = post_of_friend(world, "gone", f"{STAFF} friend")
    comment_on(world, "of_gone", gone, STAFF)
    delete_post(actor=world.callers["friend"], post=gone)


def post_of_friend(world: World, state: str, readers: str, **fields: Any) -> Post:
    content = world.canaries.plant(f"content of a {state} post of the friend", readers)
    made = publish_post(actor=world.callers["friend"], content=content, **fields)
    world.put(f"friend:{state}", post=made.pk, target=made.pk)
    return made


def comment_on(
    world: World, state: str, post: Post, readers: str, *, subject: str = "public", **columns: Any
) -> Comment:
    """Comment on a post, with an earlier version in the history, and set what puts the comment into its state."""
    plant = world.canaries.plant
    old, new = (plant(f"{age} text of comment:{state}", readers) for age in ("old", "new"))
    author = world.subjects[subject]
    made = create_comment(actor=author, target_id=post.pk, content=old)
    edit_comment(actor=author, comment=made, content=new, check=any_version)
    Comment.objects.filter(pk=made.pk).update(**columns)
    world.put(f"comment:{state}", comment=made.pk, target=made.pk, post=post.pk)
    return Comment.objects.get(pk=made.pk)


def answer(world: World, parent: Comment) -> None:
    """Let the stranger answer a comment that is gone by now, so that it stands as a tombstone."""
    content = world.canaries.plant("answer to a comment that is gone", ALL)
    Comment.objects.create(
        target_id=parent.target_id,
        target_owner_id=parent.target_owner_id,
        author=world.callers["stranger"],
        parent=parent,
        depth=1,
        content=content,
    )
    Comment.objects.filter(pk=parent.pk).update(reply_count=1)


def make_deeds(world: World) -> None:
    """Let the owner keep bookmarks of things that are there and that are gone, in a folder, and let people like a post."""
    owner, plant, me = world.subjects["public"], world.canaries.plant, owners("public")
    folder = create_folder(actor=owner, name=plant("name of a folder", me))
    world.canaries.guard(folder.pk, "a folder", me)
    world.put("folder:own", folder=folder.pk)
    lost = post_of_friend(world, "lost", f"{STAFF} friend")
    for state in ("commented", "closed", "lost"):
        keep(world, owner, state, folder_id=folder.pk)
    delete_post(actor=world.callers["friend"], post=lost)
    liked = world.places["post:public"]["post"]
    like_thing(actor=world.callers["friend"], target_id=liked)
    add_emoji(actor=world.callers["friend"], target_id=liked, emoji="👍")
    make_tags(world)


def make_tags(world: World) -> None:
    """Say which tags paths can name; the owner follows one, which is nobody else's business."""
    follow_tag(actor=world.subjects["public"], tag="followed")
    for state, tag in {"used": "canary", "unused": "followed", "none": "2024"}.items():
        world.put(f"tag:{state}", tag=tag)
    world.put("public", tag="canary")
    world.put("missing", tag="2025")


def keep(world: World, owner: User, state: str, **changes: Any) -> None:
    note = world.canaries.plant(f"note of a bookmark of {state}", owners("public"))
    target_id = world.places[f"friend:{state}"]["target"]
    row = set_bookmark(actor=owner, target_id=target_id, changes={"note": note, **changes})
    world.put(f"bookmark:{state}", target=target_id)
    world.canaries.guard(row.pk, f"bookmark of {state}", owners("public"))
