import threading
import time
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from accounts.actions import blocks
from accounts.models import Block, User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import Act, duel, race
from chat.actions import joining, members, rooms
from chat.models import Membership, Room
from chat.tests.rooms import ROOMS, at, names
from socialsite.lib.invariants import violations
from socialsite.lib.models import StreamEvent
from socialsite.lib.testing.client import ApiClient

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_limits")]


def people(number: int) -> list[User]:
    found: Any = UserFactory.create_batch(number)
    return list(found)


def wrongs() -> list[str]:
    """Return what must not be: drifted counters and owners, and streams with a gap."""
    found = [f"{name}: {sentence}" for name, sentence in violations()]
    for room in Room.objects.all():
        numbers = StreamEvent.objects.filter(stream=room.pk).order_by("seq")
        if list(numbers.values_list("seq", flat=True)) != list(range(1, numbers.count() + 1)):
            found.append(f"room {room.pk} has a gap")
    return found


def test_c14_t45_one_joins_once_however_many_devices_ask() -> None:
    owner, guest = people(2)
    room = str(rooms.create_room(actor=owner, name="Lounge").pk)
    statuses: list[int] = []
    clients = [client_of(guest) for _ in range(8)]

    def ask(client: ApiClient) -> None:
        statuses.append(client.send(at(room, "join")).status_code)

    sides = [[partial(ask, client)] for client in clients]
    assert (race(*sides), wrongs()) == ([], [])
    assert statuses == [200] * 8
    assert names(room) == ["user_joined"] * 2


def test_c15_t45_joining_and_leaving_at_once_leave_no_drift() -> None:
    owner, *others = people(7)
    room = rooms.create_room(actor=owner, name="Lounge")
    sides: list[list[Act]] = [
        [partial(act, actor=user, room=room) for _ in range(4) for act in (joining.join_room, joining.leave_room)]
        for user in others
    ]  # fmt: skip
    assert (race(*sides), wrongs()) == ([], [])
    room.refresh_from_db()
    assert room.member_count == 1


def test_c15_t45_a_room_has_one_owner_when_all_leave_at_once() -> None:
    for number in range(5):
        everybody = people(5)
        room = rooms.create_room(actor=everybody[0], name=f"Lounge {number}")
        for user in everybody[1:]:
            joining.join_room(actor=user, room=room)
        sides = [[partial(joining.leave_room, actor=user, room=room)] for user in everybody[:4]]
        assert (race(*sides), wrongs()) == ([], [])
        room.refresh_from_db()
        assert (room.owner_id, room.member_count) == (everybody[4].pk, 1)


def test_c31_t45_a_guest_who_registers_while_the_owner_leaves_owns_the_room() -> None:
    (owner,) = people(1)
    guest = UserFactory.create(
        is_guest=True, email=None, search_opt_out=True, leaderboard_opt_out=True
    )
    room = rooms.create_room(actor=owner, name="Lounge", guests_allowed=True)
    joining.join_room(actor=guest, room=room)
    has_left = threading.Event()

    def leave() -> None:
        with transaction.atomic():
            joining.leave_room(actor=owner, room=room)
            has_left.set()
            time.sleep(0.5)

    def register() -> None:
        has_left.wait(30)
        with transaction.atomic():
            User.objects.filter(pk=guest.pk).update(is_guest=False, email="guest@example.org")
            joining.claim_rooms(actor=guest)

    assert (race([leave], [register]), wrongs()) == ([], [])
    room.refresh_from_db()
    assert room.owner_id == guest.pk


def test_c31_t45_two_owners_never_come_of_two_who_hand_over() -> None:
    owner, one, other = people(3)
    room = rooms.create_room(actor=owner, name="Lounge")
    for user in (one, other):
        joining.join_room(actor=user, room=room)
    give = partial(members.set_role, actor=owner, room=room, role="owner")
    assert (race([partial(give, user=one)], [partial(give, user=other)]), wrongs()) == ([], [])
    assert Membership.objects.filter(room=room, role="owner").count() == 1


def test_n53_t45_two_people_who_write_at_once_have_one_conversation() -> None:
    found: list[int] = []

    def begin(actor: User, other: User) -> None:
        with transaction.atomic():
            found.append(rooms.direct_room(actor, other).pk)

    pairs = [people(2) for _ in range(10)]
    one = [partial(begin, low, high) for low, high in pairs]
    other = [partial(begin, high, low) for low, high in pairs]
    assert (duel(one, other), wrongs()) == ([], [])
    assert len(found) == 20
    assert len(set(found)) == 10 == Room.objects.count()
    assert Membership.objects.count() == 20


def test_c11_t45_of_many_who_take_a_name_one_gets_it() -> None:
    statuses: list[int] = []
    clients = [client_of(user) for user in people(6)]

    def ask(client: ApiClient) -> None:
        statuses.append(client.send(ROOMS, {"name": "General"}).status_code)

    sides = [[partial(ask, client)] for client in clients]
    assert (race(*sides), wrongs()) == ([], [])
    assert sorted(statuses) == [201, *[409] * 5]


def test_t8_nobody_is_asked_in_after_a_block_that_raced_it() -> None:
    asked: list[Act] = []
    shut: list[Act] = []
    late: list[str] = []

    def ask(actor: User, room: Room, other: User) -> None:
        with transaction.atomic():
            members.add_members(actor=actor, room=room, people=[other])
            if Block.objects.filter(blocker=other).exists():
                late.append(str(room))

    for number in range(10):
        actor, other = people(2)
        room = rooms.create_room(actor=actor, name=f"Lounge {number}")
        asked.append(partial(ask, actor, room, other))
        shut.append(partial(blocks.block_user, actor=other, target=actor))
    assert (duel(asked, shut), wrongs(), late) == ([], [], [])


def test_c27_t45_whoever_is_banned_while_joining_is_out() -> None:
    owner, *others = people(9)
    room = rooms.create_room(actor=owner, name="Lounge")
    bans = [partial(members.ban_member, actor=owner, room=room, user=user) for user in others]
    joins = [partial(joining.join_room, actor=user, room=room) for user in others]
    assert (duel(bans, joins), wrongs()) == ([], [])
    assert Membership.objects.joined().filter(room=room).count() == 1
    assert Membership.objects.filter(room=room, state="banned").count() == 8
