"""Signals between processes: by Redis when it is there, and without it all the same, a little later."""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from socialsite.lib.realtime import carrying, keeping, signals
from socialsite.lib.realtime.tests.conftest import Crowd, Rooms, say
from socialsite.lib.testing.sockets import LiveSite, serving


class Redis:
    """A Redis of its own, to be killed."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        until(self.answers)

    def answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def until(fits: Callable[[], Any], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not fits():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def redis(settings: Any) -> Iterator[Redis]:
    if shutil.which("redis-server") is None:
        pytest.skip("needs redis-server")
    found = Redis()
    settings.REDIS_URL = f"redis://127.0.0.1:{found.port}/0"
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [settings.REDIS_URL]},
        }
    }
    found.start()
    yield found
    found.kill()


@pytest.fixture
def site(
    redis: Redis, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LiveSite]:
    """A site whose commits are told by another process alone."""
    monkeypatch.setattr(signals.carrier, "elsewhere", [carrying.Link().take])
    with serving() as found:
        yield found


def deafen() -> None:
    """Let the hub of this process hear nothing of its own process."""
    signals.carrier.wake = signals.carrier.tell = signals.carrier.order = None


def test_c29_signals_of_another_process_arrive_at_once(
    site: LiveSite, crowd: Crowd, rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms.new(crowd["ann"])
    with site.connect("ann") as ann:
        ann.call("t_join", room_id=str(room))
        until(lambda: carrying.link.is_up)
        deafen()
        # Nothing is looked for by the clock meanwhile.
        monkeypatch.setattr(keeping, "TICK_S", 60)
        say(room, crowd["ben"], "by wire")
        assert ann.event("t_said")["data"] == {"text": "by wire"}
        topic = f"audience:{room}"
        signals.tell(signals.News(topic, "t_typing", {"n": 1}, only=(crowd["ann"].pk,)))
        assert ann.event("t_typing")["data"] == {"n": 1}
        crowd.end("ann")
        assert ann.wait_closed(timeout=2) == 4409


def test_c29_without_redis_nothing_is_lost(
    site: LiveSite, redis: Redis, crowd: Crowd, rooms: Rooms
) -> None:
    room = rooms.new(crowd["ann"])
    with site.connect("ann") as ann, site.connect("ben") as ben:
        ann.call("t_join", room_id=str(room))
        until(lambda: carrying.link.is_up)
        deafen()
        redis.kill()
        started = time.monotonic()
        assert say(room, crowd["ben"], "into the dark") == 1
        assert time.monotonic() - started < 0.5
        assert ann.event("t_said")["seq"] == 1
        crowd.end("ben")
        assert ben.wait_closed(timeout=3) == 4409
        redis.start()
        until(lambda: carrying.link.is_up)
        say(room, crowd["ben"], "by wire again")
        assert ann.event("t_said")["seq"] == 2
        assert [f["seq"] for f in ann.frames if "seq" in f] == [1, 2]


def test_c29_another_process_that_ends_has_told_the_hubs(redis: Redis) -> None:
    link = carrying.Link()
    started = time.monotonic()
    for number in range(500):
        link.take({"kind": "wake", "stream": number, "seq": 1})
    link.finish()
    assert time.monotonic() - started < 1
    assert link._queue.empty()
