from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db.models import Q
from django.utils import timezone

from accounts.actions import blocks, connections
from accounts.actions.follows import follow_user
from accounts.models import Follow, User
from accounts.testing import Cast, UserFactory, client_of
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing
from notifications.actions import notify_user
from notifications.models import Notification
from notifications.testing import LIST, SETTINGS, listed, mails_to, switch, types_of, unread_of
from posts.actions.publish import publish_post
from socialsite.lib.testing.client import ApiClient, code_of

REQUESTS = "/api/notifications/requests"
MUTES = "/api/notifications/mutes"


def set_policy(client: ApiClient, **policy: str) -> None:
    assert client.set(SETTINGS, {"policy": policy}).status_code == 200


def requests_of(client: ApiClient) -> list[dict[str, Any]]:
    return list(client.read(REQUESTS).json()["results"])


def test_b16_policy_is_accept_for_all_until_said_otherwise(alice: ApiClient) -> None:
    policy = alice.read(SETTINGS).json()["policy"]
    assert set(policy.values()) == {"accept"}
    set_policy(alice, strangers="hold")
    assert alice.read(SETTINGS).json()["policy"] == policy | {"strangers": "hold"}


@pytest.mark.parametrize("policy", [{"strangers": "shout"}, {"aliens": "hold"}, {"strangers": 1}])
def test_b16_an_unknown_class_or_verdict_is_refused(alice: ApiClient, policy: Any) -> None:
    assert alice.set(SETTINGS, {"policy": policy}).status_code == 400


@pytest.mark.parametrize(
    ("name", "passes"),
    [
        ("not_following", {"bob"}),
        ("not_followers", {"bob"}),
        ("strangers", {"bob", "carol"}),
        ("new_accounts", set()),
    ],
)
def test_b16_each_class_holds_those_in_it(cast: Cast, name: str, passes: set[str]) -> None:
    alice = cast.client(cast.alice)
    # Who connects follows as well, unless they say otherwise.
    Follow.objects.filter(Q(follower=cast.carol) | Q(followed=cast.carol)).delete()
    post = publish_post(actor=cast.alice, content="Hello.")
    set_policy(alice, **{name: "hold"})
    for person in (cast.bob, cast.carol, cast.charlie):
        like_thing(actor=person, target_id=post.pk)
    shown = {row["actor"]["username"] for row in listed(alice, "?types=like")}
    held = {row["actor"]["username"] for row in requests_of(alice)}
    assert (shown, held) == (passes, {"bob", "carol", "charlie"} - passes)


def test_b16_an_account_is_new_for_a_month(cast: Cast) -> None:
    set_policy(cast.client(cast.alice), new_accounts="drop")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        follow_user(actor=User.objects.get(pk=cast.charlie.pk), target=cast.alice)
        assert Notification.objects.filter(recipient=cast.alice, actor=cast.charlie).exists()


def test_b16_the_strictest_class_decides(alice: ApiClient, cast: Cast) -> None:
    set_policy(alice, strangers="hold", not_followers="drop")
    like_thing(actor=cast.charlie, target_id=publish_post(actor=cast.alice, content="Hello.").pk)
    assert not Notification.objects.filter(actor=cast.charlie, type="like").exists()
    assert requests_of(alice) == []


@pytest.fixture
def held(alice: ApiClient, cast: Cast) -> ApiClient:
    """alice, from whom a like of charlie's is held."""
    set_policy(alice, strangers="hold")
    post = publish_post(actor=cast.alice, content="Hello.")
    like_thing(actor=cast.charlie, target_id=post.pk)
    return alice


def test_b16_what_is_held_is_neither_listed_counted_nor_mailed(held: ApiClient) -> None:
    assert types_of(held).count("like") == 0
    assert unread_of(held) == len(listed(held))
    (request,) = requests_of(held)
    assert (request["actor"]["username"], request["count"]) == ("charlie", 1)


def test_b16_an_accepted_sender_is_heard_from_then_on(held: ApiClient, cast: Cast) -> None:
    path = f"{REQUESTS}/{cast.charlie.pk}/accept"
    assert held.send(path).status_code == 204
    assert types_of(held).count("like") == 1
    assert requests_of(held) == []
    like_thing(actor=cast.charlie, target_id=publish_post(actor=cast.alice, content="New.").pk)
    assert types_of(held).count("like") == 2
    assert held.send(path).status_code == 204


def test_b16_a_dismissed_request_comes_back_with_the_next_act(held: ApiClient, cast: Cast) -> None:
    assert held.send(f"{REQUESTS}/@charlie/dismiss").status_code == 204
    assert requests_of(held) == []
    assert held.send(f"{REQUESTS}/@charlie/dismiss").status_code == 404
    like_thing(actor=cast.charlie, target_id=publish_post(actor=cast.alice, content="New.").pk)
    assert [row["count"] for row in requests_of(held)] == [1]


@pytest.mark.parametrize("verb", ["accept", "dismiss"])
def test_b16_a_request_nobody_made_is_not_found(
    alice: ApiClient, bob: ApiClient, held: ApiClient, cast: Cast, verb: str
) -> None:
    assert alice.send(f"{REQUESTS}/{cast.bob.pk}/{verb}").status_code == 404
    assert bob.send(f"{REQUESTS}/{cast.charlie.pk}/{verb}").status_code == 404
    blocks.block_user(actor=cast.charlie, target=cast.alice)
    assert requests_of(alice) == []
    assert alice.send(f"{REQUESTS}/{cast.charlie.pk}/{verb}").status_code == 404


def test_b16_safety_and_awaited_answers_know_no_policy(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    set_policy(alice, not_followers="drop", strangers="drop", new_accounts="drop")
    notify_user(type_name="password_changed", recipient_id=cast.alice.pk)
    asked = connections.request_connection(actor=cast.alice, target=cast.charlie)
    connections.accept_connection(actor=cast.charlie, connection=asked)
    assert types_of(alice)[:2] == ["connection_accepted", "password_changed"]


def test_b16_requests_are_pages_of_people_at_a_constant_cost(
    alice: ApiClient, cast: Cast, django_assert_num_queries: Any
) -> None:
    set_policy(alice, strangers="hold")
    post = publish_post(actor=cast.alice, content="Hello.")
    for person in UserFactory.create_batch(5):
        like_thing(actor=person, target_id=post.pk)
    with django_assert_num_queries(2):
        first = alice.read(f"{REQUESTS}?limit=3&").json()
    second = alice.read(first["next"]).json()
    names = [row["actor"]["username"] for row in first["results"] + second["results"]]
    assert len(names) == len(set(names)) == 5
    assert second["next"] is None


def test_b16_a_muted_post_is_heard_of_no_more_nor_what_is_below_it(
    alice: ApiClient, cast: Cast
) -> None:
    post = publish_post(actor=cast.alice, content="Hello.")
    other = publish_post(actor=cast.alice, content="Hello again.")
    for _ in range(2):
        assert alice.set(f"{MUTES}/{post.pk}").status_code == 200
    comment = create_comment(actor=cast.bob, target_id=post.pk, content="Hello @alice.")
    own = create_comment(actor=cast.alice, target_id=post.pk, content="Yes?")
    create_comment(actor=cast.bob, target_id=post.pk, parent_id=own.pk, content="Well.")
    like_thing(actor=cast.bob, target_id=post.pk)
    like_thing(actor=cast.bob, target_id=own.pk)
    assert set(types_of(alice)) == {"follow", "connection_request"}
    like_thing(actor=cast.bob, target_id=other.pk)
    assert "like" in types_of(alice)
    assert comment.target_id == post.pk


def test_b16_a_muted_comment_is_heard_of_no_more_nor_what_answers_it(
    alice: ApiClient, cast: Cast
) -> None:
    post = publish_post(actor=cast.charlie, content="Hello.")
    own, other = (
        create_comment(actor=cast.alice, target_id=post.pk, content=text)
        for text in ("Yes?", "No?")
    )
    alice.set(f"{MUTES}/{own.pk}")
    create_comment(actor=cast.bob, target_id=post.pk, parent_id=own.pk, content="Well, @alice.")
    assert set(types_of(alice)) == {"follow", "connection_request"}
    create_comment(actor=cast.bob, target_id=post.pk, parent_id=other.pk, content="Well.")
    assert types_of(alice)[0] == "reply"


def test_b16_an_unmuted_thing_is_heard_of_again(alice: ApiClient, cast: Cast) -> None:
    post = publish_post(actor=cast.alice, content="Hello.")
    alice.set(f"{MUTES}/{post.pk}")
    (row,) = alice.read(MUTES).json()["results"]
    assert row["target"] == {"id": str(post.pk), "type": "post"}
    for _ in range(2):
        assert alice.drop(f"{MUTES}/{post.pk}").status_code == 204
    assert alice.read(MUTES).json()["results"] == []
    like_thing(actor=cast.bob, target_id=post.pk)
    assert types_of(alice)[0] == "like"


def test_b16_what_one_does_not_see_cannot_be_muted(charlie: ApiClient, cast: Cast) -> None:
    hidden = publish_post(actor=cast.alice, content="Hello.", visibility="private")
    for path in (f"{MUTES}/{hidden.pk}", f"{MUTES}/{hidden.pk + 64}"):
        assert [charlie.set(path).status_code, charlie.drop(path).status_code] == [404, 404]


def test_b16_quiet_hours_hold_no_mail_of_what_a_policy_holds(cast: Cast) -> None:
    alice = client_of(cast.alice)
    set_policy(alice, strangers="hold")
    switch(alice, "like", email=True)
    post = publish_post(actor=cast.alice, content="Hello.")
    like_thing(actor=cast.charlie, target_id=post.pk)
    assert "Charlie likes your post." not in [m.subject for m in mails_to("alice@example.org")]


def test_y43_read_all_takes_a_cursor_of_the_list(alice: ApiClient, cast: Cast) -> None:
    page = alice.read(f"{LIST}?limit=2").json()
    seen, back = page["results"], alice.read(page["next"]).json()["previous"]
    cursor = _cursor_of(back)
    follow_user(actor=cast.charlie, target=cast.alice)
    answer = alice.send(f"{LIST}/read-all", {"up_to": cursor})
    assert answer.status_code == 200
    unread = [row["id"] for row in listed(alice, "?unread=1")]
    assert len(unread) == 3
    assert answer.json()["unread_count"] == unread_of(alice) == len(unread)
    alice.send(f"{LIST}/read-all", {"up_to": seen[0]["id"]})
    assert unread_of(alice) == 1


@pytest.mark.parametrize("up_to", ["", "nonsense", "1:x", True, None])
def test_y43_a_position_that_is_none_is_refused(alice: ApiClient, up_to: Any) -> None:
    assert alice.send(f"{LIST}/read-all", {"up_to": up_to}).status_code == 400
    assert unread_of(alice) == 3


def test_y43_a_cursor_of_another_person_or_list_is_refused(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    follow_user(actor=cast.charlie, target=cast.bob)
    foreign = _cursor_of(bob.read(f"{LIST}?limit=1").json()["next"])
    grouped = _cursor_of(alice.read(f"{LIST}?limit=1&grouped=1").json()["next"])
    for cursor in (foreign, grouped):
        answer = alice.send(f"{LIST}/read-all", {"up_to": cursor})
        assert (answer.status_code, code_of(answer)) == (400, "invalid")
    assert unread_of(alice) == 3


def _cursor_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["cursor"][0]
