from random import Random
from typing import Any

import pytest

from accounts.testing import Cast, UserFactory, client_of
from chat.marks import counts_of, total_of
from chat.models import Membership, Message
from chat.tests.rooms import at, join, make_room
from chat.tests.talk import of, say, seat, write
from moderation.actions.content import hide_thing
from socialsite.lib.invariants import violations
from socialsite.lib.realtime.streams import read_after
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
DIRECT = "/api/settings"


@pytest.fixture
def room(alice: ApiClient, bob: ApiClient) -> str:
    made = make_room(alice)
    join(made, bob)
    return made


def mark(client: ApiClient, room: str, seq: int, **body: Any) -> dict[str, Any]:
    answer = client.send(at(room, "read"), {"up_to_seq": seq, **body})
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def unread(client: ApiClient, room: str) -> tuple[int, int]:
    found = client.read(at(room)).json()
    return found["unread"], found["mentions"]


def receipts(user: Any) -> list[dict[str, Any]]:
    return [push.data for push in read_after(user.pk, 0) if push.event == "receipt"]


def test_b4_n35_what_others_said_since_the_mark_is_unread(
    alice: ApiClient, bob: ApiClient, room: str
) -> None:
    for text in ("one", "two @bob", "three"):
        newest = say(alice, room, text)["seq"]
    say(bob, room, "mine")
    assert (unread(bob, room), unread(alice, room)) == ((3, 1), (1, 0))
    marks = mark(bob, room, newest - 1)
    assert marks == {
        "room_id": room, "read_seq": newest - 1, "delivered_seq": newest - 1, "unread": 1, "mentions": 0, "total": 0,
    }  # fmt: skip
    assert unread(bob, room) == (1, 0)


def test_b4_what_was_said_before_one_came_is_not_unread(
    alice: ApiClient, charlie: ApiClient, room: str
) -> None:
    say(alice, room)
    join(room, charlie)
    assert unread(charlie, room) == (0, 0)
    mark(charlie, room, 0)
    assert unread(charlie, room) == (0, 0)


def test_b4_c26_the_mark_goes_back_and_what_is_delivered_does_not(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    seqs = [say(alice, room, f"m{n}")["seq"] for n in range(3)]
    assert mark(bob, room, seqs[-1])["unread"] == 0
    back = mark(bob, room, seqs[0])
    assert (back["unread"], back["read_seq"], back["delivered_seq"]) == (2, seqs[0], seqs[-1])
    assert mark(bob, room, seqs[0], delivered=True)["delivered_seq"] == seqs[-1]
    beyond = mark(bob, room, 10_000)
    assert beyond["read_seq"] == seqs[-1]
    assert not list(violations())


def test_b4_all_devices_hear_of_a_mark_that_moved_once(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str
) -> None:
    newest = say(alice, room, "Hello @bob")["seq"]
    for _ in range(2):
        mark(bob, room, newest)
    pushes = [push for push in read_after(cast.bob.pk, 0) if push.event == "unread"]
    ours = [push.data for push in pushes if push.data.get("room_id") == room]
    assert ours == [{"room_id": room, "unread": 0, "mentions": 0, "read_seq": newest, "total": 0}]


def test_c26_who_wrote_hears_how_far_the_others_have_got_and_read(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    join(room, charlie)
    newest = say(alice, room)["seq"]
    mark(bob, room, newest, delivered=True)
    mark(bob, room, newest)
    mark(bob, room, newest)
    before = seat(room, cast.bob).joined_seq
    assert receipts(cast.alice) == [
        {"room_id": room, "user_id": str(cast.bob.pk), "delivered_seq": newest, "read_seq": before},
        {"room_id": room, "user_id": str(cast.bob.pk), "delivered_seq": newest, "read_seq": newest},
    ]
    # Charlie wrote nothing.
    assert receipts(cast.charlie) == []


@pytest.mark.parametrize("side", ["reader", "writer", "block"])
def test_c26_receipts_are_sent_where_both_sides_want_them(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str, side: str
) -> None:
    newest = say(alice, room)["seq"]
    if side == "block":
        bob.set(f"/api/users/{cast.alice.pk}/block")
    else:
        (bob if side == "reader" else alice).set(DIRECT, {"read_receipts": False})
    mark(bob, room, newest)
    assert receipts(cast.alice) == []


def test_c26_a_large_room_sends_no_receipts(
    alice: ApiClient, bob: ApiClient, cast: Cast, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chat.actions.marks.MAX_RECEIPTS", 1)
    mark(bob, room, say(alice, room)["seq"])
    assert receipts(cast.alice) == []


def test_b4_who_has_read_is_listed_with_a_count(
    alice: ApiClient, bob: ApiClient, charlie: ApiClient, cast: Cast, room: str
) -> None:
    join(room, charlie)
    said = say(alice, room)
    path = of(room, said["id"], "readers")
    assert alice.read(path).json()["count"] == 0
    for client in (bob, charlie):
        mark(client, room, said["seq"])
    found = alice.read(path).json()
    assert [row["user"]["username"] for row in found["results"]] == ["bob", "charlie"]
    assert found["count"] == 2
    charlie.set(DIRECT, {"read_receipts": False})
    assert alice.read(path).json()["count"] == 1
    assert charlie.read(path).json() == {"next": None, "previous": None, "results": [], "count": 0}
    alice.set(f"/api/users/{cast.bob.pk}/block")
    assert alice.read(path).json()["count"] == 0


def test_b4_only_members_learn_who_has_read(alice: ApiClient, carol: ApiClient, room: str) -> None:
    answer = carol.read(of(room, say(alice, room)["id"], "readers"))
    assert (answer.status_code, code_of(answer)) == (403, "not_member")


def test_n36_a_direct_message_says_when_it_was_read(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    said = write(alice, cast.carol).json()
    path = of(said["room_id"], said["id"])
    assert alice.read(path).json()["read_at"] is None
    carol.read(of(said["room_id"]))
    assert alice.read(path).json()["read_at"] is not None
    assert carol.read(path).json()["read_at"] is not None
    carol.set(DIRECT, {"read_receipts": False})
    assert alice.read(path).json()["read_at"] is None
    assert carol.read(path).json()["read_at"] is not None


def test_c26_only_members_have_marks(alice: ApiClient, charlie: ApiClient, room: str) -> None:
    answer = charlie.send(at(room, "read"), {"up_to_seq": 1})
    assert (answer.status_code, code_of(answer)) == (403, "not_member")
    secret = make_room(alice, "Secret", kind="private")
    assert charlie.send(at(secret, "read"), {"up_to_seq": 1}).status_code == 404
    assert code_of(alice.send(at(room, "read"), {})) == "required"
    assert code_of(alice.send(at(room, "read"), {"up_to_seq": -1})) == "min_value"


def recount(user: Any, room: str) -> tuple[int, int]:
    """Count what a person has not read one message at a time, as the rules say it."""
    own = Membership.objects.filter(user=user, room=int(room), state="joined").first()
    if own is None:
        return 0, 0
    blocked = set(user.blocks.values_list("blocked", flat=True))
    blocked |= set(user.blocked_by.values_list("blocker", flat=True))
    rows = [
        message
        for message in Message.objects.filter(room=int(room)).select_related("sender")
        if message.seq > max(own.read_seq, own.joined_seq)
        and message.is_live
        and message.sender_id != user.pk
        and message.sender_id not in blocked
        and message.sender.is_active
    ]
    named = [m for m in rows if any(row["id"] == str(user.pk) for row in m.mentions)]
    return len(rows), len(named)


class Crowd:
    """People who do anything at all in two rooms."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.dice, self.admin = Random(seed), cast.admin
        self.people = [cast.alice, cast.bob, cast.carol, cast.charlie]
        self.clients = {user.pk: client_of(user) for user in self.people}
        owner, *others = self.clients.values()
        self.rooms = [make_room(owner, f"Room {n}") for n in range(2)]
        for room in self.rooms:
            join(room, *others)

    def step(self) -> None:
        acts = [self.say] * 5 + [self.delete] * 2 + [self.edit] * 2 + [self.mark] * 2
        self.dice.choice([*acts, self.hide, self.block, self.unblock, self.leave, self.join])()

    def client(self) -> ApiClient:
        return self.clients[self.dice.choice(self.people).pk]

    def message(self) -> Message | None:
        rows = list(Message.objects.filter(deleted_at=None))
        return self.dice.choice(rows) if rows else None

    def room(self) -> str:
        return self.dice.choice(self.rooms)

    def say(self) -> None:
        text = f"Hi @{self.dice.choice(self.people).username}"
        self.client().send("/api/messages", {"room_id": self.room(), "content": text})

    def delete(self) -> None:
        if message := self.message():
            self.clients[message.sender_id].drop(of(str(message.room_id), message.pk))

    def edit(self) -> None:
        if message := self.message():
            text = f"@{self.dice.choice(self.people).username}!"
            path = of(str(message.room_id), message.pk)
            self.clients[message.sender_id].set(path, {"content": text})

    def hide(self) -> None:
        message = self.message()
        if message and message.is_live:
            hide_thing(actor=self.admin, thing=message, note="Looked at it.")

    def block(self) -> None:
        self.client().set(f"/api/users/{self.dice.choice(self.people).pk}/block")

    def unblock(self) -> None:
        self.client().drop(f"/api/users/{self.dice.choice(self.people).pk}/block")

    def mark(self) -> None:
        self.client().send(at(self.room(), "read"), {"up_to_seq": self.dice.randrange(40)})

    def leave(self) -> None:
        self.client().send(at(self.room(), "leave"))

    def join(self) -> None:
        self.client().send(at(self.room(), "join"))


@pytest.mark.parametrize("seed", range(3))
def test_b4_counts_equal_a_recount_whatever_people_do(cast: Cast, seed: int) -> None:
    crowd = Crowd(cast, seed)
    for _ in range(45):
        crowd.step()
    assert Message.objects.count() > 3
    for user in crowd.people:
        found = counts_of([int(room) for room in crowd.rooms], user)
        shown = {pk: (counts.unread, counts.mentions) for pk, counts in found.items()}
        assert shown == {int(room): recount(user, room) for room in crowd.rooms}
    assert not list(violations())


def test_b4_the_total_is_that_of_all_conversations(alice: ApiClient, cast: Cast, room: str) -> None:
    say(alice, room)
    for user in UserFactory.create_batch(2):
        client_of(user).set(f"/api/users/{cast.alice.pk}/follow")
        user.refresh_from_db()
        alice.set(DIRECT, {"dm_policy": "everyone"})
        for _ in range(2):
            assert write(client_of(user), cast.alice).status_code == 201
    assert total_of(cast.alice) == 4
