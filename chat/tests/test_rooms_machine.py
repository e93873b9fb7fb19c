"""Whatever people do in rooms, in whatever order: what the events tell is what is there, and every rule of rooms holds."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any

import pytest

from accounts.actions.versions import any_version
from accounts.models import User
from accounts.testing import Cast, UserFactory
from chat.actions import joining, members, rooms
from chat.models import Membership, Room
from chat.pushes.rooms import departures
from socialsite.lib.errors import AppError
from socialsite.lib.invariants import violations
from socialsite.lib.models import StreamEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
STEPS = 120
Act = Callable[[], Any]


def acts(dice: Random, actor: User, other: User, room: Room) -> dict[str, Act]:
    """Return what somebody can try to do in a room, to somebody."""
    about: dict[str, Any] = {"actor": actor, "room": room}
    role, archived = dice.choice(("owner", "moderator", "member")), dice.random() < 0.3
    change: dict[str, Any] = {"changes": {"archived": archived}, "check": any_version}
    open_to: dict[str, Any] = {
        "changes": {"guests_allowed": dice.random() < 0.8},
        "check": any_version,
    }
    return {
        "join": partial(joining.join_room, **about),
        "leave": partial(joining.leave_room, **about),
        "add": partial(members.add_members, **about, people=[other]),
        "role": partial(members.set_role, **about, user=other, role=role),
        "remove": partial(members.remove_member, **about, user=other),
        "ban": partial(members.ban_member, **about, user=other),
        "unban": partial(members.unban_member, **about, user=other),
        "archive": partial(rooms.edit_room, **about, **change),
        "guests": partial(rooms.edit_room, **about, **open_to),
    }


def members_told(room: Room) -> tuple[set[int], int]:
    """Return who is in a room, and how many, by its events alone."""
    there: set[int] = set()
    count = 0
    for event in StreamEvent.objects.filter(stream=room.pk).order_by("seq"):
        count = event.data.get("member_count", count)
        out = event.name == "user_left" or event.data.get("change") in {"removed", "banned"}
        if event.name == "user_joined":
            there.add(event.person_id or 0)
        elif out:
            there.discard(event.person_id or 0)
    return there, count


def check(room: Room) -> None:
    room.refresh_from_db()
    joined = Membership.objects.joined().filter(room=room)
    there = set(joined.values_list("user", flat=True))
    assert members_told(room) == (there, len(there))
    assert room.member_count == len(there)
    for event in StreamEvent.objects.filter(stream=room.pk):
        assert not there & set(departures(event))


@pytest.mark.parametrize("seed", range(4))
def test_c6_c27_t45_events_tell_who_is_there_whatever_people_do(cast: Cast, seed: int) -> None:
    dice = Random(seed)
    guest = UserFactory.create(
        is_guest=True, email=None, search_opt_out=True, leaderboard_opt_out=True
    )
    people = [cast.alice, cast.bob, cast.carol, cast.charlie, cast.mallory, guest]
    made = [
        rooms.create_room(actor=cast.alice, name="Lounge", guests_allowed=True),
        rooms.create_room(actor=cast.bob, name="Team", kind="group", people=[cast.alice]),
        rooms.create_room(actor=cast.carol, name="Cellar", kind="private", guests_allowed=True),
    ]
    done = 0
    for _ in range(STEPS):
        actor, other, room = dice.choice(people), dice.choice(people), dice.choice(made)
        known = acts(dice, actor, other, room)
        name = dice.choice([*known, "join", "join", "add", "leave"])
        with suppress(AppError):
            known[name]()
            done += 1
    assert done > STEPS / 10
    assert list(violations()) == []
    for room in made:
        check(room)
