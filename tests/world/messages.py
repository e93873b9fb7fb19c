"""What the owner said in their rooms, one message in each state, each with an earlier version."""

from typing import Any

from django.utils import timezone

from accounts.actions.versions import any_version
from chat.actions.edits import edit_message
from chat.actions.joining import join_room
from chat.actions.messages import send_message
from chat.actions.rooms import create_room, edit_room
from chat.models import Message, Room
from moderation.actions.content import hide_thing, remove_thing
from socialsite.lib.ids import Kind, mint
from tests.world.base import World, owners
from tests.world.posts import STAFF, grounds, report

LISTENERS = f"stranger friend named {STAFF} analyst {owners('public')}"
"""Who reads a public room and is kept from the owner by no block"""

MEMBERS = {"public": "friend named", "private": "friend named", "lost": ""}
"""Who is in a room beside its owner, or can come to be; in the others `friend` is"""


def make_messages(world: World) -> None:
    owner, callers, me = world.subjects["public"], world.callers, owners("public")
    both = f"friend {me}"
    # Who is invited reads it once they have joined.
    invited = f"named {both}"
    say(world, "public", "public", LISTENERS)
    say(world, "private", "private", invited)
    say(world, "direct", "direct", both)
    archived = room_at(world, "archived")
    edit_room(actor=owner, room=archived, changes={"archived": False}, check=any_version)
    say(world, "archived", "archived", f"follower {LISTENERS}")
    edit_room(actor=owner, room=archived, changes={"archived": True}, check=any_version)
    reported = say(world, "reported", "private", f"{STAFF} {invited}")
    report(world, callers["friend"], reported)
    hidden = say(world, "hidden", "public", f"{STAFF} {me}")
    hide_thing(actor=callers["admin"], thing=hidden, **grounds(world))
    # Its author reads the text as evidence in the statement of reasons, and nothing of it elsewhere.
    removed = say(world, "removed", "public", f"{STAFF} {me}")
    remove_thing(actor=callers["admin"], thing=removed, **grounds(world))
    deleted = say(world, "deleted", "public", "")
    Message.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now(), deleted_by=owner.pk)
    make_elsewhere(world)


def make_elsewhere(world: World) -> None:
    """Say something in a room that moderators hide, and let somebody speak who is suspended later."""
    owner = world.subjects["public"]
    lost = create_room(actor=owner, name="A room that will be hidden")
    world.put("room:lost", room=lost.pk)
    say(world, "in_hidden", "lost", "")
    hide_thing(actor=world.callers["admin"], thing=lost, **grounds(world))
    join_room(actor=world.subjects["suspended"], room=room_at(world, "public"))
    say(world, "of_suspended", "public", "", subject="suspended")
    world.put("to:owner", recipient=owner.pk)
    for state in ("to:missing", "missing"):
        world.put(state, recipient=mint(Kind.USER))


def say(world: World, state: str, room: str, readers: str, *, subject: str = "public") -> Message:
    """Say something in a room and say it better; both texts and the id are secrets."""
    plant = world.canaries.plant
    old, new = (plant(f"{age} text of message:{state}", readers) for age in ("old", "new"))
    actor, room_id = world.subjects[subject], world.places[f"room:{room}"]["room"]
    said: dict[str, Any] = {
        "content": old,
        "client_id": plant(f"client_id of message:{state}", readers),
    }
    sent = send_message(actor=actor, room_id=room_id, **said)
    place: dict[str, Any] = {"room_id": room_id, "message_id": sent.id}
    edit_message(actor=actor, content=new, check=any_version, **place)
    world.put(f"message:{state}", room=room_id, message=sent.id)
    # Its events tell members of its id, also when it is gone.
    members = f"{MEMBERS.get(room, 'friend')} {owners('public')}"
    world.canaries.guard(sent.id, f"id of message:{state}", f"{members} {readers}")
    return Message.objects.get(pk=sent.id)


def room_at(world: World, state: str) -> Room:
    return Room.objects.get(pk=world.places[f"room:{state}"]["room"])
