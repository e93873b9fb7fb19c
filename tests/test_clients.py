"""The clients of docs/clients, at a site that drops them again and again."""

import asyncio
import importlib.util
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Protocol

import pytest

from accounts.testing import Cast, client_of
from chat.tests.rooms import join, make_room
from socialsite.lib.realtime import hub as hubs
from socialsite.lib.realtime import streams
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.history import until
from socialsite.lib.testing.sockets import LiveSite, live_site
from tests.listening import is_heard
from tests.programs import Running, needs_node

__all__ = ["live_site"]
pytestmark = pytest.mark.django_db(transaction=True)
FOLDER = Path(__file__).parents[1] / "docs" / "clients"
Frame = dict[str, Any]


class Follower(Protocol):
    def next(self, timeout: float = 20) -> Frame: ...

    def say(self, **line: Any) -> None: ...

    def end(self) -> None: ...


def python_client() -> Any:
    spec = importlib.util.spec_from_file_location("reference_client", FOLDER / "client.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Client


class PythonFollower:
    """The client in Python on a loop of its own."""

    def __init__(self, site: str, token: str, *rooms: str, tickets: bool = False) -> None:
        self.client = python_client()(site, token, list(rooms), {})
        if tickets:
            self.client.ticket = lambda: asyncio.to_thread(ticket_of, token)
        self.lines: Queue[Frame] = Queue()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.task = self.loop.create_task(self._follow())
        try:
            self.loop.run_until_complete(self.task)
        except asyncio.CancelledError:
            pass
        except PermissionError as error:
            self.lines.put({"event": "ended", "data": {"message": str(error)}})
        self.loop.close()

    async def _follow(self) -> None:
        async for event in self.client.events():
            self.lines.put(event)

    def next(self, timeout: float = 20) -> Frame:
        try:
            return self.lines.get(timeout=timeout)
        except Empty:
            raise TimeoutError from None

    def say(self, *, name: str, data: Frame) -> None:
        asyncio.run_coroutine_threadsafe(self._call(name, data), self.loop)

    async def _call(self, name: str, data: Frame) -> None:
        try:
            self.lines.put({"event": "answered", "data": await self.client.call(name, **data)})
        except RuntimeError as error:
            self.lines.put({"event": "refused", "data": {"message": str(error)}})

    def end(self) -> None:
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.task.cancel)
            self.thread.join(10)


def ticket_of(token: str) -> str:
    return str(ApiClient(token).send("/api/v1/websocket/ticket").json()["ticket"])


def node_follower(site: str, token: str, *rooms: str, tickets: bool = False) -> Running:
    variables = {"TICKETS": "1"} if tickets else {}
    return Running("follow.mjs", str(FOLDER / "client.js"), site, token, *rooms, **variables)


Follow = Callable[..., Follower]
KINDS = [PythonFollower, pytest.param(node_follower, marks=needs_node)]


@pytest.fixture(params=KINDS, ids=["python", "node"])
def following(
    request: pytest.FixtureRequest, live_site: LiveSite, settings: Any
) -> Iterator[Follow]:
    settings.RATE_LIMIT_SCALE = 1e4
    running: list[Follower] = []

    def follow(client: ApiClient, *rooms: str, tickets: bool = False) -> Follower:
        running.append(request.param(live_site.url, client.token, *rooms, tickets=tickets))
        return running[-1]

    yield follow
    for follower in running:
        follower.end()


def cut() -> None:
    """Cut every socket of the site off, without a word."""
    here = hubs.find()
    assert here

    def cut_all() -> None:
        for line in list(here.lines.values()):
            protocol: Any = getattr(line, "protocol", None)
            if protocol:
                protocol.transport.abort()

    here.loop.call_soon_threadsafe(cut_all)


def say(client: ApiClient, room: str, text: str) -> None:
    answer = client.send("/api/messages", {"room_id": room, "content": text})
    assert answer.status_code == 201, answer.content


def heard(follower: Follower, room: str, number: int) -> list[Frame]:
    """Return the next numbered events of a room."""
    found: list[Frame] = []
    while len(found) < number:
        frame = follower.next()
        if frame.get("topic") == f"room:{room}" and "seq" in frame:
            found.append(frame)
    return found


def named(follower: Follower, name: str) -> Frame:
    while (frame := follower.next())["event"] != name:
        pass
    return frame


def heard_room(following: Follow, alice: ApiClient, bob: ApiClient) -> tuple[str, Follower]:
    """Return a room of alice's, and a client by which bob hears it."""
    room = make_room(alice)
    join(room, bob)
    follower = following(bob, room)
    assert until(lambda: is_heard(f"room:{room}"))
    return room, follower


def test_b2_c29_client_that_is_cut_off_again_and_again_misses_nothing_and_hears_nothing_twice(
    following: Follow, alice: ApiClient, bob: ApiClient
) -> None:
    room, follower = heard_room(following, alice, bob)
    say(alice, room, "first")
    seen = heard(follower, room, 1)
    for number in range(30):
        if number % 6 == 0:
            cut()
        say(alice, room, f"text {number}")
        time.sleep(0.02)
    seen += heard(follower, room, 30)
    first = seen[0]["seq"]
    assert [frame["seq"] for frame in seen] == list(range(first, first + 31))
    assert [f["data"]["content"] for f in seen] == ["first"] + [f"text {n}" for n in range(30)]


def test_b2_c29_client_reads_by_rest_what_is_not_sent_again(
    following: Follow, alice: ApiClient, bob: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, follower = heard_room(following, alice, bob)
    say(alice, room, "first")
    seen = heard(follower, room, 1)
    monkeypatch.setattr(streams, "REPLAYED", 3)
    cut()
    for number in range(10):
        say(alice, room, f"text {number}")
    seen += heard(follower, room, 10)
    say(alice, room, "last")
    seen += heard(follower, room, 1)
    first = seen[0]["seq"]
    assert [frame["seq"] for frame in seen] == list(range(first, first + 12))
    assert seen[-1]["data"]["content"] == "last"


def test_b2_c29_room_just_joined_is_heard_from_there_on_though_the_line_drops(
    following: Follow, alice: ApiClient, bob: ApiClient
) -> None:
    room, follower = heard_room(following, alice, bob)
    time.sleep(0.3)
    cut()
    say(alice, room, "while away")
    assert heard(follower, room, 1)[0]["data"]["content"] == "while away"


def test_b2_c30_command_is_answered_once_though_the_line_drops(
    following: Follow, alice: ApiClient, bob: ApiClient
) -> None:
    room = make_room(alice)
    join(room, bob)
    follower = following(bob, room)
    named(follower, "hello")
    cut()
    body = {"room_id": room, "content": "once", "client_id": "one"}
    follower.say(name="send_message", data=body)
    answered = named(follower, "answered")
    history = alice.read(f"/api/messages/{room}").json()["results"]
    assert [m["id"] for m in history if m["content"] == "once"] == [answered["data"]["id"]]


def test_b2_own_stream_is_heard_without_gaps_too(
    following: Follow, cast: Cast, alice: ApiClient
) -> None:
    follower = following(alice)
    named(follower, "hello")
    for turn in range(3):
        cut()
        assert alice.set("/api/settings", {"hide_likes": bool(turn % 2)}).status_code == 200
    numbers = [named(follower, "settings")["data"]["useq"] for _ in range(3)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))


def test_c32_client_ends_with_its_sign_in(following: Follow, cast: Cast) -> None:
    client = client_of(cast.alice)
    follower = following(client)
    named(follower, "hello")
    assert client.send("/api/auth/logout").status_code in {200, 204}
    assert "4409" in named(follower, "ended")["data"]["message"]


def test_client_tells_refusals(following: Follow, alice: ApiClient) -> None:
    follower = following(alice)
    named(follower, "hello")
    follower.say(name="join_room", data={"room_id": "1"})
    assert named(follower, "refused")


def test_y73_client_may_come_in_by_a_ticket_each_time(following: Follow, alice: ApiClient) -> None:
    follower = following(alice, tickets=True)
    for _ in range(3):
        assert named(follower, "hello")["data"]["user"]["id"]
        cut()
