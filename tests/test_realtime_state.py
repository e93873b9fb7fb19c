"""What a client knows and folds events into is what it would read anew (T55): after every action of chat, by every kind of event."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

import chat.actions
from accounts.models import User
from accounts.testing import Cast
from chat.actions import edits, rooms
from chat.models import Membership, Message, Room
from chat.pushes import messages as message_events
from chat.pushes import rooms as room_events
from chat.tests.rooms import at, join, make_room
from chat.tests.talk import of, say
from socialsite.lib.ids import Kind, mint
from socialsite.lib.realtime.streams import last_numbers
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, SocketClient

pytestmark = pytest.mark.django_db(transaction=True)
Data = dict[str, Any]
OF_ROOM = (
    "id", "name", "slug", "description", "kind", "guests_allowed", "slow_mode_s", "archived", "member_count", "version",
)  # fmt: skip
OF_MESSAGE = (
    "id", "room_id", "seq", "user_id", "username", "content", "message_type", "reply_to", "mentions", "pinned",
    "created_at", "edited_at", "version",
)  # fmt: skip


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def message_of(data: Data) -> Data:
    counts = {row["emoji"]: row["count"] for row in data["reactions"]}
    return {name: data[name] for name in OF_MESSAGE} | {"reactions": counts}


class Mirror:
    """A client of one person: it reads a room once, and then only hears."""

    def __init__(self, socket: SocketClient, client: ApiClient, me: Any) -> None:
        self.socket, self.client, self.me = socket, client, str(me.pk)
        self.at = {me.pk: int(socket.frames[0]["data"]["useq"])}
        self.rooms: dict[str, Data] = {}
        self.asked_into: set[str] = set()
        self.receipts: dict[tuple[str, str], Data] = {}
        self.seen: set[str] = set()

    def enter(self, room: str) -> None:
        """Join, and take the answers as the state to begin with."""
        self.socket.call("join_room", room_id=room)
        state = self.read(room)
        self.rooms[room] = state
        self.at[int(room)] = last_numbers([int(room)])[int(room)]
        self.asked_into.discard(room)

    def read(self, room: str) -> Data:
        """Return the state of a room as REST tells it now."""
        own = self.client.read(at(room)).json()
        people = self.client.read(at(room, "members") + "?limit=100").json()["results"]
        page = self.client.read(of(room) + "?limit=100&mark_read=false").json()["results"]
        return {
            "room": {name: own[name] for name in OF_ROOM},
            "own": {name: own[name] for name in ("unread", "mentions", "read_seq", "muted")},
            "members": {
                row["id"]: {"role": row["role"], "silenced_until": row["silenced_until"]}
                for row in people
            },
            "messages": {row["id"]: message_of(row) for row in page},
        }

    def catch_up(self) -> None:
        """Hear all that is stored by now."""
        for stream_id, last in last_numbers(list(self.at)).items():
            while stream_id in self.at and self.at[stream_id] < last:
                frame = self.socket.read()
                if "topic" in frame and ("seq" in frame or frame["event"] == "room_lost"):
                    self.take(frame)

    def take(self, frame: Data) -> None:
        stream_id = int(frame["topic"].partition(":")[2])
        if "seq" in frame:
            assert frame["seq"] == self.at.get(stream_id, frame["seq"] - 1) + 1
            self.at[stream_id] = frame["seq"]
        self.seen.add(frame["event"])
        fold = getattr(self, f"on_{frame['event']}", None)
        if fold is not None and (frame["event"] in PERSONAL or str(stream_id) in self.rooms):
            fold(self.rooms.get(str(stream_id)), frame["data"])

    # Of a room

    def on_message(self, state: Data, data: Data) -> None:
        if data.get("deleted"):
            return
        state["messages"][data["id"]] = message_of(data)
        self.count(state)

    on_message_updated = on_message

    def on_message_deleted(self, state: Data, data: Data) -> None:
        state["messages"].pop(data["id"], None)
        self.count(state)

    def on_reaction(self, state: Data, data: Data) -> None:
        counts = state["messages"][data["message_id"]]["reactions"]
        counts.pop(data["emoji"], None) if not data["count"] else counts.update(
            {data["emoji"]: data["count"]}
        )

    def on_pin(self, state: Data, data: Data) -> None:
        state["messages"][data["message_id"]]["pinned"] = data["pinned"]

    def on_user_joined(self, state: Data, data: Data) -> None:
        state["members"][data["user"]["id"]] = {"role": "member", "silenced_until": None}
        state["room"]["member_count"] = data["member_count"]

    def on_user_left(self, state: Data, data: Data) -> None:
        state["members"].pop(data["user"]["id"], None)
        state["room"]["member_count"] = data["member_count"]

    def on_room_members(self, state: Data, data: Data) -> None:
        state["room"]["member_count"] = data["member_count"]
        if data["change"] in {"removed", "banned", "unbanned"}:
            state["members"].pop(data["user_id"], None)
            return
        if data["role"] == "owner":
            for seat in state["members"].values():
                seat["role"] = "moderator" if seat["role"] == "owner" else seat["role"]
        seat = {"role": data["role"], "silenced_until": data["silenced_until"]}
        state["members"][data["user_id"]] = seat

    def on_room_updated(self, state: Data, data: Data) -> None:
        state["room"] = {name: data["room"][name] for name in OF_ROOM}

    # Of oneself

    def on_unread(self, _: Any, data: Data) -> None:
        state = self.rooms.get(data["room_id"])
        if state:
            state["own"] |= {name: data[name] for name in ("unread", "mentions", "read_seq")}

    def on_receipt(self, _: Any, data: Data) -> None:
        self.receipts[data["room_id"], data["user_id"]] = data

    def on_invitation(self, _: Any, data: Data) -> None:
        if data["state"] == "invited":
            self.asked_into.add(data["room"]["id"])

    def on_room_lost(self, _: Any, data: Data) -> None:
        self.asked_into.discard(data["room_id"])
        self.rooms.pop(data["room_id"], None)
        self.at.pop(int(data["room_id"]), None)

    def on_room_muted(self, _: Any, data: Data) -> None:
        self.rooms[data["room_id"]]["own"]["muted"] = data["muted"]

    def count(self, state: Data) -> None:
        """Count what is unread, as a client does between two answers."""
        after = state["own"]["read_seq"]
        unread = [
            m for m in state["messages"].values() if m["seq"] > after and m["user_id"] != self.me
        ]
        named = [m for m in unread if self.me in [person["id"] for person in m["mentions"]]]
        state["own"] |= {"unread": len(unread), "mentions": len(named)}

    # What is compared

    def agree(self, after: str) -> None:
        """Fail unless what was folded is what is read anew."""
        self.catch_up()
        for room, state in self.rooms.items():
            for part, now in self.read(room).items():
                assert (after, part, state[part]) == (after, part, now)
        listed = self.client.read("/api/rooms?state=invited").json()["results"]
        assert (after, self.asked_into) == (after, {row["id"] for row in listed})


PERSONAL = {"unread", "receipt", "invitation", "room_lost", "room_muted"}


class Scene:
    """alice owns a room, bob looks on, carol, charlie and a moderator of the site come, talk and go."""

    def __init__(self, cast: Cast, mirror: Mirror) -> None:
        self.cast, self.mirror = cast, mirror
        self.alice, self.bob, self.carol, self.charlie = (
            cast.client(user) for user in (cast.alice, cast.bob, cast.carol, cast.charlie)
        )
        self.room = make_room(self.alice, "Scene", guests_allowed=True)
        join(self.room, self.bob)
        mirror.enter(self.room)
        self.covered: set[str] = set()

    def step(self, covers: str, act: Callable[[], Any]) -> Any:
        """Let somebody do something by these actions, and compare."""
        found = act()
        status = getattr(found, "status_code", 200)
        assert status < 300, (covers, found.content)
        self.covered |= set(covers.split())
        self.mirror.agree(covers)
        return found

    def change(self, who: ApiClient, user: Any, **body: Any) -> Any:
        return who.set(at(self.room, "members", user.pk), body)

    def edit(self, **body: Any) -> Any:
        version = self.alice.read(at(self.room)).json()["version"]
        return self.alice.set(at(self.room), body, If_Match=f'"{version}"')


def play_messages(scene: Scene) -> None:
    alice, bob, carol, room, step = scene.alice, scene.bob, scene.carol, scene.room, scene.step
    first = step("send_message", lambda: say(alice, room, "First of all, @bob"))
    one = of(room, first["id"])
    step("send_message", lambda: say(carol, room, "An answer", reply_to=first["id"]))
    own = step("send_message", lambda: say(bob, room, "My own"))
    step("edit_message", lambda: alice.set(one, {"content": "First of all, @carol"}))
    step("edit_message", lambda: alice.set(one, {"content": "Again @bob"}))
    step("remove_message_version", lambda: alice.drop(of(room, first["id"], "history", 1)))
    for who in (alice, carol, bob):
        step("react", lambda who=who: who.send(f"{one}/reactions", {"emoji": "👍"}))  # type: ignore[misc]
    step("react", lambda: carol.send(f"{one}/reactions", {"emoji": "🎉"}))
    for emoji in ("👍", "🎉"):
        body = {"emoji": emoji}
        step("unreact", lambda body=body: carol.drop(f"{one}/reactions", body))  # type: ignore[misc]
    step("pin_message", lambda: alice.send(f"{one}/pin"))
    step("unpin_message", lambda: alice.drop(f"{one}/pin"))
    step("pin_message", lambda: alice.send(f"{one}/pin"))
    seq = say(carol, room, "Read up to here")["seq"]
    step("mark_read", lambda: bob.send(at(room, "read"), {"up_to_seq": seq}))
    step("mark_read", lambda: bob.send(at(room, "read"), {"up_to_seq": first["seq"] - 1}))
    step("mark_read", lambda: alice.send(at(room, "read"), {"up_to_seq": seq}))
    assert scene.mirror.receipts[room, str(scene.cast.alice.pk)]["read_seq"] == seq
    readers = bob.read(of(room, own["id"], "readers")).json()["results"]
    assert str(scene.cast.alice.pk) in [row["user"]["id"] for row in readers]
    step(
        "mark_delivered", lambda: scene.mirror.socket.call("delivered", room_id=room, up_to_seq=seq)
    )
    hidden = Message.objects.get(pk=int(first["id"]))
    for cause in (mint(Kind.CASE), None):
        step(
            "edits.set_cause",
            lambda cause=cause: edits.set_cause(hidden.pk, "hidden_by", cause),  # type: ignore[misc]
        )
    gone = say(carol, room, "Soon gone")
    step("delete_message", lambda: alice.drop(of(room, gone["id"])))
    long_ago = timezone.now() - timedelta(days=40)
    Message.objects.filter(pk=int(gone["id"])).update(deleted_at=long_ago)
    step("purge_old_messages", edits.purge_old_messages)
    # An answer to what is purged loses its reference, which no event says: it was deleted a month ago.
    step("delete_message", lambda: alice.drop(one))


def play_members(scene: Scene) -> None:
    cast, alice, bob, carol, room = scene.cast, scene.alice, scene.bob, scene.carol, scene.room
    step, change = scene.step, scene.change
    soon = (timezone.now() + timedelta(hours=1)).isoformat()
    step("set_role", lambda: change(alice, cast.carol, role="moderator"))
    step("set_role", lambda: change(alice, cast.carol, role="member"))
    step("silence_member", lambda: change(alice, cast.carol, silenced_until=soon))
    step("silence_member", lambda: change(alice, cast.carol, silenced_until=None))
    step("mute_room", lambda: change(bob, cast.bob, muted=True))
    step("remove_member", lambda: alice.drop(at(room, "members", cast.carol.pk)))
    step("join_room", lambda: carol.send(at(room, "join")))
    step("ban_member", lambda: change(alice, cast.carol, banned=True))
    step("unban_member", lambda: change(alice, cast.carol, banned=False))
    step("ban_member", lambda: change(alice, cast.charlie, banned=True))
    step("unban_member", lambda: change(alice, cast.charlie, banned=False))
    step(
        "join_as_guest",
        lambda: ApiClient().send("/api/join", {"username": "visitor", "room_id": room}),
    )
    step("leave_room", lambda: scene.charlie.send(at(room, "join")))
    step("leave_room", lambda: scene.charlie.send(at(room, "leave")))
    carol.send(at(room, "join"))
    step("set_role", lambda: change(alice, cast.carol, role="owner"))
    step("leave_room", lambda: carol.send(at(room, "leave")))


def play_rooms(scene: Scene) -> None:
    alice, bob, room, step, edit = scene.alice, scene.bob, scene.room, scene.step, scene.edit
    cast, mirror = scene.cast, scene.mirror
    step("edit_room", lambda: edit(name="Another scene", description="Said of it"))
    step("edit_room", lambda: edit(slow_mode_s=5, guests_allowed=False))
    step("edit_room", lambda: edit(archived=True))
    step("edit_room", lambda: edit(archived=False))
    place = Room.objects.get(pk=int(room))
    for closed in (True, False):
        step(
            "close_room",
            lambda closed=closed: rooms.close_room(actor=cast.moderator, room=place, closed=closed),  # type: ignore[misc]
        )
    inner = step("create_room", lambda: make_room(alice, "Inner", kind="private"))
    asked = {"user_id": str(cast.bob.pk)}
    step("add_members", lambda: alice.send(at(inner, "members"), asked))
    assert inner in mirror.asked_into
    step("remove_member", lambda: alice.drop(at(inner, "members", cast.bob.pk)))
    step("add_members", lambda: alice.send(at(inner, "members"), asked))
    step("leave_room", lambda: bob.send(at(inner, "leave")))
    alice.send(at(inner, "members"), asked)
    mirror.catch_up()
    mirror.enter(inner)
    written = {"recipient_id": str(cast.bob.pk), "content": "To you alone"}
    step("write_to", lambda: scene.carol.send("/api/messages", written))
    hide = transaction.atomic(rooms.set_cause)
    step("rooms.set_cause", lambda: hide(int(inner), "hidden_by", mint(Kind.CASE)))
    assert inner not in mirror.rooms
    step("delete_room", lambda: alice.drop(at(room)))
    assert room not in mirror.rooms


def test_t55_c29_what_is_folded_from_events_is_what_is_read_anew(
    live_site: LiveSite, cast: Cast, bob: ApiClient
) -> None:
    with live_site.connect(bob) as socket:
        scene = Scene(cast, Mirror(socket, bob, cast.bob))
        User.objects.filter(pk=cast.bob.pk).update(dm_policy="everyone")
        scene.step("join_room", lambda: scene.carol.send(at(scene.room, "join")))
        for play in (play_messages, play_members, play_rooms):
            play(scene)
    known = {event.name for event in (*message_events.EVENTS, *room_events.EVENTS)}
    assert known - scene.mirror.seen == set()
    assert mutating_actions() - scene.covered - ELSEWHERE == set()


ELSEWHERE = {
    "leave_all_rooms",  # for who is gone: as leaving one
    "claim_rooms",  # of a guest who has registered: as a change of role
    "admit",  # a part of making a room and of asking people in
    "direct_room",  # a part of writing to a person
    "note_opening",  # the audit trail's
}


def mutating_actions() -> set[str]:
    """Return the names of all that may be called from outside to change something of chat."""
    found = set()
    for module in pkgutil.iter_modules(chat.actions.__path__, "chat.actions."):
        loaded = importlib.import_module(module.name)
        for name, made in inspect.getmembers(loaded, inspect.isfunction):
            inner = inspect.unwrap(made)
            if inner.__module__ == module.name and "actor" in inspect.signature(inner).parameters:
                found.add(name)
    return {name for name in found if not name.startswith("_")} | {"purge_old_messages"}


def test_t55_c27_planted_events_that_say_nothing_are_found(
    live_site: LiveSite, cast: Cast, bob: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client whose folding misses a kind of event does not agree: the comparison can fail."""
    with live_site.connect(bob) as socket:
        scene = Scene(cast, Mirror(socket, bob, cast.bob))
        monkeypatch.setattr(Mirror, "on_user_joined", lambda *_: None)
        with pytest.raises(AssertionError):
            scene.step("join_room", lambda: scene.carol.send(at(scene.room, "join")))
        assert Membership.objects.filter(room=int(scene.room)).count() == 3
