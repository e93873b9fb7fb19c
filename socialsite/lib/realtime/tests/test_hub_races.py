"""The hub where things cross: who leaves and comes back, who goes while being sent, and what fails beside."""

import asyncio
import json
import threading
import time
from collections.abc import Collection, Coroutine, Mapping
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from socialsite.lib.asgi.threads import Busy, Threads
from socialsite.lib.realtime import (
    fitting,
    following,
    gateway,
    hub,
    keeping,
    reading,
    signals,
    streams,
    topics,
)
from socialsite.lib.realtime.frames import Encoded
from socialsite.lib.realtime.lines import Line
from socialsite.lib.realtime.sight import Sight
from socialsite.lib.realtime.tests.conftest import Crowd, Person, Rooms, SaidAnswer, say
from socialsite.lib.realtime.tests.test_hub import hear, personal
from socialsite.lib.testing.history import until
from socialsite.lib.testing.sockets import LiveSite


class Stuck(Line):
    """A line whose reader takes nothing of what it is sent."""

    __slots__ = ("heard",)

    def __init__(self, here: hub.Hub) -> None:
        super().__init__(here)
        self.heard: list[dict[str, Any]] = []

    def write(self, encoded: Encoded) -> None:
        if not self.closed_with:
            self.heard.append(json.loads(encoded.text))

    def hang_up(self, code: int, reason: str) -> None:
        pass

    def buffered(self) -> int:
        return 1 << 20


def running() -> hub.Hub:
    found = hub.find()
    assert found
    return found


def on_hub(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run_coroutine_threadsafe(coroutine, running().loop).result(10)


def let_in(person: Person, auth: Any) -> Stuck:
    """Let a stuck line of a person into the hub."""
    line = Stuck(running())

    async def enter() -> None:
        line.identify(person, auth)
        await line.hub.admit(line)

    on_hub(enter())
    return line


@pytest.fixture
def stuck(live_site: LiveSite, crowd: Crowd, rooms: Rooms) -> tuple[Stuck, int]:
    """A line on its way into a room whose events it does not take."""
    room = rooms.new(crowd["ann"])
    for number in range(3):
        say(room, crowd["ben"], str(number))
    live_site.connect("ben")
    line = let_in(*crowd.known["ann"])
    line.listen_from(room, 0, last=3)
    assert until(lambda: line.heard)
    return line, room


def test_c29_t31_reader_that_goes_while_it_is_sent_what_it_missed_is_let_go(
    stuck: tuple[Stuck, int],
) -> None:
    line, room = stuck
    here = line.hub
    here.on_loop(here.remove, line)
    assert until(lambda: f"audience:{room}" not in here.channels)
    assert until(lambda: not [t for t in list(here._tasks) if "_replay" in repr(t)], 3)


def test_c29_t31_reader_that_takes_nothing_of_what_it_missed_is_closed_with_4008(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BEHIND_SECONDS", 0.2)
    room = rooms.new(crowd["ann"])
    say(room, crowd["ben"], "one")
    say(room, crowd["ben"], "two")
    with live_site.connect("ben"):
        line = let_in(*crowd.known["ann"])
        line.listen_from(room, 0, last=2)
        assert until(lambda: line.closed_with, 3)
        assert (line.closed_with, len(line.heard)) == (4008, 1)


def test_c29_who_has_come_back_hears_on_though_the_leaving_passes_later(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms.new(crowd["ann"], crowd["ben"])
    with live_site.connect("ben") as ben, live_site.connect("ann") as ann:
        ben.call("t_join", room_id=str(room))
        line = running().lines[ann.frames[0]["data"]["connection_id"]]
        monkeypatch.setattr(signals.carrier, "wake", None)
        say(room, crowd["ben"], "one")
        rooms.put_out(room, crowd["ann"], "removed")
        say(room, crowd["ben"], "three")
        line.listen_from(room, 0, last=3)
        monkeypatch.setattr(signals.carrier, "wake", running().wake)
        say(room, crowd["ben"], "four")
        assert hear(ann, f"audience:{room}", 4) == [1, 2, 3, 4]
        assert line.hears(f"audience:{room}")
        assert not [frame for frame in ann.frames if frame["event"] == "room_lost"]


def test_c29_line_that_was_sent_away_while_it_came_in_keeps_its_topic(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"])
    names = f"audience:{room}", "board:open"
    with live_site.connect("ann") as ann:
        line = running().lines[ann.frames[0]["data"]["connection_id"]]

        async def come_in() -> None:
            for name in names:
                line.topics.discard(name)
            line.hub.following.join(line, room, 0)
            line.hub.enter(line, "board:open")

        on_hub(come_in())
        assert all(line.hears(name) for name in names)
    assert until(lambda: not set(names) & set(running().channels))


def test_c29_t3_second_socket_waits_for_relations_that_are_being_read() -> None:
    async def scenario() -> None:
        read = asyncio.Event()

        async def find(viewers: Collection[int]) -> Mapping[int, frozenset[int]]:
            await read.wait()
            return {1: frozenset({2})}

        sight = Sight(find)
        first, second = asyncio.create_task(sight.watch(1)), None
        await asyncio.sleep(0.01)
        second = asyncio.create_task(sight.watch(1))
        await asyncio.sleep(0.01)
        assert not second.done()
        read.set()
        await asyncio.wait_for(asyncio.gather(first, second), 5)
        assert sight.hidden_from(2) == {1}
        await asyncio.wait_for(sight.watch(1), 5)

    asyncio.run(scenario())


def tell_board(number: int) -> None:
    signals.tell(signals.News("board:open", "t_news", {"n": number}))


def test_y5_news_without_a_key_is_never_replaced(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = list[int](), threading.Semaphore(0)

    def fit(news: signals.News, listeners: topics.Listeners) -> topics.Fitted:
        begun.append(news.data["n"])
        go_on.acquire(timeout=5)
        return {(key, pk): news.data for key, who in listeners.items() for pk in who}

    board = topics.Topic("board", rooms.check_board, fitting=fit)
    monkeypatch.setitem(topics.TOPICS, "board", board)
    with live_site.connect("ann") as ann:
        ann.call("subscribe", topics=["board:open"])
        tell_board(1)
        assert until(lambda: begun == [1])
        tell_board(2)
        tell_board(3)
        go_on.release()
        assert until(lambda: begun == [1, 2])
        tell_board(4)
        go_on.release(3)
        assert [ann.event("t_news")["data"]["n"] for _ in range(4)] == [1, 2, 3, 4]
        assert not running().channels["board:open"].checked


def test_y5_listeners_who_take_long_to_ask_about_are_told_all_the_same(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(viewer: Any, key: str) -> str:
        time.sleep(0.1)
        return rooms.check_board(viewer, key)

    monkeypatch.setattr(fitting, "CHECKED_S", 0.05)
    monkeypatch.setitem(topics.TOPICS, "board", topics.Topic("board", slow))
    with live_site.connect("ann") as ann:
        ann.call("subscribe", topics=["board:open"])
        time.sleep(0.1)
        tell_board(1)
        assert ann.event("t_news", timeout=3)["data"] == {"n": 1}


def test_c29_event_that_cannot_be_rendered_holds_up_no_other(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    def render(events: list[Any]) -> dict[int, Any]:
        return {event.seq: {"text": event.data["text"].strip("#")} for event in events}

    kind = streams.EventType("t_said", SaidAnswer, render)
    monkeypatch.setitem(streams.EVENTS, "t_said", kind)
    room = rooms.new(crowd["ann"])
    with live_site.connect("ann") as ann:
        ann.call("t_join", room_id=str(room))
        monkeypatch.setattr(signals.carrier, "wake", None)
        for text in ("one", None, "three"):
            say(room, crowd["ben"], text)  # type: ignore[arg-type] # nothing to strip
        monkeypatch.setattr(signals.carrier, "wake", running().wake)
        say(room, crowd["ben"], "four")
        assert hear(ann, f"audience:{room}", 4) == [1, 2, 3, 4]
        names = [frame["event"] for frame in ann.frames if frame.get("seq")]
        assert names == ["t_said", "hidden", "t_said", "t_said"]


def test_c29_t54_resume_that_takes_long_repeats_nothing_that_comes_meanwhile(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    personal(crowd["ann"], "before")
    real = reading.bounds

    def slow(*arguments: Any) -> Any:
        time.sleep(gateway.PERSONAL_S + 0.2)
        return real(*arguments)

    with live_site.connect("ann") as ann:
        monkeypatch.setattr(reading, "bounds", slow)
        personal(crowd["ann"], "after")
        ann.call("resume", user=0)
        ann.event("resumed")
        assert hear(ann, f"user:{crowd['ann'].pk}", 2) == [1, 2]


def test_c29_failures_while_the_database_is_away_do_not_add_up(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[set[int]] = []
    with live_site.connect("ann"):
        here = running().following

        async def fail() -> None:
            for number in range(100):
                here._verify_later([number % 7])

        monkeypatch.setattr(keeping.Keeping, "_tick", nothing)
        monkeypatch.setattr(here, "verify", lambda found: looks.append(set(found)))
        on_hub(fail())
        time.sleep(3 * following.AGAIN_S)
    # Besides, ann's own stream is looked at when it begins.
    assert [found for found in looks if found <= set(range(7))] == [set(range(7))]


async def nothing(*_: Any, **__: Any) -> None:
    pass


def test_c29_numbers_of_many_streams_are_asked_for_in_parts(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert set(streams.last_numbers(range(1, 1202)).values()) == {0}
    assert len(queries) == 3


@pytest.mark.parametrize(
    ("failure", "code"), [(Busy(), 1013), (ValueError("a slip"), 1011)], ids=["busy", "slip"]
)
@pytest.mark.parametrize("token", ["ann", ""], ids=["header", "frame"])
def test_c12_c28_server_that_cannot_let_anybody_in_says_to_come_back(
    live_site: LiveSite,
    crowd: Crowd,
    monkeypatch: pytest.MonkeyPatch,
    failure: Exception,
    code: int,
    token: str,
) -> None:
    async def fail(here: hub.Hub, threads: Threads, call: partial[Any]) -> Any:
        raise failure

    with live_site.connect("ben"):
        monkeypatch.setattr(hub.Hub, "_run", fail)
        ann = live_site.connect(token, hello=False)
        if not token:
            ann.send("auth", {"token": "ann"})
        assert ann.event("error")["data"]["type"] == "server_error"
        assert ann.wait_closed(3) == code


def test_c12_nothing_comes_before_hello(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tell_while_it_is_read(user: Any) -> Mapping[str, Any]:
        signals.tell(signals.News(signals.PEOPLE, "t_news", {"n": 1}, only=(crowd["ann"].pk,)))
        signals.tell(signals.News(signals.EVERYBODY, "t_news", {"n": 2}))
        return {"id": str(user.pk)}

    monkeypatch.setattr(crowd, "card", tell_while_it_is_read)
    with live_site.connect("ann") as ann:
        assert ann.call("ping")
        assert ann.frames[0]["event"] == "hello"
        signals.tell(signals.News(signals.EVERYBODY, "t_news", {"n": 3}))
        assert ann.event("t_news")["data"] == {"n": 3}


def test_c29_what_somebody_missed_does_not_hold_up_what_is_new(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, others = rooms.new(crowd["ann"]), [rooms.new(crowd["ben"]) for _ in range(4)]
    for other in others:
        say(other, crowd["ben"], "missed")
    go_on, read, held = threading.Event(), reading.read, set(others)

    def slow(stream_id: int, *arguments: Any, **options: Any) -> Any:
        assert stream_id not in held or go_on.wait(10)
        return read(stream_id, *arguments, **options)

    monkeypatch.setattr(reading, "read", slow)
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        ann.call("t_join", room_id=str(room))
        ben.send("resume", {"rooms": dict.fromkeys(map(str, others), 0)})
        say(room, crowd["ann"], "new")
        assert hear(ann, f"audience:{room}", 1) == [1]
        go_on.set()
        assert [ben.event("resumed")["data"]["seq"] for _ in others] == [1, 1, 1, 1]
