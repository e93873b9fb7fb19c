"""Limits of sockets: how many, how fast, how large, and how far behind a reader may be."""

import json
import socket as sockets_
import time
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus

from socialsite.lib.asgi.writing import FrameProtocol, Inbox
from socialsite.lib.limits import Policy
from socialsite.lib.realtime import commands, doors, hub, signals, sockets
from socialsite.lib.realtime.tests.conftest import Crowd, Rooms, say
from socialsite.lib.testing.history import until
from socialsite.lib.testing.sockets import Closed, LiveSite, Refused

CODES = (1009, 4008, 4408, 4429)
CLOSED_1009, CLOSED_4008, CLOSED_4408, CLOSED_4429 = (code.to_bytes(2, "big") for code in CODES)
PING, PONG = b"\x89\x80\0\0\0\0", b"\x8a\x80\0\0\0\0"
SHORT = b"\x81\x90\0\0\0\0" + b'{"event":"ping"}'
FEW = Policy("t_few", limit=20, window_s=60, store="local")
"""New accounts get a quarter of it"""


@pytest.fixture
def many(settings: Any) -> None:
    """Hold all counts at a tenth."""
    settings.RATE_LIMIT_SCALE = 0.1


def test_c29_t30_frames_too_fast_are_told_when_to_go_on(live_site: LiveSite, crowd: Crowd) -> None:
    with live_site.connect("ann") as ann:
        for number in range(30):
            ann.send("ping", request_id=str(number))
        answers = [ann.wait(lambda frame: "id" in frame) for _ in range(30)]
        assert [answer["id"] for answer in answers] == [str(n) for n in range(30)]
        refused = [answer for answer in answers if answer["event"] == "error"]
        assert 5 <= len(refused) <= 10
        assert refused[0]["data"]["errors"][0]["code"] == "throttled"
        assert refused[0]["data"]["retry_after"] == 1
        time.sleep(1.1)
        assert ann.call("ping")


def test_c29_t30_flood_is_closed_with_4429_and_others_are_served(
    live_site: LiveSite, crowd: Crowd
) -> None:
    with live_site.connect("ann") as ann, live_site.connect("ben") as ben:
        with suppress(Closed):
            for _ in range(3000):
                ann.send("ping")
        assert ann.wait_closed() == 4429
        started = time.monotonic()
        assert ben.call("ping")
        assert time.monotonic() - started < 0.5


def test_c29_t30_frame_of_more_than_64_kib_closes_with_1009(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"])
    with live_site.connect("ann") as ann:
        assert ann.call("t_say", room_id=str(room), text="x" * 59_000) == {"seq": 1}
        ann.send_text("x" * (2 * 1024 * 1024))
        assert ann.wait_closed() == 1009


def test_c29_topics_of_a_socket_are_counted(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, many: None
) -> None:
    rooms.public |= {f"b{number}" for number in range(25)}
    with live_site.connect("ann") as ann:
        answer = ann.call("subscribe", topics=[f"board:b{number}" for number in range(25)])
        assert len(answer["accepted"]) == 20
        assert {one["code"] for one in answer["refused"]} == {"too_many_topics"}
        time.sleep(1.1)
        ann.call("unsubscribe", topics=["board:b0"])
        time.sleep(1.1)
        assert ann.call("subscribe", topics=["board:b24"])["accepted"] == ["board:b24"]


def test_c12_t30_sockets_of_a_person_are_counted(
    live_site: LiveSite, crowd: Crowd, many: None
) -> None:
    first, second = live_site.connect("ann"), live_site.connect("ann")
    third = live_site.connect("ann", hello=False)
    assert third.event("error")["data"]["errors"][0]["code"] == "throttled"
    assert third.wait_closed() == 4429
    second.close()
    assert until(lambda: is_open(1), 10)
    with live_site.connect("ann"), first:
        pass


def test_c12_t30_sockets_of_an_address_are_counted(
    live_site: LiveSite, crowd: Crowd, many: None
) -> None:
    waiting = [live_site.connect() for _ in range(20)]
    with pytest.raises(InvalidStatus) as refusal:
        live_site.connect()
    assert refusal.value.response.status_code == 429
    for one in waiting:
        one.close()
    assert until(lambda: is_open(0), 10)
    with live_site.connect():
        pass


def is_open(number: int) -> bool:
    """Tell whether so many sockets of this machine are left."""
    found = hub.find()
    return found is not None and found.doors.open.get("127.0.0.1", 0) == number


def test_c12_t30_sockets_that_an_address_opens_one_after_another_are_counted(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "OPENINGS", FEW)
    for _ in range(FEW.limit):
        live_site.connect().close()
    with pytest.raises(InvalidStatus) as refusal:
        live_site.connect()
    assert refusal.value.response.status_code == 429


def test_c29_t30_client_that_answers_no_ping_is_closed_with_4408(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = FrameProtocol.start_keepalive

    def hurried(protocol: Any) -> None:
        protocol.ping_interval, protocol.ping_timeout = 0.2, 0.3
        plain(protocol)

    monkeypatch.setattr(FrameProtocol, "start_keepalive", hurried)
    with live_site.connect("ann") as lively:
        time.sleep(1)
        assert lively.call("ping")
    dead = Stalled(live_site, "ann")
    assert CLOSED_4408 in dead.read_until(CLOSED_4408)


@pytest.mark.parametrize("frame", [PING, PONG], ids=["pings", "pongs"])
def test_c29_t30_flood_of_pings_or_pongs_is_closed_with_4429(
    live_site: LiveSite, crowd: Crowd, frame: bytes
) -> None:
    stalled = Stalled(live_site, "ann")
    for _ in range(50):
        stalled.socket.sendall(frame)
    with live_site.connect("ben") as ben:
        assert ben.call("ping")
    with suppress(OSError):
        for _ in range(5000):
            stalled.socket.sendall(frame)
    assert CLOSED_4429 in stalled.read_until(CLOSED_4429)


def test_t30_thousands_of_frames_at_once_are_not_read_to_their_end(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes, real = list[int](), Inbox.put_nowait

    def noted(inbox: Inbox, message: Any) -> None:
        real(inbox, message)
        sizes.append(len(inbox))

    monkeypatch.setattr(Inbox, "put_nowait", noted)
    stalled = Stalled(live_site, "ann")
    with suppress(OSError):
        stalled.socket.sendall(SHORT * 20_000)
    assert CLOSED_4429 in stalled.read_until(CLOSED_4429)
    assert max(sizes) < 1000


def test_t30_who_goes_on_after_the_close_is_cut_off(live_site: LiveSite, crowd: Crowd) -> None:
    stalled = Stalled(live_site, "ann")
    stalled.socket.sendall(SHORT * 1000)
    assert CLOSED_4429 in stalled.read_until(CLOSED_4429)
    with pytest.raises(OSError, match=r"reset|pipe"):
        stalled.go_on(SHORT * 2000, 200)


def test_t30_long_frames_count_for_several(live_site: LiveSite, crowd: Crowd) -> None:
    long = json.dumps({"event": "ping", "id": "1", "data": {"more": "x" * 60_000}})
    with live_site.connect("ann") as ann:
        for _ in range(4):
            ann.send_text(long)
        codes = [ann.event("error")["data"]["errors"][0]["code"] for _ in range(4)]
    assert codes == ["unknown_field", "unknown_field", "throttled", "throttled"]


@pytest.mark.parametrize("name", ["subscribe", "unsubscribe"])
def test_t30_topics_are_counted_not_frames(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    command = replace(commands.COMMANDS[name], limit=FEW)
    monkeypatch.setitem(commands.COMMANDS, name, command)
    with live_site.connect("ann") as ann:
        ann.call(name, topics=["a", "b", "c"])
        with pytest.raises(Refused, match="throttled"):
            ann.call(name, topics=["a", "b", "c"])


def test_t30_streams_that_are_taken_up_are_counted_not_frames(
    live_site: LiveSite, crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = replace(commands.COMMANDS["resume"], limit=FEW)
    monkeypatch.setitem(commands.COMMANDS, "resume", command)
    with live_site.connect("ann") as ann:
        ann.call("resume", rooms={"1": 0, "2": 0}, user=0)
        with pytest.raises(Refused, match="throttled"):
            ann.call("resume", rooms={"1": 0, "2": 0}, user=0)


def test_c29_t30_message_in_countless_pieces_is_closed_with_1009(
    live_site: LiveSite, crowd: Crowd
) -> None:
    stalled = Stalled(live_site, "ann")
    stalled.socket.sendall(b"\x01\x80\0\0\0\0")
    with suppress(OSError):
        for _ in range(5000):
            stalled.socket.sendall(b"\x00\x80\0\0\0\0")
    assert CLOSED_1009 in stalled.read_until(CLOSED_1009)


class Stalled:
    """A client that says who it is and reads nothing more."""

    def __init__(self, site: LiveSite, token: str) -> None:
        self.socket = sockets_.create_connection(("127.0.0.1", site.port))
        self.socket.setsockopt(sockets_.SOL_SOCKET, sockets_.SO_RCVBUF, 65536)
        head = (
            f"GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        self.socket.sendall(head.encode())
        assert b"hello" in self.read_until(b"hello")

    def go_on(self, sent: bytes, times: int) -> None:
        """Send something again and again."""
        for _ in range(times):
            self.socket.sendall(sent)
            time.sleep(0.01)

    def read_until(self, words: bytes) -> bytes:
        """Read until the words have come or the server ends; return the last of it."""
        found = b""
        while words not in found:
            piece = self.socket.recv(65536)
            if not piece:
                break
            found = found[-100:] + piece
        return found


def test_c29_t31_reader_a_mebibyte_behind_is_closed_with_4008(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    with live_site.connect("ben") as ben:
        stalled = [Stalled(live_site, "ann") for _ in range(3)]
        found = hub.find()
        assert found
        topic = f"user:{crowd['ann'].pk}"
        assert until(lambda: topic in found.channels)
        for number in range(400):
            signals.tell(signals.News(topic, "t_news", {"n": number, "text": "x" * 60_000}))
            if number % 20 == 0:
                time.sleep(0.01)
        assert until(lambda: found.stats()["slow_closes"] == 3, 10)
        assert ben.call("ping")
        for client in stalled:
            assert CLOSED_4008 in client.read_until(CLOSED_4008)


def test_c29_t31_reader_behind_for_too_long_is_closed_with_4008(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "BEHIND_SECONDS", 0.5)
    monkeypatch.setattr(sockets, "BEHIND_BYTES", 1 << 30)
    stalled = Stalled(live_site, "ann")
    found = hub.find()
    assert found
    topic = f"user:{crowd['ann'].pk}"
    assert until(lambda: topic in found.channels)
    for _ in range(200):
        signals.tell(signals.News(topic, "t_news", {"text": "x" * 60_000}))
    assert until(lambda: found.stats()["slow_closes"] == 1, 10)
    assert until(lambda: found.stats()["sockets"] == 0, 10)
    assert CLOSED_4008 in stalled.read_until(CLOSED_4008)


def test_c29_t31_long_replay_is_sent_at_the_readers_pace(
    live_site: LiveSite, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"])
    for _ in range(120):
        say(room, crowd["ben"], "x" * 50_000)
    with live_site.connect("ann", max_queue=4) as ann:
        ann.send("resume", {"rooms": {str(room): 0}})
        time.sleep(1)
        assert ann.event("resumed", 20)["data"]["seq"] == 120
        assert [f["seq"] for f in ann.frames if "seq" in f] == list(range(1, 121))


def test_c29_t30_half_open_handshakes_hold_up_nobody(live_site: LiveSite, crowd: Crowd) -> None:
    half = [sockets_.create_connection(("127.0.0.1", live_site.port)) for _ in range(50)]
    for one in half:
        one.sendall(b"GET /ws/ HTTP/1.1\r\nUpgrade: websocket\r\n")
    started = time.monotonic()
    with live_site.connect("ann") as ann:
        assert ann.call("ping")
    assert time.monotonic() - started < 2
    for one in half:
        one.close()
