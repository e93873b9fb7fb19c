"""The personal events of notifications, as they are stored and as they are read."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import blocks
from accounts.actions.follows import follow_user
from accounts.models import User
from accounts.testing import Cast, UserFactory
from engagement.actions.comments import create_comment
from notifications.models import Notification
from notifications.testing import LIST, SETTINGS, listed, switch, unread_of
from posts.testing import PostFactory
from socialsite.lib.models import StreamEvent
from socialsite.lib.realtime import commands, streams
from socialsite.lib.testing.client import ApiClient

TOLD, CHANGED = "personal_notification", "notifications_read"
CANARY = "Wren Quillfeather"


def heard(person: User, after: int = 0) -> list[streams.Push]:
    """Return the personal events of a person after a number, as they are sent now."""
    return streams.read_after(person.pk, after)


def last_of(person: User) -> int:
    return streams.last_numbers([person.pk])[person.pk]


def test_y74_a_like_is_in_the_stream_of_the_author(cast: Cast, bob: ApiClient) -> None:
    post, before = PostFactory.create(author=cast.alice), last_of(cast.alice)
    assert bob.send(f"/api/posts/{post.pk}/like").status_code == 200
    [push] = heard(cast.alice, before)
    assert (push.event, push.seq, push.topic) == (TOLD, before + 1, f"user:{cast.alice.pk}")
    assert push.person_id == cast.bob.pk
    data = push.data
    assert (data["type"], data["actor"]["id"]) == ("like", str(cast.bob.pk))
    assert data["target"] == {"id": str(post.pk), "type": "post"}
    assert data["text"] == f"{cast.bob.display_name} likes your post."


def test_y74_an_event_says_what_the_list_says(cast: Cast, alice: ApiClient, bob: ApiClient) -> None:
    bob.send(f"/api/posts/{PostFactory.create(author=cast.alice).pk}/like")
    [row] = listed(alice, "?limit=1")
    group = alice.read(f"{LIST}?grouped=1&limit=1").json()["results"][0]["group_key"]
    more = {"group_key": group, "unread_count": unread_of(alice)}
    assert heard(cast.alice)[-1].data == row | more


def test_y74_a_deed_that_is_repeated_is_told_once(cast: Cast, bob: ApiClient) -> None:
    path, before = f"/api/posts/{PostFactory.create(author=cast.alice).pk}", last_of(cast.alice)
    for _ in range(2):
        bob.send(f"{path}/like")
        bob.drop(f"{path}/like")
    assert last_of(cast.alice) == before + 1


@pytest.mark.parametrize("way", ["mute", "block", "switch", "thread"])
def test_y74_who_would_not_hear_of_it_gets_no_event(
    cast: Cast, alice: ApiClient, bob: ApiClient, way: str
) -> None:
    post = PostFactory.create(author=cast.alice)
    if way == "mute":
        blocks.mute_user(actor=cast.alice, target=cast.bob)
    elif way == "block":
        blocks.block_user(actor=cast.alice, target=cast.bob)
    elif way == "switch":
        switch(alice, "like", in_app=False)
    else:
        alice.set(f"/api/notifications/mutes/{post.pk}")
    before = last_of(cast.alice)
    bob.send(f"/api/posts/{post.pk}/like")
    assert last_of(cast.alice) == before


def test_y74_what_may_not_be_seen_any_more_is_a_number_and_nothing_else(
    cast: Cast, alice: ApiClient
) -> None:
    actor = UserFactory.create(display_name=CANARY)
    follow_user(actor=actor, target=cast.alice)
    [push] = heard(cast.alice, last_of(cast.alice) - 1)
    assert CANARY in str(push.body())
    blocks.block_user(actor=cast.alice, target=actor)
    [push] = heard(cast.alice, last_of(cast.alice) - 1)
    assert push.body() == {"event": "hidden", "topic": push.topic, "seq": push.seq}


def test_b7_what_filters_warn_of_is_marked_in_the_event_too(cast: Cast, alice: ApiClient) -> None:
    post = PostFactory.create(author=cast.alice)
    terms = [{"kind": "keyword", "value": "wren"}]
    body = {"title": "Birds", "scopes": ["notifications"], "action": "warn", "terms": terms}
    assert alice.send("/api/filters", body).status_code == 201
    create_comment(actor=cast.bob, target_id=post.pk, content="A wren!")
    [push] = heard(cast.alice, last_of(cast.alice) - 1)
    assert push.data["filtered"] == listed(alice, "?limit=1")[0]["filtered"]
    assert push.data["filtered"][0]["term"] == "wren"


@pytest.mark.parametrize("end", ["dismiss", "delete", "unlike_private"])
def test_y74_what_is_gone_is_hidden_when_it_is_replayed(
    cast: Cast, alice: ApiClient, bob: ApiClient, end: str
) -> None:
    post = alice.send("/api/posts", {"content": "Here for a moment."}).json()["id"]
    bob.send(f"/api/posts/{post}/like")
    number = last_of(cast.alice)
    if end == "dismiss":
        alice.drop(f"{LIST}/{listed(alice)[0]['id']}")
    elif end == "delete":
        alice.drop(f"/api/posts/{post}")
    else:
        Notification.objects.filter(recipient=cast.alice, type="like").delete()
    found = {push.seq: push.event for push in heard(cast.alice)}
    assert found[number] == "hidden"


def test_b16_what_is_held_is_no_event_until_its_sender_is_accepted(
    cast: Cast, alice: ApiClient
) -> None:
    alice.set(SETTINGS, {"policy": {"strangers": "hold"}})
    stranger, before = UserFactory.create(display_name=CANARY), last_of(cast.alice)
    cast.client(stranger).send(f"/api/posts/{PostFactory.create(author=cast.alice).pk}/like")
    assert last_of(cast.alice) == before
    alice.send(f"/api/notifications/requests/{stranger.pk}/accept")
    [push] = heard(cast.alice, before)
    assert (push.event, push.data["change"]) == (CHANGED, "accepted")
    assert push.data["sender_id"] == str(stranger.pk)
    assert push.data["unread_count"] == unread_of(alice)


def test_b4_reading_all_is_one_event_for_the_other_devices(cast: Cast, alice: ApiClient) -> None:
    for _ in range(5):
        follow_user(actor=UserFactory.create(), target=cast.alice)
    before = last_of(cast.alice)
    alice.send(f"{LIST}/read-all")
    alice.send(f"{LIST}/read-all")
    [push] = heard(cast.alice, before)
    assert (push.event, push.data) == (CHANGED, {"change": "read", "unread_count": 0})


def test_b4_reading_and_dismissing_name_what_they_touched(cast: Cast, alice: ApiClient) -> None:
    first, second = (row["id"] for row in listed(alice)[:2])
    groups = alice.read(f"{LIST}?grouped=1").json()["results"]
    key = next(row["group_key"] for row in groups if row["newest"] != second)
    before = last_of(cast.alice)
    alice.send(f"{LIST}/{second}/read")
    alice.send(f"{LIST}/read-all", {"up_to": first})
    alice.drop(f"{LIST}/{second}")
    alice.drop(f"{LIST}/groups/{key}")
    named = [
        {k: v for k, v in push.data.items() if k != "unread_count"}
        for push in heard(cast.alice, before)
    ]
    assert named == [
        {"change": "read", "id": second},
        {"change": "read", "up_to": first},
        {"change": "dismissed", "id": second},
        {"change": "dismissed", "group_key": key},
    ]


def test_b2_events_of_a_person_are_numbered_without_a_gap(cast: Cast, alice: ApiClient) -> None:
    for _ in range(3):
        follow_user(actor=UserFactory.create(), target=cast.alice)
        alice.send(f"{LIST}/read-all")
    seqs = StreamEvent.objects.filter(stream=cast.alice.pk).order_by("seq")
    assert list(seqs.values_list("seq", flat=True)) == list(range(1, last_of(cast.alice) + 1))


def test_y74_a_batch_is_rendered_in_as_many_statements_as_one_event(cast: Cast) -> None:
    def count(number: int) -> int:
        before = last_of(cast.alice)
        for _ in range(number):
            follow_user(actor=UserFactory.create(), target=cast.alice)
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert len(heard(cast.alice, before)) == number
        return len(found)

    assert count(1) == count(12) <= 4


class FakeLine:
    connection_id = "1"

    def __init__(self) -> None:
        self.heard: list[tuple[int, int]] = []

    def listen(self, topic: str) -> None: ...

    def leave(self, topic: str) -> None: ...

    def hears(self, topic: str) -> bool:
        return False

    def listen_from(self, stream_id: int, seq: int) -> None:
        self.heard.append((stream_id, seq))


def run(name: str, user: User, line: Any, **data: Any) -> Any:
    known = commands.COMMANDS[name]
    body = known.body(data=data)
    body.is_valid(raise_exception=True)
    return known.run(commands.Caller(user, None, line), body.validated_data)


def test_y74_joining_ones_own_room_answers_the_last_number(cast: Cast) -> None:
    line = FakeLine()
    answer = run("join_personal_room", cast.alice, line, user_id=str(cast.alice.pk))
    assert answer == {"useq": last_of(cast.alice)}
    assert line.heard == [(cast.alice.pk, answer["useq"])]
