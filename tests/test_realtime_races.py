"""Who is removed in the moment in which they begin to listen hears nothing of what is said after it (T3, T55)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from accounts.testing import Cast
from chat.serializers.rooms import RoomAnswer
from chat.tests.rooms import at, join, make_room
from chat.tests.talk import say
from socialsite.lib.realtime import reading, topics
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, Refused, SocketClient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


class Scene:
    """alice removes bob while his command runs, and carol, who listens, has heard of it before he listens."""

    def __init__(self, site: LiveSite, cast: Cast) -> None:
        self.alice, self.bob, self.carol = (
            cast.client(user) for user in (cast.alice, cast.bob, cast.carol)
        )
        self.user, self.room = cast.bob, make_room(self.alice)
        join(self.room, self.bob, self.carol)
        self.listening = site.connect(self.carol)
        self.listening.call("join_room", room_id=self.room)
        self.ears = site.connect(self.bob)

    def remove(self) -> None:
        assert self.alice.drop(at(self.room, "members", self.user.pk)).status_code == 204
        self.listening.event("room_members")
        say(self.alice, self.room, "canary one")
        self.listening.event("message")


@pytest.fixture
def scene(live_site: LiveSite, cast: Cast) -> Iterator[Scene]:
    found = Scene(live_site, cast)
    yield found
    found.ears.close()
    found.listening.close()


def once(act: Callable[[], None], after: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that does something once, after it was called for the first time."""
    done: list[bool] = []

    def wrapped(*arguments: Any) -> Any:
        found = after(*arguments)
        if not done:
            done.append(True)
            act()
        return found

    return wrapped


def check_nothing_heard(ears: SocketClient, scene: Scene) -> None:
    say(scene.alice, scene.room, "canary two")
    scene.listening.event("message")
    ears.quiet("message")
    assert [frame for frame in ears.frames if "canary" in str(frame)] == []


@pytest.mark.parametrize("command", ["resume", "subscribe"])
@pytest.mark.parametrize("moment", ["check", "bounds"])
def test_t3_c27_who_is_removed_while_they_begin_to_listen_hears_no_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, command: str, moment: str
) -> None:
    topic = topics.TOPICS["room"]
    if moment == "check":
        changed = replace(topic, check=once(scene.remove, topic.check))
        monkeypatch.setitem(topics.TOPICS, "room", changed)
    else:
        monkeypatch.setattr(reading, "bounds", once(scene.remove, reading.bounds))
    if command == "resume":
        scene.ears.call("resume", rooms={scene.room: 1})
    else:
        scene.ears.call("subscribe", topics=[f"room:{scene.room}"])
    check_nothing_heard(scene.ears, scene)


def test_t3_c27_who_is_removed_while_they_join_hears_no_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = RoomAnswer.find
    monkeypatch.setattr(RoomAnswer, "find", once(scene.remove, found))
    with pytest.raises(Refused) as caught:
        scene.ears.call("join_room", room_id=scene.room)
    assert caught.value.code == "not_member"
    check_nothing_heard(scene.ears, scene)


def test_t3_c27_who_came_back_meanwhile_hears_on(scene: Scene, bob: ApiClient) -> None:
    scene.ears.call("resume", rooms={scene.room: 1})
    scene.ears.event("resumed")
    scene.remove()
    scene.ears.event("room_lost")
    join(scene.room, bob)
    scene.ears.call("resume", rooms={scene.room: 1})
    seq = scene.ears.event("resumed")["data"]["seq"]
    assert say(scene.alice, scene.room, "Welcome back")["seq"] == seq + 1
    assert scene.ears.wait(lambda f: f.get("seq") == seq + 1)["data"]["content"] == "Welcome back"
