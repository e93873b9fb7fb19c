"""The owner's rooms, one in each state: `friend` is in all of them, `named` moderates the public one and is invited to the private one,
`follower` is banned."""

from typing import Any

from accounts.actions.versions import any_version
from chat.actions.joining import join_room
from chat.actions.members import add_members, ban_member, set_role
from chat.actions.rooms import create_room, delete_room, direct_room, edit_room
from chat.models import Room
from moderation.actions.content import hide_thing, remove_thing
from socialsite.lib.ids import Kind, mint
from tests.world.base import World, owners
from tests.world.posts import STAFF, grounds, report

EVERYBODY = (
    "stranger blocked blocker follower friend named moderator admin analyst anonymous " + owners()
)


def make_rooms(world: World) -> None:
    owner, callers, me = world.subjects["public"], world.callers, owners("public")
    public = make_room(world, "public", EVERYBODY)
    join_room(actor=callers["named"], room=public)
    set_role(actor=owner, room=public, user=callers["named"], role="moderator")
    ban_member(actor=owner, room=public, user=callers["follower"])
    private = make_room(world, "private", f"friend named {me}", kind=Room.Kind.PRIVATE)
    add_members(actor=owner, room=private, people=[callers["named"]])
    reported = make_room(world, "reported", f"friend {STAFF} {me}", kind=Room.Kind.GROUP)
    report(world, callers["friend"], reported)
    archived = make_room(world, "archived", EVERYBODY)
    edit_room(actor=owner, room=archived, changes={"archived": True}, check=any_version)
    hidden = make_room(world, "hidden", f"{STAFF} {me}")
    hide_thing(actor=callers["admin"], thing=hidden, **grounds(world))
    # Its owner reads its name as evidence in the statement of reasons, and nothing of it elsewhere.
    removed = make_room(world, "removed", f"{STAFF} {me}")
    remove_thing(actor=callers["admin"], thing=removed, **grounds(world))
    delete_room(actor=owner, room=make_room(world, "deleted", STAFF))
    direct = direct_room(owner, callers["friend"])
    put_room(world, "direct", direct, f"friend {me}")
    world.put("public", asked=callers["stranger"].pk)
    world.put("room:missing", room=mint(Kind.ROOM), user=callers["friend"].pk)


def make_room(world: World, state: str, readers: str, **columns: Any) -> Room:
    """Make a room of the owner's with `friend` in it, and guard its texts and its id."""
    texts: dict[str, Any] = {
        name: world.canaries.plant(f"{name} of room:{state}", readers)
        for name in ("name", "description")
    }
    owner, friend = world.subjects["public"], world.callers["friend"]
    made = create_room(actor=owner, **texts, **columns)
    if made.kind != Room.Kind.PUBLIC:
        add_members(actor=owner, room=made, people=[friend])
    join_room(actor=friend, room=made)
    put_room(world, state, made, readers)
    return made


def put_room(world: World, state: str, room: Room, readers: str) -> None:
    world.put(f"room:{state}", room=room.pk, user=world.callers["friend"].pk)
    world.canaries.guard(room.pk, f"room:{state}", readers)
