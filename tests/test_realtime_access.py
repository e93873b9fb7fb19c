"""Nobody is sent what they may not read, over any door, and nothing any more from the moment they may not (T3).

Eleven people listen to everything they may and may not, over a WebSocket, by Server-Sent Events and by Socket.IO; every text that is
written holds a word by which it is found in whatever they are sent.
"""

import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
import socketio
from django.db import connections as database_connections
from django.db import transaction

from accounts.actions import blocks, connections, follows
from accounts.models import User
from accounts.testing import UserFactory, client_of
from chat.actions.joining import join_room, leave_room
from chat.actions.members import add_members, ban_member, remove_member
from chat.actions.messages import send_message
from chat.actions.rooms import create_room, direct_room
from chat.models import Room
from moderation.actions import suspend_user
from posts.actions.publish import publish_post
from posts.models import Post
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.history import Follower, Swarm, until
from socialsite.lib.testing.sockets import LiveSite
from tests.eventsource import Ended, EventReader

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = re.compile(r"cnry-([a-z]+)-(\d+)-")
WORD = "quillfeather"
READERS = {
    "public": {"member", "outsider", "guest", "leaver", "falls", "removed", "author"},
    "private": {"member", "leaver", "removed", "author"},
    "group": {"member", "author"},
    "direct": {"member", "author"},
}
"""Who is in which room; `blocked` and `blocker` are in the public one, and may not see the author"""
IN_PUBLIC = READERS["public"] | {"blocked", "blocker", "banned"}
WAYS = ("websocket", "sse", "socketio")
MESSAGES = 12


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


class Place:
    """The author's rooms and posts, and everybody around them."""

    def __init__(self) -> None:
        made: Any = {
            name: UserFactory(username=f"the_{name}")
            for name in (
                "author", "member", "stranger", "outsider", "blocked", "blocker", "invited", "banned", "leaver",
                "removed", "falls",
            )
        }  # fmt: skip
        made["moderator"] = UserFactory(username="the_moderator", role=User.Role.MODERATOR)
        made["admin"] = UserFactory(username="the_admin", role=User.Role.ADMIN)
        self.people: dict[str, Any] = made
        self.author = made["author"]
        for name in ("member", "leaver", "removed", "falls"):
            asked = connections.request_connection(actor=made[name], target=self.author)
            connections.accept_connection(actor=self.author, connection=asked)
            follows.follow_user(actor=made[name], target=self.author)
        self.rooms = {
            "public": create_room(actor=self.author, name="Public", guests_allowed=True),
            "private": create_room(actor=self.author, name="Private", kind=Room.Kind.PRIVATE),
            "group": create_room(actor=self.author, name="Group", kind=Room.Kind.GROUP),
        }
        self.fill()
        self.clients = {name: client_of(user) for name, user in self.people.items()}
        self.bring_guest()

    def fill(self) -> None:
        """Let everybody into the rooms they are in, and lay the blocks."""
        for name in IN_PUBLIC - {"author", "guest"}:
            join_room(actor=self.people[name], room=self.rooms["public"])
        ban_member(actor=self.author, room=self.rooms["public"], user=self.people["banned"])
        for place in ("private", "group"):
            asked = [self.people[name] for name in READERS[place] - {"author"}]
            if place == "private":
                asked.append(self.people["invited"])
            add_members(actor=self.author, room=self.rooms[place], people=asked)
            for name in READERS[place] - {"author"}:
                join_room(actor=self.people[name], room=self.rooms[place])
        self.rooms["direct"] = transaction.atomic(direct_room)(self.author, self.people["member"])
        blocks.block_user(actor=self.author, target=self.people["blocked"])
        blocks.block_user(actor=self.people["blocker"], target=self.author)

    def bring_guest(self) -> None:
        room = str(self.rooms["public"].pk)
        answer = ApiClient().send("/api/join", {"username": "the_guest", "room_id": room}).json()
        self.clients["guest"] = ApiClient(answer["access_token"])
        self.people["guest"] = User.objects.get(username="the_guest")

    def say(self, where: str, number: int) -> None:
        text = f"cnry-{where}-{number}- said"
        send_message(actor=self.author, room_id=self.rooms[where].pk, content=text)

    def post(self, visibility: str, number: int) -> Post:
        text = f"{WORD} cnry-post{visibility}-{number}- written"
        return publish_post(actor=self.author, content=text, visibility=visibility)


class Ears:
    """All that one person is sent, over every door, from the moment it is there; nobody is told why they hear nothing."""

    def __init__(self, place: Place, name: str, site: LiveSite, topics: list[str]) -> None:
        self.name, self.token = name, place.clients[name].token
        self.rooms = [str(room.pk) for room in place.rooms.values()]
        self.site, self.topics = site, topics
        self.follower = Follower(site.port, self.token, dict.fromkeys(self.rooms, 0), ping_s=30)
        self.follower.keeps_frames = True
        self.heard: list[tuple[str, float, str]] = []
        self.io = socketio.Client(reconnection=False)
        self.io.on("*", self.take_packet)

    def take_packet(self, name: str, data: Any = None) -> None:
        self.heard.append(("socketio", time.monotonic(), f"{name} {data}"))

    def open_others(self) -> None:
        """Open a stream of each room and of oneself, and a client of Socket.IO."""
        for room in self.rooms:
            self.listen(f"/api/rooms/{room}/stream")
        self.listen("/api/stream")
        with suppress(socketio.exceptions.ConnectionError):
            self.io.connect(self.site.url, transports=["websocket"], auth={"token": self.token})
            for event, data in self.asked():
                self.io.call(event, data, timeout=20)

    def asked(self) -> list[tuple[str, dict[str, Any]]]:
        """Return what a person tries so as to hear everything; they join what they are in only, as joining is not the question here."""
        numbers = {"rooms": dict.fromkeys(self.rooms, 0)}
        return [("resume", numbers), ("subscribe", {"topics": self.topics})]

    def listen(self, path: str) -> None:
        threading.Thread(target=self.read, args=(path,), daemon=True).start()

    def read(self, path: str) -> None:
        # From the beginning: what was said before is sent to who may read it.
        with (
            suppress(OSError, Ended, ValueError, AttributeError),
            EventReader(self.site.port, path, self.token, Last_Event_ID="0") as reader,
        ):
            while reader.status == 200:
                frame = reader.next(timeout=60).frame
                self.heard.append(("sse", time.monotonic(), str(frame)))

    async def ask(self) -> None:
        with suppress(Exception):
            await self.follower.call("subscribe", topics=self.topics)

    def close(self) -> None:
        with suppress(Exception):
            self.io.disconnect()

    def canaries(self) -> Iterator[tuple[str, str, int]]:
        """Yield each canary that was heard: door, place, number."""
        frames = [("websocket", at, text) for at, text in list(self.follower.frames)]
        for way, _, text in [*frames, *list(self.heard)]:
            for where, number in CANARY.findall(text):
                yield way, where, int(number)


@pytest.fixture
def place(transactional_db: None) -> Place:
    return Place()


@pytest.fixture
def ears(place: Place, live_site: LiveSite) -> Iterator[dict[str, Ears]]:
    """Everybody, listening to everything."""
    topics = [f"room:{room.pk}" for room in place.rooms.values()]
    topics += [f"user:{user.pk}" for user in place.people.values()]
    topics += [f"search:{WORD}", "feed", "moderation", "trending"]
    topics += [f"post:{place.post(v, 0).pk}" for v in ("public", "followers", "private")]
    found = {name: Ears(place, name, live_site, topics) for name in place.clients}
    with Swarm() as swarm:
        swarm.let_in([one.follower for one in found.values()], 60)
        for one in found.values():
            swarm.run(one.ask())
        for one in found.values():
            one.open_others()
        yield found
        for one in found.values():
            one.close()


def readers_of_posts(place: Place, visibility: str) -> set[str]:
    """Return who may read the author's posts of a kind, as REST says."""
    pk = Post.objects.filter(visibility=visibility).values_list("pk", flat=True)[0]
    paths = ((name, client.read(f"/api/posts/{pk}")) for name, client in place.clients.items())
    return {name for name, answer in paths if answer.status_code == 200}


def test_t3_c29_b43_everybody_hears_what_they_may_read_and_nothing_else(
    place: Place, ears: dict[str, Ears]
) -> None:
    for number in range(1, MESSAGES + 1):
        for where in READERS:
            place.say(where, number)
    for visibility in ("public", "followers", "private"):
        place.post(visibility, 1)
    expected = {
        (name, way, where) for where, names in READERS.items() for name in names for way in WAYS
    }

    def complete() -> bool:
        counts: dict[tuple[str, str, str], set[int]] = defaultdict(set)
        for name, one in ears.items():
            for way, where, number in one.canaries():
                counts[name, way, where].add(number)
        return all(len(counts[key]) >= MESSAGES for key in expected)

    was_complete = until(complete, 20)
    time.sleep(0.5)
    posts = ("public", "followers", "private")
    allowed = READERS | {f"post{name}": readers_of_posts(place, name) for name in posts}
    leaks = [
        (name, way, where)
        for name, one in ears.items()
        for way, where, _ in one.canaries()
        if name not in allowed[where]
    ]
    assert leaks == []
    assert was_complete


class Talking:
    """The author talks on in every room until the block ends; `said` holds when each number was begun."""

    def __init__(self, place: Place, start: int) -> None:
        self.place, self.number = place, start
        self.said: dict[int, float] = {}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> "Talking":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def run(self) -> None:
        while not self.ended.is_set():
            self.number += 1
            self.said[self.number] = time.monotonic()
            for where in READERS:
                self.place.say(where, self.number)
            time.sleep(0.01)
        database_connections.close_all()


def test_t3_c29_b43_from_the_commit_that_ends_it_nothing_is_heard(
    place: Place, ears: dict[str, Ears]
) -> None:
    people, rooms, author = place.people, place.rooms, place.author
    admin = people["admin"]
    moments: list[tuple[str, str, float, Callable[[], Any]]] = [
        ("leaver", "public", 0, lambda: leave_room(actor=people["leaver"], room=rooms["public"])),
        ("leaver", "private", 0, lambda: leave_room(actor=people["leaver"], room=rooms["private"])),
        ("removed", "private", 0, lambda: remove_member(
            actor=author, room=rooms["private"], user=people["removed"])),
        ("outsider", "public", 0, lambda: ban_member(
            actor=author, room=rooms["public"], user=people["outsider"])),
        ("removed", "public", 2, lambda: blocks.block_user(actor=author, target=people["removed"])),
        ("falls", "public", 2, lambda: suspend_user(
            actor=admin, user=people["falls"], note="for the test")),
    ]  # fmt: skip
    until(lambda: all(one.follower.here.is_set() for one in ears.values()))
    ended: dict[tuple[str, str], float] = {}
    with Talking(place, 100) as talking:
        time.sleep(1)
        for name, where, allowed_s, act in moments:
            act()
            ended[name, where] = time.monotonic() + allowed_s
            time.sleep(0.5)
        time.sleep(2.5)
    time.sleep(1)
    late, before = [], set()
    for (name, where), moment in ended.items():
        for way, place_heard, number in ears[name].canaries():
            if place_heard != where or number <= 100:
                continue
            if talking.said[number] >= moment:
                late.append((name, way, where, number))
            before.add((name, way, where))
    print(f"{talking.number - 100} messages a room, {len(talking.said)} rounds")  # noqa: T201
    assert late == []
    assert before == {(name, way, where) for name, where in ended for way in WAYS}
    still = {(way, n) for way, where, n in ears["member"].canaries() if where == "public"}
    assert {(way, talking.number) for way in WAYS} <= still
