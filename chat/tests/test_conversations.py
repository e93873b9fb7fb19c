from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from chat.actions.conversations import write_to
from chat.models import Membership, Message, Room
from chat.telling import READING_FOR
from chat.tests.rooms import at, join, make_room
from chat.tests.talk import MESSAGES, of, say, seat, write
from notifications.models import Notification
from socialsite.lib.errors import RateLimited
from socialsite.lib.invariants import violations
from socialsite.lib.models import IdempotencyKey
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]


def listed(client: ApiClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.read(MESSAGES + query)
    assert answer.status_code == 200, answer.content
    found: list[dict[str, Any]] = answer.json()["results"]
    return found


def told(user: User, name: str = "message") -> int:
    return Notification.objects.filter(recipient=user, type=name).count()


def friend_of(user: User) -> tuple[User, ApiClient]:
    """Return somebody who may write to a person, as that one takes messages of everybody."""
    User.objects.filter(pk=user.pk).update(dm_policy="everyone")
    made = UserFactory.create(dm_policy="everyone")
    return made, client_of(made)


def test_n36_the_first_message_makes_the_conversation_and_the_next_finds_it(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    first = write(alice, cast.carol)
    assert first.status_code == 201
    said = first.json()
    assert said["conversation_id"] == said["room_id"]
    answer = write(carol, cast.alice, "Hello yourself").json()
    by_id = alice.send(MESSAGES, {"conversation_id": said["room_id"], "message_content": "Well"})
    assert answer["room_id"] == by_id.json()["room_id"] == said["room_id"]
    assert Room.objects.get().kind == "direct"
    assert [row["content"] for row in carol.read(of(said["room_id"])).json()["results"]] == [
        "Hello", "Hello yourself", "Well",
    ]  # fmt: skip
    assert not list(violations())


def test_n35_conversations_are_listed_with_the_newest_first(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    other, others_client = friend_of(cast.alice)
    direct = write(carol, cast.alice, "First").json()["room_id"]
    group = make_room(alice, "Boats", kind="group")
    alice.send(at(group, "members"), {"user_id": str(cast.carol.pk)})
    write(others_client, cast.alice, "Second")
    say(carol, group, "Third @alice")
    make_room(alice, "Public")
    rows = listed(alice)
    assert [row["last_message"]["content"] for row in rows] == ["Third @alice", "Second", "First"]
    assert [row["kind"] for row in rows] == ["group", "direct", "direct"]
    assert (rows[0]["unread"], rows[0]["mentions"], rows[0]["name"]) == (1, 1, "Boats")
    assert {user["username"] for user in rows[0]["participants"]} == {"alice", "carol"}
    assert rows[1]["recipient"]["username"] == other.username
    assert {rows[2]["participant1"], rows[2]["participant2"]} == {
        str(cast.alice.pk), str(cast.carol.pk),
    }  # fmt: skip
    write(carol, cast.alice, "Fourth")
    assert listed(alice)[0]["id"] == direct
    assert [row["unread_count"] for row in listed(carol)] == [0, 0]


def test_n52_n53_a_conversation_and_what_is_said_in_it_have_their_other_names_too(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    said = write(carol, cast.alice).json()
    two = (str(cast.carol.pk), str(cast.alice.pk))
    assert (said["sender_id"], said["recipient_id"]) == two
    answer = write(alice, cast.carol).json()
    assert (answer["sender_id"], answer["recipient_id"]) == two[::-1]
    assert answer["sent_at"] == answer["timestamp"]
    assert (answer["message_type"], answer["read_at"]) == ("text", None)
    (row,) = listed(alice)
    assert (row["last_message_id"], row["last_activity"]) == (answer["id"], row["updated_at"])
    group = make_room(alice, "Boats", kind="group")
    assert "recipient_id" not in say(alice, group)
    empty = make_room(alice, "Empty", kind="group")
    rows = {row["id"]: row for row in listed(alice)}
    assert rows[empty]["last_message_id"] is None


def test_n35_conversations_are_filtered(alice: ApiClient, carol: ApiClient, cast: Cast) -> None:
    direct = write(carol, cast.alice).json()["room_id"]
    group, old = (make_room(alice, name, kind="group") for name in ("New", "Old"))
    alice.set(at(old), {"archived": True})
    ids = {
        name: {row["id"] for row in listed(alice, f"?filter={name}")}
        for name in ("unread", "archived", "group", "direct")
    }
    assert ids == {"unread": {direct}, "archived": {old}, "group": {group}, "direct": {direct}}
    assert code_of(alice.read(f"{MESSAGES}?filter=red")) == "invalid_choice"


def test_n35_conversations_are_searched_by_the_names_in_them(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    direct = write(carol, cast.alice).json()["room_id"]
    group = make_room(alice, "Ärzte ohne Grenzen", kind="group")
    User.objects.filter(pk=cast.carol.pk).update(display_name="Weaver of baskets")
    wanted = {
        "@car": direct,
        "CAR": direct,
        "weaver of": direct,
        "är": group,
        "ali": None,
        "%": None,
    }
    for start, room in wanted.items():
        rows = listed(alice, f"?q={quote(start)}")
        assert [row["id"] for row in rows] == ([room] if room else []), start
    assert listed(alice, "?q=car&filter=group") == []
    alice.set(f"/api/users/{cast.carol.pk}/block")
    assert listed(alice, "?q=car") == []


def test_n35_b3_the_list_has_pages_that_stay_while_people_write(
    alice: ApiClient, cast: Cast
) -> None:
    people = [friend_of(cast.alice) for _ in range(5)]
    for _, client in people:
        write(client, cast.alice)
    first = alice.read(f"{MESSAGES}?limit=2").json()
    write(people[0][1], cast.alice, "Again")
    second = alice.read(first["next"]).json()
    names = [row["recipient"]["username"] for row in first["results"] + second["results"]]
    assert names == [user.username for user, _ in people[:0:-1]]


def test_n35_a_conversation_across_a_block_is_gone_for_both(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    said = write(carol, cast.alice).json()
    alice.set(f"/api/users/{cast.carol.pk}/block")
    for client in (alice, carol):
        assert listed(client) == []
        assert client.read(of(said["room_id"])).status_code == 404
    assert write(carol, cast.alice).status_code == write(alice, cast.carol).status_code == 404
    again = {"conversation_id": said["room_id"], "content": "x"}
    assert carol.send(MESSAGES, again).status_code == 404
    assert Message.objects.count() == 1


POLICIES = {
    "connections": (201, 403, 403),
    "followers": (201, 201, 403),
    "everyone": (201, 201, 201),
    "requests": (201, 403, 403),
    "nobody": (403, 403, 403),
}


@pytest.mark.parametrize("policy", POLICIES)
def test_n36_m14_each_policy_lets_through_whom_it_names(
    alice: ApiClient, bob: ApiClient, carol: ApiClient, charlie: ApiClient, cast: Cast, policy: str
) -> None:
    """carol is connected to alice, bob follows her, charlie is a stranger."""
    alice.set("/api/settings", {"dm_policy": policy})
    answers = [write(client, cast.alice) for client in (carol, bob, charlie)]
    assert tuple(answer.status_code for answer in answers) == POLICIES[policy]
    assert {code_of(a) for a in answers if a.status_code == 403} <= {"not_connected"}
    assert Room.objects.count() == POLICIES[policy].count(201)


def test_n36_the_policy_holds_in_a_conversation_that_is_there_too(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    said = write(carol, cast.alice).json()
    connection = alice.read("/api/connections").json()["results"][0]["id"]
    assert alice.drop(f"/api/connections/{connection}").status_code in {200, 204}
    for body in ({"recipient_id": str(cast.alice.pk)}, {"room_id": said["room_id"]}):
        answer = carol.send(MESSAGES, {**body, "content": "Still there?"})
        assert (answer.status_code, code_of(answer)) == (403, "not_connected")


def test_n36_who_wrote_first_takes_the_answer(
    alice: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    charlie.set("/api/settings", {"dm_policy": "everyone"})
    assert write(charlie, cast.alice).status_code == 403
    said = write(alice, cast.charlie).json()
    assert write(charlie, cast.alice, "Yes?").json()["room_id"] == said["room_id"]
    alice.set("/api/settings", {"dm_policy": "nobody"})
    assert write(charlie, cast.alice).status_code == 403


def test_n36_m70_blocked_missing_and_odd_recipients(
    alice: ApiClient, mallory: ApiClient, cast: Cast
) -> None:
    for client, user in ((alice, cast.mallory), (mallory, cast.alice)):
        assert write(client, user).status_code == 404
    answer = alice.send(MESSAGES, {"recipient_id": "12345", "content": "x"})
    assert answer.status_code == 404
    answer = write(alice, cast.alice)
    assert (answer.status_code, code_of(answer)) == (400, "self_target")
    assert not Room.objects.exists()


def test_n36_nobody_begins_many_conversations_with_strangers_in_a_day(
    alice: ApiClient, cast: Cast, settings: Any
) -> None:
    people: Any = UserFactory.create_batch(3, dm_policy="everyone")
    settings.RATE_LIMIT_SCALE = 0.2
    for user in people[:2]:
        write_to(actor=cast.alice, recipient_id=user.pk, content="Hello")
    with pytest.raises(RateLimited):
        write_to(actor=cast.alice, recipient_id=people[2].pk, content="Hello")
    write_to(actor=cast.alice, recipient_id=people[0].pk, content="Hello again")
    write_to(actor=cast.alice, recipient_id=cast.carol.pk, content="Hello friend")


def test_n6_a_hundred_messages_are_one_line_until_they_are_read(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    for n in range(20):
        said = write(alice, cast.carol, f"m{n}").json()
    rows = carol.read("/api/notifications?types=message").json()["results"]
    assert [(row["actor"]["username"], row["target"]["id"]) for row in rows] == [
        ("alice", said["room_id"])
    ]
    assert rows[0]["read_at"] is None
    carol.read(of(said["room_id"]))
    assert Notification.objects.get(type="message").read_at is not None
    Membership.objects.update(read_at=timezone.now() - timedelta(hours=1))
    write(alice, cast.carol, "More")
    assert told(cast.carol) == 2


def test_n6_who_is_reading_is_told_only_of_what_they_leave_unread(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    said = write(alice, cast.carol).json()
    carol.read(of(said["room_id"]))
    seen = write(alice, cast.carol, "Are you there?").json()
    assert told(cast.carol) == 1
    carol.send(at(said["room_id"], "read"), {"up_to_seq": seen["seq"]})
    write(alice, cast.carol, "And now?")
    DBTaskResult.objects.update(run_after=timezone.now() - READING_FOR)
    run_all()
    assert told(cast.carol) == 2
    DBTaskResult.objects.update(run_after=timezone.now() - READING_FOR)
    run_all()
    assert told(cast.carol) == 2


def test_n6_who_muted_a_conversation_or_its_writer_is_not_told(
    alice: ApiClient, carol: ApiClient, cast: Cast
) -> None:
    carol.set(f"/api/users/{cast.alice.pk}/mute")
    room = write(alice, cast.carol).json()["room_id"]
    carol.drop(f"/api/users/{cast.alice.pk}/mute")
    carol.read(of(room))
    carol.set(at(room, "members", cast.carol.pk), {"muted": True})
    Membership.objects.update(read_at=None)
    write(alice, cast.carol)
    assert told(cast.carol) == 0
    assert seat(room, cast.carol).is_muted


def test_b1_an_idempotency_key_and_a_client_id_name_one_message(
    alice: ApiClient, cast: Cast
) -> None:
    body = {"recipient_id": str(cast.carol.pk), "content": "Hello"}
    first = alice.send(MESSAGES, body, Idempotency_Key="k1").json()
    assert first["client_id"] == "k1"
    same = alice.send(MESSAGES, body | {"client_id": "k1"})
    assert (same.status_code, same.json()["id"]) == (201, first["id"])
    again = alice.send(MESSAGES, body, Idempotency_Key="k1").json()
    assert again["id"] == first["id"]
    other = alice.send(MESSAGES, body | {"content": "Bye", "client_id": "k1"})
    assert (other.status_code, code_of(other)) == (409, "idempotency_key_reused")
    key = alice.send(MESSAGES, body | {"content": "Bye"}, Idempotency_Key="k1")
    assert (key.status_code, code_of(key)) == (422, "idempotency_key_reused")
    assert Message.objects.count() == 1


def test_b1_a_call_is_repeated_long_after_its_key_was_forgotten(
    alice: ApiClient, cast: Cast
) -> None:
    body = {"recipient_id": str(cast.carol.pk), "content": "Hello"}
    for key in ("short", "x" * 255):
        first = alice.send(MESSAGES, body, Idempotency_Key=key).json()
        IdempotencyKey.objects.all().delete()
        assert alice.send(MESSAGES, body, Idempotency_Key=key).json()["id"] == first["id"]
    assert Message.objects.count() == 2


def test_b1_a_repeat_after_an_edit_is_still_the_same_message(alice: ApiClient, cast: Cast) -> None:
    room = make_room(alice)
    said = say(alice, room, "one", client_id="a")
    alice.set(of(room, said["id"]), {"content": "two"})
    assert say(alice, room, "one", client_id="a")["id"] == said["id"]
    answer = alice.send(MESSAGES, {"room_id": room, "content": "two", "client_id": "a"})
    assert answer.status_code == 409


def test_b1_one_client_id_in_two_rooms_or_of_two_people_is_two_messages(
    alice: ApiClient, bob: ApiClient
) -> None:
    one, other = make_room(alice, "One"), make_room(alice, "Other")
    join(one, bob)
    ids = {
        say(client, room, client_id="a")["id"]
        for client, room in ((alice, one), (alice, other), (bob, one))
    }
    assert len(ids) == 3


def cost(client: ApiClient, path: str) -> int:
    client.read(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.read(path).status_code == 200
    return len(seen)


def test_the_list_costs_the_same_however_long_it_is(cast: Cast) -> None:
    costs = []
    for number in (2, 9):
        reader = UserFactory.create(dm_policy="everyone")
        client = client_of(reader)
        for _ in range(number):
            other = client_of(UserFactory.create(dm_policy="everyone"))
            for text in ("Hello", f"Hello @{reader.username}"):
                room = write(other, reader, text).json()["room_id"]
            last = other.read(of(room)).json()["results"][-1]["id"]
            other.send(of(room, last, "reactions"), {"emoji": "👍"})
        make_room(client, "Group", kind="group")
        costs.append(cost(client, MESSAGES))
    assert costs[0] == costs[1] <= 9
