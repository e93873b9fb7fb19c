from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import Act, race
from chat.actions import edits, joining, members, reactions, rooms
from chat.actions.conversations import write_to
from chat.actions.marks import mark_delivered, mark_read
from chat.actions.messages import Sent, send_message
from chat.models import Membership, Message, Room
from chat.tests.talk import MESSAGES
from socialsite.lib.commits import commit_together
from socialsite.lib.invariants import violations
from socialsite.lib.models import StreamEvent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_limits")]


def people(number: int) -> list[User]:
    found: Any = UserFactory.create_batch(number, dm_policy="everyone")
    return list(found)


def room_of(owner: User, *others: User) -> Room:
    room = rooms.create_room(actor=owner, name=f"Lounge {owner.pk}")
    for user in others:
        joining.join_room(actor=user, room=room)
    return room


def wrongs() -> list[str]:
    return [f"{name}: {sentence}" for name, sentence in violations()]


def test_b1_c16_t45_twins_with_one_client_id_are_one_message() -> None:
    owner = people(1)[0]
    room = room_of(owner)
    sent: list[Sent] = []
    send = partial(send_message, actor=owner, room_id=room.pk, content="Hello")
    sides: list[list[Act]] = [
        [lambda n=n: sent.append(send(client_id=f"c{n}")) for n in range(10)]  # type: ignore[misc]
        for _ in range(6)
    ]
    assert (race(*sides), wrongs()) == ([], [])
    assert Message.objects.count() == 10
    assert len({(one.id, one.seq) for one in sent}) == 10
    assert sum(not one.is_duplicate for one in sent) == 10
    assert StreamEvent.objects.filter(stream=room.pk, name="message").count() == 10


def test_b1_t45_twins_by_http_with_an_idempotency_key_are_one_message() -> None:
    owner = people(1)[0]
    room, client = room_of(owner), client_of(owner)
    body = {"room_id": str(room.pk), "content": "Hello"}
    answers: list[Any] = []
    clients = [type(client)(client.token) for _ in range(6)]
    sides: list[list[Act]] = [
        [lambda c=c: answers.append(c.send(MESSAGES, body, Idempotency_Key="k"))]  # type: ignore[misc]
        for c in clients
    ]
    assert race(*sides) == []
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Message.objects.count() == 1


def test_n36_t45_two_who_write_to_each_other_at_once_share_one_conversation() -> None:
    for _ in range(5):
        one, other = people(2)
        sides: list[list[Act]] = [
            [partial(write_to, actor=a, recipient_id=b.pk, content=f"m{n}") for n in range(3)]
            for a, b in ((one, other), (other, one)) * 2
        ]
        assert race(*sides) == []
        room = Room.objects.get(low=min(one.pk, other.pk), high=max(one.pk, other.pk))
        assert Message.objects.filter(room=room).count() == 12
    assert wrongs() == []


def test_b2_t45_messages_of_many_are_numbered_without_a_gap_in_each_one_s_order() -> None:
    owner, *others = people(5)
    room = room_of(owner, *others)
    sides: list[list[Act]] = [
        [partial(send_message, actor=user, room_id=room.pk, content=str(n)) for n in range(15)]
        for user in (owner, *others)
    ]
    assert (race(*sides), wrongs()) == ([], [])
    for user in (owner, *others):
        said = Message.objects.filter(sender=user).order_by("seq").values_list("content", flat=True)
        assert list(said) == [str(n) for n in range(15)]
    numbers = (
        StreamEvent.objects.filter(stream=room.pk).order_by("seq").values_list("seq", flat=True)
    )
    assert list(numbers) == list(range(1, 81))


def test_c27_t45_nothing_is_said_after_a_ban() -> None:
    for _ in range(4):
        owner, other = people(2)
        room = room_of(owner, other)
        talk = [
            partial(send_message, actor=other, room_id=room.pk, content=str(n)) for n in range(8)
        ]
        wait = [
            partial(send_message, actor=owner, room_id=room.pk, content=str(n)) for n in range(3)
        ]
        ban = partial(members.ban_member, actor=owner, room=room, user=other)
        assert race(talk, [*wait, ban]) == []
        banned_at = StreamEvent.objects.get(stream=room.pk, name="room_members").seq
        assert not Message.objects.filter(sender=other, seq__gt=banned_at).exists()
    assert wrongs() == []


def test_b4_c26_t45_marks_set_by_many_devices_never_lose_what_was_delivered() -> None:
    owner, other = people(2)
    room = room_of(owner, other)
    for n in range(20):
        newest = send_message(actor=owner, room_id=room.pk, content=str(n)).seq
    sides: list[list[Act]] = [
        [
            partial(act, actor=other, room_id=room.pk, up_to=seq)
            for seq in range(3, newest + 1, step)
        ]
        for act, step in ((mark_read, 3), (mark_delivered, 2), (mark_read, 5), (mark_delivered, 1))
    ]
    says: list[Act] = [partial(send_message, actor=owner, room_id=room.pk, content="x")] * 5
    assert (race(*sides, says), wrongs()) == ([], [])
    assert Membership.objects.get(room=room, user=other).delivered_seq == newest


def test_b27_t45_counts_of_emoji_hold_however_many_react_at_once() -> None:
    owner, *others = people(5)
    room = room_of(owner, *others)
    sent = send_message(actor=owner, room_id=room.pk, content="Hello")
    sides: list[list[Act]] = [
        [
            partial(act, actor=user, message_id=sent.id, room_id=room.pk, emoji=emoji)
            for emoji in "👍🎉👍"
            for act in (reactions.react, reactions.unreact, reactions.react)
        ]
        for user in others
    ]
    assert (race(*sides), wrongs()) == ([], [])
    counts = Message.objects.get().reaction_counts
    assert sorted(row["count"] for row in counts) == [4, 4]


def test_b5_t45_deleting_editing_and_reacting_at_once_leave_no_drift() -> None:
    owner, other = people(2)
    room = room_of(owner, other)
    for _ in range(5):
        sent = send_message(actor=owner, room_id=room.pk, content="Hello")
        at: dict[str, Any] = {"message_id": sent.id, "room_id": room.pk}
        text = f"Hello @{other.username}"
        sides: list[list[Act]] = [
            [
                partial(
                    edits.edit_message, actor=owner, content=text, check=lambda version: None, **at
                )
            ],
            [partial(edits.delete_message, actor=owner, **at)],
            [partial(reactions.react, actor=other, emoji="👍", **at)],
        ]
        assert race(*sides) == []
    assert wrongs() == []


def test_c16_what_fails_in_a_group_of_writes_takes_nothing_of_the_others() -> None:
    """Four threads at a time commit together; two of their five writes break a constraint."""
    owner = people(1)[0]
    room = room_of(owner)
    failed: list[int] = []

    def write(n: int) -> None:
        def act() -> None:
            Message.objects.create(
                room=room,
                sender=owner,
                seq=1000 + n - (n % 4 == 3) * 1,
                content=str(n),
                sender_name="x",
            )

        try:
            commit_together(act)
        except IntegrityError:
            failed.append(n)

    for start in range(0, 40, 4):
        sides: list[list[Act]] = [[partial(write, start + n)] for n in range(3)]
        assert race(*sides, [partial(write, start + 2), partial(write, start + 3)]) == []
    assert len(failed) == 20
    assert Message.objects.count() == 30


def test_c16_a_write_inside_a_transaction_is_part_of_it() -> None:
    owner = people(1)[0]
    room = room_of(owner)
    with transaction.atomic():
        send_message(actor=owner, room_id=room.pk, content="x")
        transaction.set_rollback(True)
    assert not Message.objects.exists()
