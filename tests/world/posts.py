"""The posts of the world: one in each state, every text of it a secret for those who may read it."""

from typing import Any

from accounts.actions.versions import any_version
from accounts.models import AudienceMember, User
from engagement.actions.shares import share_thing
from engagement.models import Mention
from moderation.actions.content import hide_thing, hold_thing, remove_thing
from moderation.actions.reports import add_report, report_thing
from posts.actions.publish import edit_post, publish_post
from posts.actions.quotes import withdraw_quote
from posts.actions.trash import delete_post
from posts.models import Post
from tests.world.base import World, owners
from tests.world.people import PROFILE_READERS

STAFF = "moderator admin"
AROUND = f"anonymous stranger follower friend named {STAFF} analyst {owners()}"
"""Whom no block keeps from the owner's things"""
ALL = f"{AROUND} blocked blocker"
OPEN_TAGS = ("public", "quote", "withdrawn", "edited", "of_suspended", "of_deleted")
"""Whose tags everybody finds in the list of tags: they go on to count when their author is suspended"""


def make_posts(world: World) -> None:
    me = owners("public")
    publish(world, "public", AROUND)
    publish(world, "unlisted", AROUND)
    publish(world, "followers", f"follower {me}")
    publish(world, "connections", f"friend {me}")
    make_named_post(world, f"named {me}")
    publish(world, "private", me)
    make_taken_away(world)
    publish(world, "of_private", PROFILE_READERS["private"], subject="private")
    publish(world, "of_suspended", STAFF, subject="suspended")
    publish(world, "of_deleted", "", subject="deleted")
    make_passed_on(world)
    make_edited(world)


def publish(
    world: World, state: str, readers: str, *, subject: str = "public", **fields: Any
) -> Post:
    """Publish a post for those its state says, `public` unless it names a visibility, and guard its texts and its id."""
    visibility = state if state in Post.Visibility.values else "public"
    author = world.subjects[subject]
    made = publish_post(
        actor=author,
        **{"visibility": visibility} | secrets(world, f"post:{state}", readers) | fields,
    )
    put_post(world, state, made, readers)
    return made


def secrets(world: World, what: str, readers: str) -> dict[str, Any]:
    """Return the texts of a post, each a secret; its tag is also read where tags are listed."""

    def plant(name: str) -> str:
        return world.canaries.plant(f"{name} of {what}", readers)

    public_tag = what in {f"post:{state}" for state in OPEN_TAGS}
    tag = world.canaries.plant(f"tag of {what}", ALL if public_tag else readers)
    return {
        "content": f"{plant('content')} #{tag} @the_named",
        "content_warning": plant("content warning"),
        "media": [{"url": "https://media.example/a.png", "alt": plant("alt text")}],
    }


def put_post(world: World, state: str, post: Post, readers: str) -> None:
    world.put(f"post:{state}", post=post.pk, target=post.pk)
    world.canaries.guard(post.pk, f"id of post:{state}", readers)


def make_named_post(world: World, readers: str) -> None:
    """Publish a post for those it names; one of them was blocked since."""
    made = publish(world, "mentioned", readers)
    assert made.audience is not None
    blocked = world.callers["blocked"]
    Mention.objects.create(user=blocked, target_id=made.pk)
    AudienceMember.objects.create(audience=made.audience, member=blocked)


def make_taken_away(world: World) -> None:
    """Publish posts and take them away again: by their author, by a moderator, by the screening."""
    owner, me = world.subjects["public"], owners("public")
    kept = f"{STAFF} {me}"
    delete_post(actor=owner, post=publish(world, "deleted", kept))
    evidence = publish(world, "evidence", kept)
    report(world, world.callers["friend"], evidence)
    # Who reported a thing goes on to see its id among their reports.
    world.canaries.guard(evidence.pk, "id of post:evidence", f"friend {kept}")
    delete_post(actor=owner, post=evidence)
    delete_post(actor=owner, post=publish(world, "deleted_private", me, visibility="private"))
    hidden = publish(world, "hidden", kept)
    action = hide_thing(actor=world.callers["admin"], thing=hidden, **grounds(world))
    world.put("action:hide", action=action.pk)
    hold(world, publish(world, "held", kept))
    hold(world, publish(world, "held_followers", kept, visibility="followers"))
    # Its author reads the text as evidence in the statement of reasons, and nothing of it elsewhere.
    remove_thing(
        actor=world.callers["admin"], thing=publish(world, "removed", kept), **grounds(world)
    )
    reported = publish(world, "reported", f"friend {kept}", visibility="connections")
    report(world, world.callers["friend"], reported)


def grounds(world: World) -> dict[str, Any]:
    """Return the words of an action: a note for moderators, a statement for the owner too."""
    readers = f"{STAFF} {owners('public')}"
    return {
        "note": moderators_only(world),
        "statement": world.canaries.plant("statement of an action", readers),
    }


def moderators_only(world: World) -> str:
    return world.canaries.plant("words of moderators", STAFF)


def hold(world: World, thing: Any) -> None:
    """Hold a thing as the screening does."""
    case = add_report(thing=thing, reporter=None, reason="spam", comment=moderators_only(world))
    hold_thing(thing=thing, note=moderators_only(world), case=case)


def report(world: World, reporter: User, thing: Any) -> Any:
    """Report a thing; what the reporter wrote is for moderators and the reporter."""
    comment = world.canaries.plant("comment of a report", f"{STAFF} friend")
    return report_thing(actor=reporter, target_id=thing.pk, reason="spam", comment=comment)


def make_passed_on(world: World) -> None:
    """Let the follower share and quote the owner's posts: blocks and consent are the owner's."""
    follower, owner = world.callers["follower"], world.subjects["public"]
    public = Post.objects.get(pk=world.places["post:public"]["post"])
    for state, readers in (("share", AROUND), ("share_gone", STAFF)):
        shared = (
            public
            if state == "share"
            else publish(world, "shared_gone", f"{STAFF} {owners('public')}")
        )
        share_thing(actor=follower, target_id=shared.pk)
        put_post(world, state, Post.objects.get(author=follower, shared=shared), readers)
    delete_post(actor=owner, post=shared)
    for state in ("quote", "withdrawn"):
        quoting = secrets(world, f"post:{state}", ALL)
        made = publish_post(actor=follower, quote_of=public.pk, **quoting)
        put_post(world, state, made, ALL)
        world.put(f"post:{state}", quote=made.pk)
        world.put(f"{state}:in", post=public.pk, quote=made.pk)
    withdraw_quote(actor=owner, post=public, quote=made)


def make_edited(world: World) -> None:
    """Publish posts with an earlier version: its texts are read by whoever reads the post."""
    for state, readers in (("edited", AROUND), ("edited_private", owners("public"))):
        visibility = "private" if state == "edited_private" else "public"
        made = publish(world, state, readers, visibility=visibility)
        changes = secrets(world, f"post:{state}", readers)
        edit_post(actor=made.author, post=made, changes=changes, check=any_version)
