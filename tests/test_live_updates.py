"""What the site itself says over sockets: what trends, what moderators should look at, what administrators tell everybody."""

from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast, UserFactory
from engagement import live
from engagement.actions.reactions import like_thing
from engagement.trending.making import make_table
from moderation.actions import announce, report_thing
from moderation.models import AuditEntry, Case
from posts.actions.publish import publish_post
from posts.testing import PostFactory
from socialsite.lib.errors import Forbidden, Invalid
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, SocketClient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quiet(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6
    settings.SPAM_SCORER = "tests.conftest.pass_everything"


def listening(site: LiveSite, client: ApiClient, *topics: str) -> SocketClient:
    socket = site.connect(client)
    answer = socket.call("subscribe", topics=list(topics))
    assert answer["accepted"] == list(topics)
    return socket


def test_y77_a_change_of_what_trends_is_told_to_all_who_listen(
    live_site: LiveSite, cast: Cast, bob: ApiClient, charlie: ApiClient, moderator: ApiClient
) -> None:
    sockets = [listening(live_site, c, "trending") for c in (bob, charlie, moderator)]
    post = publish_post(actor=cast.alice, content="Much liked")
    like_thing(actor=cast.bob, target_id=post.pk)
    make_table("24h", "posts", is_job=True)
    for socket in sockets:
        push = socket.event("system_update")
        assert push["topic"] == "trending"
        assert push["data"] == {"kind": "trending", "range": "24h", "of": "posts"}
    make_table("24h", "posts", is_job=True)
    for socket in sockets:
        socket.quiet("system_update")
        socket.close()


def test_y77_changes_that_follow_each_other_wait_for_the_pause(
    live_site: LiveSite, bob: ApiClient
) -> None:
    with listening(live_site, bob, "trending") as socket:
        for name in ("24h", "7d"):
            live.tell_of_change(name, "posts", [], [1])
            assert socket.event("system_update")["data"]["range"] == name
        live.tell_of_change("24h", "posts", [1], [2])
        socket.quiet("system_update", 1)


@pytest.mark.once
def test_y77_only_another_order_of_the_first_places_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Any] = []
    monkeypatch.setattr(live, "tell_update", lambda *_, **more: told.append(more["range"]))
    places = list(range(live.TOP))
    live.tell_of_change("1h", "posts", places, [*places, 99])
    assert told == []
    live.tell_of_change("24h", "posts", places, [*places[:-1], 99])
    live.tell_of_change("7d", "posts", places, places[::-1])
    assert told == ["24h", "7d"]


def test_y77_moderators_alone_are_alerted(
    live_site: LiveSite, cast: Cast, bob: ApiClient, moderator: ApiClient
) -> None:
    with live_site.connect(bob) as refused:
        answer = refused.call("subscribe", topics=["moderation"])
        assert answer["refused"] == [{"topic": "moderation", "code": "permission_denied"}]
        with listening(live_site, moderator, "moderation") as socket:
            post = PostFactory.create(author=cast.alice)
            report_thing(actor=cast.charlie, target_id=post.pk, reason="spam")
            first = socket.event("system_update")["data"]
            case = Case.objects.get()
            assert first == {
                "kind": "moderation_alert",
                "case_id": str(case.pk),
                "priority": case.priority,
                "reason": "spam",
            }
            report_thing(actor=cast.bob, target_id=post.pk, reason="violence")
            second = socket.event("system_update")["data"]
            assert (second["case_id"], second["reason"]) == (first["case_id"], "violence")
            assert second["priority"] > first["priority"]
        refused.quiet("system_update")


def test_y77_t3_who_is_no_moderator_any_more_is_alerted_no_more(
    live_site: LiveSite, cast: Cast, moderator: ApiClient
) -> None:
    other = listening(live_site, cast.client(cast.admin), "moderation")
    with other, listening(live_site, moderator, "moderation") as socket:
        User.objects.filter(pk=cast.moderator.pk).update(role=User.Role.MEMBER)
        post = PostFactory.create(author=cast.alice)
        report_thing(actor=cast.charlie, target_id=post.pk, reason="spam")
        assert other.event("system_update")["data"]["kind"] == "moderation_alert"
        socket.quiet("system_update")
        assert "moderation_alert" not in str(socket.frames)


def test_y77_an_announcement_reaches_every_socket(
    live_site: LiveSite, cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    with live_site.connect(alice) as first, live_site.connect(bob) as second:
        announce(actor=cast.admin, text=" Back in five minutes. ", kind="maintenance")
        announce(actor=cast.admin, text="Hello.", kind="announcement")
        for socket in (first, second):
            said = [socket.event("system_update")["data"] for _ in range(2)]
            assert said == [
                {"kind": "maintenance", "text": "Back in five minutes."},
                {"kind": "announcement", "text": "Hello."},
            ]
    entry = AuditEntry.objects.filter(verb="announced").latest("pk")
    assert (entry.actor_id, entry.detail) == (cast.admin.pk, {"kind": "announcement"})


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("", "announcement", "blank"),
        ("x" * 501, "announcement", "max_length"),
        ("x", "shout", "invalid_choice"),
    ],
)
def test_y77_an_announcement_needs_a_text_and_a_kind(
    cast: Cast, text: str, kind: str, code: str
) -> None:
    with pytest.raises(Invalid) as caught:
        announce(actor=cast.admin, text=text, kind=kind)
    assert caught.value.code == code


def test_y77_only_administrators_announce(cast: Cast) -> None:
    for actor in (cast.alice, cast.moderator, UserFactory.create(role=User.Role.ANALYST)):
        with pytest.raises(Forbidden):
            announce(actor=actor, text="Hello.", kind="announcement")
    assert not AuditEntry.objects.filter(verb="announced").exists()
