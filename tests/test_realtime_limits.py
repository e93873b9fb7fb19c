"""What ends a socket ends it at once and for good: a suspension, and a reader that does not read; both cost nobody else anything."""

import time
from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast
from chaos.people import make_people, make_room
from chat.actions.messages import send_message
from moderation.actions import suspend_user
from socialsite.lib.realtime import hub as hubs
from socialsite.lib.testing.history import Follower, Swarm, until, wrong_numbers
from socialsite.lib.testing.rawsockets import RawSocket
from socialsite.lib.testing.sockets import LiveSite

pytestmark = pytest.mark.django_db(transaction=True)
SOCKETS, STALLED, PUSHED_BYTES = 200, 5, 40 * 1024 * 1024
REVOKED = 4409


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def test_c32_t54_g12_two_hundred_sockets_of_a_suspended_person_are_dead_within_two_seconds(
    live_site: LiveSite, cast: Cast
) -> None:
    person, admin = make_people(2)
    room = make_room([admin, person])
    user, speaker = (User.objects.get(pk=one.pk) for one in (person, admin))
    followers = [Follower(live_site.port, person.token, {room: 2}) for _ in range(SOCKETS)]
    with Swarm() as swarm:
        swarm.let_in(followers, 60)
        send_message(actor=speaker, room_id=int(room), content="heard by all")
        assert until(lambda: all(f.at[room] == 3 for f in followers))
        for follower in followers:
            follower.comes_back, follower.keeps_frames = False, True
        suspend_user(actor=cast.admin, user=user, note="for the test")
        ended = time.monotonic()
        for number in range(20):
            send_message(actor=speaker, room_id=int(room), content=f"canary {number}")
        assert until(lambda: all(f.closed_codes for f in followers), 5)
        took = time.monotonic() - ended
        time.sleep(0.3)
    print(f"{SOCKETS} sockets closed within {took:.2f} s")  # noqa: T201
    assert {code for f in followers for code in f.closed_codes} == {REVOKED}
    assert [text for f in followers for _, text in f.frames if "canary" in text] == []
    assert took < 2


def test_c29_t31_g13_readers_that_do_not_read_are_closed_and_miss_nothing(
    live_site: LiveSite,
) -> None:
    people = make_people(STALLED + 1)
    room = make_room(people)
    speaker = User.objects.get(pk=people[0].pk)
    stalled = [RawSocket(live_site.port, person.token) for person in people[1:]]
    for one in stalled:
        one.listen(room)
    hub = hubs.find()
    assert hub is not None
    assert until(lambda: len(getattr(hub.streams.get(int(room)), "lines", ())) == STALLED)
    text = "\N{SPEECH BALLOON}" * 4000
    size = len(text.encode())
    number = highest = 0
    with Swarm() as swarm:
        reader = Follower(live_site.port, people[0].token, {room: STALLED + 1}, ping_s=30)
        swarm.let_in([reader])
        while number * size * STALLED < PUSHED_BYTES:
            send_message(actor=speaker, room_id=int(room), content=text)
            number += 1
            highest = max([highest, *(row["buffered"] for row in hub.open_sockets())])
        assert until(lambda: hub.stats()["slow_closes"] == STALLED)
        assert until(lambda: reader.at[room] == STALLED + 1 + number)
        back = [
            Follower(live_site.port, p.token, {room: STALLED + 1}, ping_s=30) for p in people[1:]
        ]
        swarm.let_in(back, 60)
        assert until(lambda: all(f.at[room] == STALLED + 1 + number for f in back))
    for follower in [reader, *back]:
        assert wrong_numbers(follower.log, follower.start) == []
        assert len(follower.log) == number
    print(f"{number} messages of {size} bytes, at most {highest} bytes kept for one")  # noqa: T201
    assert highest <= 1024 * 1024
    for one in stalled:
        one.close()
