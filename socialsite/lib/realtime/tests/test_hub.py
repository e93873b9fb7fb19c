"""The hub: what is new is written once to everybody who may see it, in order, and what was missed is replayed."""

import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction

from socialsite.lib.models import Stream
from socialsite.lib.realtime import (
    channels,
    fitting,
    hub,
    keeping,
    people,
    reading,
    signals,
    streams,
    topics,
)
from socialsite.lib.realtime.tests.conftest import Crowd, Person, Rooms, say
from socialsite.lib.testing.sockets import LiveSite, Refused, SocketClient


def seqs(socket: SocketClient, topic: str) -> list[int]:
    return [f["seq"] for f in socket.frames if f.get("topic") == topic and "seq" in f]


def hear(socket: SocketClient, topic: str, last: int) -> list[int]:
    """Read until an event of that number has come; return the numbers so far."""
    socket.wait(lambda frame: frame.get("topic") == topic and frame.get("seq", 0) >= last)
    return seqs(socket, topic)


def personal(person: Person, text: str) -> int:
    with transaction.atomic():
        return streams.append(person.pk, "t_said", data={"text": text})


def test_c29_t3_hidden_person_is_a_number_without_content(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"], crowd["ben"], crowd["cyd"])
    topic = f"audience:{room}"
    with live_site.connect("ann") as ann, live_site.connect("cyd") as cyd:
        for socket in (ann, cyd):
            socket.call("t_join", room_id=str(room))
        say(room, crowd["ben"], "canary-1")
        assert ann.event("t_said")["seq"] == 1
        crowd.hide("ann", "ben")
        time.sleep(0.2)
        say(room, crowd["ben"], "canary-2")
        assert ann.event("hidden") == {"event": "hidden", "topic": topic, "seq": 2}
        signals.tell(signals.News(topic, "t_typing", {}, person_id=crowd["ben"].pk))
        assert cyd.event("t_typing")
        ann.quiet("t_typing")
        assert hear(cyd, topic, 2) == [1, 2]
        assert "canary-2" not in str(ann.frames)


def test_c29_t3_block_holds_for_who_connects_after_it(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"], crowd["ben"])
    say(room, crowd["ben"], "canary")
    crowd.hide("ann", "ben")
    with live_site.connect("ann") as ann:
        ann.call("resume", rooms={str(room): 0})
        assert ann.event("hidden")["seq"] == 1
        assert ann.event("resumed")["data"] == {"room": str(room), "seq": 1}


@pytest.mark.parametrize("reason", ["", "removed"])
def test_c29_t3_who_leaves_hears_nothing_after(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, reason: str
) -> None:
    room = rooms.new(crowd["ann"], crowd["ben"])
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        for socket in (ann, ben):
            socket.call("t_join", room_id=str(room))
        for number in range(20):
            say(room, crowd["ben"], str(number))
        rooms.put_out(room, crowd["ann"], reason)
        for number in range(20):
            say(room, crowd["ben"], f"canary-{number}")
        assert hear(ben, f"audience:{room}", 41) == list(range(1, 42))
        last = ann.event("room_lost" if reason else "t_left")
        assert ann.call("ping")
        assert "canary" not in str(ann.frames)
        if reason:
            assert last["data"] == {"room_id": str(room), "reason": reason}
            assert seqs(ann, f"audience:{room}") == list(range(1, 21))
        with pytest.raises(Refused):
            ann.call("t_typing", room_id=str(room))


@pytest.mark.parametrize(("reason", "known"), [("", 0), ("removed", 0), ("removed", 2)])
def test_c29_t3_who_was_removed_while_they_came_in_hears_nothing_after(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, reason: str, known: int
) -> None:
    """Known up to 2 means that they may listen all the same: they have come back."""
    room = rooms.new(crowd["ann"], crowd["ben"])
    topic = f"audience:{room}"
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        ben.call("t_join", room_id=str(room))
        say(room, crowd["ben"], "one")
        rooms.put_out(room, crowd["ann"], reason)
        hear(ben, topic, 2)
        found = hub.find()
        assert found
        line = found.lines[ann.frames[0]["data"]["connection_id"]]
        line.listen_from(room, 0, last=known)
        last = ann.event("room_lost" if reason and not known else "t_left")
        say(room, crowd["ben"], "canary")
        hear(ben, topic, 3)
        if known:
            assert hear(ann, topic, 3) == [1, 2, 3]
        else:
            assert last
            assert ann.call("ping")
            assert "canary" not in str(ann.frames)
            assert not line.hears(topic)


def test_c29_t54_resume_replays_what_was_missed_once_and_in_order(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    rooms_ = [rooms.new(crowd["ann"]) for _ in range(2)]
    for room in rooms_:
        for number in range(10):
            say(room, crowd["ben"], str(number))
    personal(crowd["ann"], "mine")
    with live_site.connect("ann") as ann:
        wanted = {str(rooms_[0]): 4, str(rooms_[1]): 0}
        ann.call("resume", rooms=wanted, user=0)
        for _ in range(3):
            ann.event("resumed")
        assert seqs(ann, f"audience:{rooms_[0]}") == [5, 6, 7, 8, 9, 10]
        assert seqs(ann, f"audience:{rooms_[1]}") == list(range(1, 11))
        mine = f"user:{crowd['ann'].pk}"
        own = next(f for f in ann.frames if f.get("topic") == mine and "seq" in f)
        assert own["data"] == {"text": "mine", "useq": 1}
        say(rooms_[0], crowd["ben"], "live")
        assert hear(ann, f"audience:{rooms_[0]}", 11)[-2:] == [10, 11]


def test_c29_t54_resume_while_others_write_has_no_gap_and_no_double(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"], crowd["ben"])
    topic = f"audience:{room}"
    for number in range(150):
        say(room, crowd["ben"], str(number))

    def write() -> None:
        for number in range(150):
            say(room, crowd["ben"], f"more-{number}")
        connection.close()

    writer = threading.Thread(target=write)
    with live_site.connect("ben") as ben:
        ben.call("t_join", room_id=str(room))
        writer.start()
        sockets = []
        for _ in range(6):
            ann = live_site.connect("ann")
            ann.call("resume", rooms={str(room): 20})
            sockets.append(ann)
        for ann in sockets:
            assert hear(ann, topic, 300) == list(range(21, 301))
            resumed = next(n for n, f in enumerate(ann.frames) if f["event"] == "resumed")
            said = [f["seq"] for f in ann.frames[:resumed] if "seq" in f]
            assert said[-1] == ann.frames[resumed]["data"]["seq"]
            ann.close()
        writer.join()
        assert hear(ben, topic, 300) == list(range(151, 301))


@pytest.mark.parametrize(("seen", "oldest"), [(0, 1), (30, 40), (900, 1)])
def test_c29_t54_too_much_missed_is_told_by_resync(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, seen: int, oldest: int
) -> None:
    room = rooms.new(crowd["ann"])
    say(room, crowd["ben"], "first")
    Stream.objects.filter(pk=room).update(last_seq=600 if oldest == 1 else 60, oldest_seq=oldest)
    with live_site.connect("ann") as ann:
        ann.call("resume", rooms={str(room): seen})
        last = 600 if oldest == 1 else 60
        assert ann.event("resync")["data"] == {
            "room": str(room), "from_seq": seen, "oldest_seq": oldest, "last_seq": last,
        }  # fmt: skip
        say(room, crowd["ben"], "live")
        assert hear(ann, f"audience:{room}", last + 1) == [last + 1]


def test_c29_room_that_is_lost_is_told_on_resume(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ben"])
    say(room, crowd["ben"], "canary")
    with live_site.connect("ann") as ann:
        ann.call("resume", rooms={str(room): 0})
        assert ann.event("room_lost")["data"] == {"room_id": str(room), "reason": "not_member"}
        say(room, crowd["ben"], "canary")
        ann.quiet("t_said")


def test_c29_t54_wake_up_that_is_lost_is_made_good(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms.new(crowd["ann"])
    with live_site.connect("ann") as ann:
        ann.call("t_join", room_id=str(room))
        monkeypatch.setattr(signals.carrier, "wake", None)
        say(room, crowd["ben"], "unheard")
        monkeypatch.setattr(keeping, "STREAMS_S", 0)
        assert ann.event("t_said", timeout=4)["seq"] == 1


def test_c32_t54_lost_order_is_made_good(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "CREDENTIALS_S", 0)
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        crowd.end("ann", quietly=True)
        assert ann.wait_closed(4) == 4409
        assert ben.call("ping")


def test_c29_database_that_fails_for_a_moment_loses_nothing(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms.new(crowd["ann"])
    real, failures = reading.read, [1, 1]

    def failing(*arguments: Any, **options: Any) -> Any:
        if failures:
            failures.pop()
            raise RuntimeError("away")
        return real(*arguments, **options)

    with live_site.connect("ann") as ann:
        ann.call("t_join", room_id=str(room))
        monkeypatch.setattr(reading, "read", failing)
        for number in range(3):
            say(room, crowd["ben"], str(number))
        assert hear(ann, f"audience:{room}", 3) == [1, 2, 3]


def test_c23_news_goes_to_all_but_who_caused_it(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"], crowd["ben"])
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        for socket in (ann, ben):
            socket.call("t_join", room_id=str(room))
        ann.call("t_typing", room_id=str(room))
        said = ben.event("t_typing")
        assert said["topic"] == f"audience:{room}"
        assert said["data"] == {"user_id": str(crowd["ann"].pk)}
        assert "seq" not in said
        ann.quiet("t_typing")


def test_y5_topics_are_accepted_or_refused_each_for_itself(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room, other = rooms.new(crowd["ann"]), rooms.new(crowd["ben"])
    say(room, crowd["ben"], "before")
    with live_site.connect("ann") as ann:
        names = ["board:OPEN", "board:shut", "nothing", f"audience:{room}", f"audience:{other}"]
        answer = ann.call("subscribe", topics=names)
        assert answer["accepted"] == ["board:open", f"audience:{room}"]
        assert answer["refused"] == [
            {"topic": "board:shut", "code": "permission_denied"},
            {"topic": "nothing", "code": "not_found"},
            {"topic": f"audience:{other}", "code": "not_found"},
        ]
        assert answer["seqs"] == {f"audience:{room}": 1}
        signals.tell(signals.News("board:open", "t_news", {"n": 1}))
        assert ann.event("t_news")["data"] == {"n": 1}
        say(room, crowd["ben"], "live")
        assert ann.event("t_said")["seq"] == 2
        assert ann.call("unsubscribe", topics=["board:Open"]) == {"accepted": ["board:open"]}
        signals.tell(signals.News("board:open", "t_news", {"n": 2}))
        ann.quiet("t_news")


def test_y5_t3_news_is_not_sent_to_who_may_listen_no_more(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fitting, "CHECKED_S", 0.1)
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        for socket in (ann, ben):
            socket.call("subscribe", topics=["board:open"])
        rooms.shut.add(crowd["ann"].pk)
        time.sleep(0.15)
        signals.tell(signals.News("board:open", "t_news", {"n": "canary"}))
        assert ben.event("t_news")
        assert ann.event("topic_lost")["data"]["code"] == "permission_denied"
        assert "canary" not in str(ann.frames)


def test_y5_news_of_one_key_is_replaced_by_the_next(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = topics.TOPICS["board"]
    monkeypatch.setitem(topics.TOPICS, "board", topics.Topic("board", board.check, pause_s=0.4))
    with live_site.connect("ann") as ann:
        ann.call("subscribe", topics=["board:open"])
        for number in range(10):
            signals.tell(signals.News("board:open", "t_news", {"n": number}, key="count"))
        assert [ann.event("t_news")["data"]["n"] for _ in range(2)] == [0, 9]
        ann.quiet("t_news", 0.6)


def test_y5_news_is_fitted_to_each_listener(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = topics.TOPICS["board"]

    def fit(news: signals.News, listeners: topics.Listeners) -> topics.Fitted:
        ben = crowd["ben"].pk
        return {
            (key, pk): {"for": key} for key, who in listeners.items() for pk in who if pk != ben
        }

    monkeypatch.setitem(topics.TOPICS, "board", topics.Topic("board", board.check, fitting=fit))
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        for socket in (ann, ben):
            socket.call("subscribe", topics=["board:open"])
        signals.tell(signals.News("board", "t_news", {"raw": 1}))
        assert ann.event("t_news")["data"] == {"for": "open"}
        ben.quiet("t_news")


def test_c29_own_stream_is_heard_without_asking(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    personal(crowd["ann"], "before")
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        assert ann.frames[0]["data"]["useq"] == 1
        personal(crowd["ann"], "at once")
        frame = ann.event("t_said", timeout=1.5)
        assert frame["topic"] == f"user:{crowd['ann'].pk}"
        assert frame["data"] == {"text": "at once", "useq": 2}
        ben.quiet("t_said")


def test_c12_hub_counts_and_lists_its_sockets(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    with live_site.connect("ann"), live_site.connect("ben") as ben:
        ben.call("subscribe", topics=["board:open"])
        found = hub.find()
        assert found
        assert found.stats()["sockets"] == found.stats()["people"] == 2
        shown = found.open_sockets()
        assert [one["user_id"] for one in shown] == [crowd["ann"].pk, crowd["ben"].pk]
        assert shown[0]["address"] == "127.0.0.1"
    deadline = time.monotonic() + 3
    while found.stats()["sockets"] and time.monotonic() < deadline:
        time.sleep(0.02)
    stats = found.stats()
    assert (stats["sockets"], stats["people"], stats["topics"], stats["streams"]) == (0, 0, 0, 0)


def test_c13_watchers_hear_the_first_and_the_last_socket(live_site: LiveSite, crowd: Crowd) -> None:
    told: list[tuple[str, int]] = []
    people.watchers.opened.append(lambda pk: told.append(("opened", pk)))
    people.watchers.closed.append(lambda pk: told.append(("closed", pk)))
    ann = crowd["ann"].pk
    with live_site.connect("ann"), live_site.connect("ann"):
        assert told == [("opened", ann)]
    deadline = time.monotonic() + 3
    while len(told) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told == [("opened", ann), ("closed", ann)]


def test_c29_line_that_comes_in_slowly_begins_again(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than it may hold passes while it reads what it missed."""
    room = rooms.new(crowd["ann"], crowd["ben"])
    for number in range(5):
        say(room, crowd["ben"], str(number))
    monkeypatch.setattr(channels, "HELD", 2)
    real = reading.read

    def slow(stream_id: int, seq: int, up_to: int | None = None, **options: Any) -> Any:
        if up_to is not None:
            time.sleep(0.5)
        return real(stream_id, seq, up_to, **options)

    with live_site.connect("ben") as ben, live_site.connect("ann") as ann:
        ben.call("t_join", room_id=str(room))
        monkeypatch.setattr(reading, "read", slow)
        ann.call("resume", rooms={str(room): 0})
        for number in range(8):
            say(room, crowd["ben"], f"more-{number}")
        assert hear(ann, f"audience:{room}", 13) == list(range(1, 14))
