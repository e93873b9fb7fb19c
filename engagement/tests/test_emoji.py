"""Emoji on posts: putting them there, taking them off, and all that follows from it."""

from typing import Any
from urllib.parse import quote

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.testing import Cast, UserFactory
from analytics.leaderboard import points_of
from analytics.models import Activity
from engagement.actions.emoji import MAX_EMOJI, MAX_OWN, add_emoji
from engagement.models import LIKE, Reaction
from engagement.tests.things import Post, comment_on, publish
from moderation.actions import hide_thing, suspend_user, undo_action
from moderation.models import AuditEntry
from notifications.models import Notification
from socialsite.lib.errors import Conflict
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_limits")]
MANY = [chr(code) for code in range(0x1F600, 0x1F600 + MAX_EMOJI + 1)]
PARTY, HEART = "🎉", "❤️"


@pytest.fixture
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


@pytest.fixture
def post(cast: Cast, alice: ApiClient) -> int:
    return publish(alice)


def of(post: int) -> str:
    return f"/api/posts/{post}/reactions"


def counts(post: int) -> dict[str, int]:
    rows = Post.objects.values_list("reaction_counts", flat=True).get(pk=post)
    return {row["emoji"]: row["count"] for row in rows}


def listed(client: ApiClient, post: int, emoji: str = "") -> list[tuple[str, str]]:
    """Return (who, emoji) of the list of reactions."""
    answer = client.read(of(post) + (f"?emoji={quote(emoji)}" if emoji else ""))
    assert answer.status_code == 200, answer.content
    return [(row["user"]["username"], row["emoji"]) for row in answer.json()["results"]]


def test_b27_an_emoji_is_put_on_a_post_once_by_each_person(
    post: int, bob: ApiClient, charlie: ApiClient
) -> None:
    answers = [c.send(of(post), {"emoji": e}) for c, e in (
        (bob, PARTY), (bob, PARTY), (charlie, HEART), (charlie, PARTY),
    )]  # fmt: skip
    assert [answer.status_code for answer in answers] == [201, 200, 201, 201]
    assert answers[1].json() == answers[0].json()
    assert answers[-1].json() == {
        "id": str(post),
        "reactions": [
            {"emoji": PARTY, "count": 2, "me": True}, {"emoji": HEART, "count": 1, "me": True},
        ],
    }  # fmt: skip
    seen = bob.read(f"/api/posts/{post}").json()["reactions"]
    assert [(row["emoji"], row["me"]) for row in seen] == [(PARTY, True), (HEART, False)]
    assert list(violations()) == []


def test_b27_it_is_taken_off_once_and_leaves_those_of_others(
    post: int, bob: ApiClient, charlie: ApiClient
) -> None:
    for client in (bob, charlie):
        client.send(of(post), {"emoji": PARTY})
    bob.send(of(post), {"emoji": HEART})
    answers = [bob.drop(of(post), {"emoji": PARTY}) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {200}
    assert {str(answer.json()["reactions"]) for answer in answers} == {
        str([{"emoji": PARTY, "count": 1, "me": False}, {"emoji": HEART, "count": 1, "me": True}])
    }
    charlie.drop(of(post), {"emoji": PARTY})
    assert counts(post) == {HEART: 1}
    assert list(violations()) == []


def test_b27_a_like_and_an_emoji_leave_each_other_alone(
    cast: Cast, post: int, bob: ApiClient
) -> None:
    bob.set(f"/api/posts/{post}/like")
    bob.send(of(post), {"emoji": "👍"})
    shown = bob.read(f"/api/posts/{post}").json()
    assert (shown["like_count"], shown["liked"]) == (1, True)
    assert shown["reactions"] == [{"emoji": "👍", "count": 1, "me": True}]
    bob.drop(f"/api/posts/{post}/like")
    shown = bob.read(f"/api/posts/{post}").json()
    assert (shown["like_count"], shown["liked"], len(shown["reactions"])) == (0, False, 1)
    assert bob.read(f"/api/posts/{post}/likes").json()["results"] == []
    assert list(violations()) == []


def test_b27_an_emoji_has_one_spelling(post: int, bob: ApiClient) -> None:
    assert bob.send(of(post), {"emoji": "❤"}).status_code == 201
    assert bob.send(of(post), {"emoji": HEART}).status_code == 200
    assert counts(post) == {HEART: 1}
    assert listed(bob, post, "❤") == [("bob", HEART)]


@pytest.mark.parametrize(
    "body",
    [
        {"emoji": LIKE}, {"emoji": ""}, {"emoji": "🎉🎉"}, {"emoji": "a"}, {"emoji": "x" * 65}, {"emoji": None},
        {"emoji": ["🎉"]}, {"emoji": 1}, {"emoji": "🎉", "count": 3}, {}, [], "🎉",
    ],
)  # fmt: skip
def test_b27_m67_only_one_emoji_is_a_reaction(post: int, bob: ApiClient, body: Any) -> None:
    for call in (bob.send, bob.drop):
        assert call(of(post), body).status_code == 400
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("emoji", ["like", "a", "", "%F0%9F", "%00"])
def test_b27_the_list_is_of_emoji_only(post: int, bob: ApiClient, emoji: str) -> None:
    assert bob.read(f"{of(post)}?emoji={emoji}").status_code == 400


def test_b27_who_reacted_comes_newest_first_page_by_page(
    cast: Cast, post: int, bob: ApiClient, charlie: ApiClient, api: ApiClient
) -> None:
    for client, emoji in ((bob, PARTY), (charlie, PARTY), (bob, HEART)):
        client.send(of(post), {"emoji": emoji})
    bob.set(f"/api/posts/{post}/like")
    assert listed(api, post) == [("bob", HEART), ("charlie", PARTY), ("bob", PARTY)]
    assert listed(api, post, PARTY) == [("charlie", PARTY), ("bob", PARTY)]
    assert listed(api, post, "🚀") == []
    first = api.read(f"{of(post)}?limit=2&count=true").json()
    assert (len(first["results"]), first["count"]) == (2, 3)
    rest = api.read(first["next"]).json()["results"]
    assert [(row["user"]["username"], row["emoji"]) for row in rest] == [("bob", PARTY)]
    assert set(rest[0]) == {"id", "emoji", "user", "created_at"}


def test_b27_m70_who_is_blocked_or_hides_likes_is_counted_and_not_listed(
    cast: Cast, post: int, bob: ApiClient, charlie: ApiClient, alice: ApiClient, moderator: ApiClient
) -> None:  # fmt: skip
    for client in (bob, charlie):
        client.send(of(post), {"emoji": PARTY})
    charlie.set(f"/api/users/{cast.bob.pk}/block")
    assert (listed(charlie, post), listed(bob, post)) == ([("charlie", PARTY)], [("bob", PARTY)])
    assert charlie.set("/api/settings", {"hide_likes": True}).status_code == 200
    assert listed(alice, post) == listed(alice, post, PARTY) == [("bob", PARTY)]
    assert listed(charlie, post) == [("charlie", PARTY)]
    assert listed(moderator, post) == [("charlie", PARTY), ("bob", PARTY)]
    assert alice.read(f"/api/posts/{post}").json()["reactions"][0]["count"] == 2


def test_b27_t8_what_may_not_be_seen_takes_no_emoji(
    cast: Cast, post: int, alice: ApiClient, charlie: ApiClient, mallory: ApiClient, api: ApiClient
) -> None:
    private = publish(alice, visibility="private")
    for client, path in ((mallory, of(post)), (charlie, of(private))):
        for answer in (
            client.send(path, {"emoji": PARTY}), client.drop(path, {"emoji": PARTY}), client.read(path),
        ):  # fmt: skip
            assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert api.send(of(post), {"emoji": PARTY}).status_code == 401
    assert api.read(of(private)).status_code == 404
    assert alice.send(of(private), {"emoji": PARTY}).status_code == 201
    assert Reaction.objects.count() == 1


def test_b27_c7_guests_put_nothing_on_posts(post: int) -> None:
    visitor = ApiClient(ApiClient().send("/api/join", {"username": "visitor"}).json()["token"])
    answer = visitor.send(of(post), {"emoji": PARTY})
    assert (answer.status_code, code_of(answer)) == (403, "guest")


def test_b27_what_others_do_not_see_takes_no_more_and_gives_back(
    cast: Cast, post: int, bob: ApiClient, alice: ApiClient
) -> None:
    alice.send(of(post), {"emoji": PARTY})
    shared = bob.send(f"/api/posts/{post}/share").json()["id"]
    assert code_of(bob.send(of(shared), {"emoji": PARTY})) == "invalid_state"
    action = hide_thing(actor=cast.moderator, thing=Post.objects.get(pk=post), note="Rude.")
    assert bob.send(of(post), {"emoji": PARTY}).status_code == 404
    assert code_of(alice.send(of(post), {"emoji": HEART})) == "invalid_state"
    assert alice.drop(of(post), {"emoji": PARTY}).status_code == 200
    undo_action(actor=cast.moderator, action=action)
    assert bob.send(of(post), {"emoji": HEART}).status_code == 201
    assert counts(post) == {HEART: 1}
    assert code_of(bob.send(of(comment_on(post, cast.bob).pk), {"emoji": PARTY})) == "not_found"


def test_b27_b11_a_restored_post_has_all_its_emoji_and_a_purged_one_leaves_none(
    post: int, bob: ApiClient, alice: ApiClient
) -> None:
    bob.send(of(post), {"emoji": PARTY})
    alice.drop(f"/api/posts/{post}")
    assert bob.send(of(post), {"emoji": HEART}).status_code == 404
    assert Reaction.objects.count() == 1
    alice.send(f"/api/me/trash/{post}/restore")
    assert listed(bob, post) == [("bob", PARTY)]
    assert counts(post) == {PARTY: 1}
    alice.drop(f"/api/posts/{post}")
    assert alice.drop(f"/api/me/trash/{post}").status_code == 204
    assert not Reaction.objects.exists()
    assert list(violations()) == []


def test_b27_b11_emoji_of_the_suspended_are_not_listed_until_they_are_back(
    cast: Cast, post: int, bob: ApiClient, charlie: ApiClient
) -> None:
    charlie.send(of(post), {"emoji": PARTY})
    action = suspend_user(actor=cast.moderator, user=cast.charlie, note="Spam.")
    assert (listed(bob, post), counts(post)) == ([], {PARTY: 1})
    undo_action(actor=cast.moderator, action=action)
    assert listed(bob, post) == [("charlie", PARTY)]
    User.objects.filter(pk=cast.charlie.pk).update(deleted_at=timezone.now())
    assert (listed(bob, post), list(violations())) == ([], [])


def test_b27_one_person_puts_at_most_five_on_a_post(post: int, bob: ApiClient) -> None:
    answers = [bob.send(of(post), {"emoji": emoji}) for emoji in MANY[: MAX_OWN + 1]]
    assert [answer.status_code for answer in answers] == [201] * MAX_OWN + [409]
    assert code_of(answers[-1]) == "conflict"
    assert bob.send(of(post), {"emoji": MANY[0]}).status_code == 200
    bob.drop(of(post), {"emoji": MANY[0]})
    assert bob.send(of(post), {"emoji": MANY[MAX_OWN]}).status_code == 201


def test_b27_a_post_takes_at_most_thirty_different_ones(post: int, bob: ApiClient) -> None:
    for start in range(0, MAX_EMOJI, MAX_OWN):
        person: User = UserFactory.create()
        for emoji in MANY[start : start + MAX_OWN]:
            assert add_emoji(actor=person, target_id=post, emoji=emoji)
    assert code_of(bob.send(of(post), {"emoji": MANY[-1]})) == "conflict"
    assert bob.send(of(post), {"emoji": MANY[0]}).status_code == 201
    assert list(counts(post)) == MANY[:MAX_EMOJI]
    with pytest.raises(Conflict):
        add_emoji(actor=UserFactory.create(), target_id=post, emoji=MANY[-1])


def test_b27_m67_too_many_are_429_and_leave_likes_alone(
    post: int, bob: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 0.04
    answers = [bob.send(of(post), {"emoji": emoji}) for emoji in MANY[:4]]
    assert [answer.status_code for answer in answers] == [201] * 3 + [429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert bob.set(f"/api/posts/{post}/like").status_code == 200


def test_b27_b1_a_repeated_call_with_its_key_gets_the_first_answer(
    post: int, bob: ApiClient
) -> None:
    answers = [
        bob.send(of(post), {"emoji": PARTY}, Idempotency_Key=key) for key in ("a", "a", "b", "b")
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 200, 200]
    assert counts(post) == {PARTY: 1}


def test_b27_b16_the_author_is_told_of_each_person_once_and_in_one_group(
    cast: Cast, post: int, bob: ApiClient, charlie: ApiClient, alice: ApiClient
) -> None:
    for client, emoji in ((bob, PARTY), (bob, HEART), (charlie, PARTY), (alice, PARTY)):
        client.send(of(post), {"emoji": emoji})
    bob.drop(of(post), {"emoji": PARTY})
    bob.send(of(post), {"emoji": PARTY})
    told = Notification.objects.filter(type="reaction")
    assert set(told.values_list("recipient", "actor", "target_id")) == {
        (cast.alice.pk, cast.bob.pk, post), (cast.alice.pk, cast.charlie.pk, post),
    }  # fmt: skip
    rows = alice.read("/api/notifications?grouped=1").json()["results"]
    [row] = [row for row in rows if row["type"] == "reaction"]
    assert row["count"] == 2
    assert row["text"] == "Charlie and Bob reacted to your post."


@pytest.mark.parametrize("way", ["thread", "type", "person"])
def test_b27_b16_who_does_not_want_to_hear_of_it_is_not_told(
    cast: Cast, post: int, bob: ApiClient, alice: ApiClient, way: str
) -> None:
    calls = {
        "thread": lambda: alice.set(f"/api/notifications/mutes/{post}"),
        "type": lambda: alice.set(
            "/api/settings/notifications", {"types": {"reaction": {"in_app": False}}}
        ),
        "person": lambda: alice.set(f"/api/users/{cast.bob.pk}/mute"),
    }
    assert calls[way]().status_code in {200, 201, 204}
    assert bob.send(of(post), {"emoji": PARTY}).status_code == 201
    assert not Notification.objects.filter(type="reaction").exists()


def test_b27_it_is_audited_and_in_ones_own_log_alone(
    cast: Cast, post: int, bob: ApiClient, charlie: ApiClient
) -> None:
    for client in (bob, charlie):
        client.send(of(post), {"emoji": PARTY})
    bob.send(of(post), {"emoji": PARTY})
    bob.drop(of(post), {"emoji": PARTY})
    verbs = AuditEntry.objects.filter(actor_id=cast.bob.pk, target_id=post).order_by("pk")
    assert [*verbs.values_list("verb", flat=True)] == ["reacted", "unreacted"]
    [deed] = Activity.objects.filter(user=cast.bob, type="reaction")
    assert (deed.object_id, deed.is_public) == (post, False)


def test_b27_b23_a_reaction_changes_the_etag_and_breaks_no_edit(
    post: int, bob: ApiClient, alice: ApiClient
) -> None:
    path = f"/api/posts/{post}"
    tag = alice.read(path).headers["ETag"]
    bob.send(of(post), {"emoji": PARTY})
    assert alice.read(path, If_None_Match=tag).status_code == 200
    assert alice.set(path, {"content": "Said better."}, If_Match=tag).status_code == 200
    assert alice.read(path).json()["reactions"] == [{"emoji": PARTY, "count": 1, "me": False}]


def test_b27_the_database_holds_it_once(cast: Cast, post: int) -> None:
    Reaction.objects.create(user=cast.bob, target_id=post, name=PARTY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reaction.objects.create(user=cast.bob, target_id=post, name=PARTY)


def test_b27_a_page_of_who_reacted_takes_few_statements(
    post: int, charlie: ApiClient, django_assert_max_num_queries: Any
) -> None:
    people: Any = UserFactory.create_batch(30)
    Reaction.objects.bulk_create(Reaction(user=u, target_id=post, name=PARTY) for u in people)
    charlie.read("/api/users/me")
    with django_assert_max_num_queries(3):
        assert len(charlie.read(f"{of(post)}?limit=30").json()["results"]) == 30


def test_b27_emoji_move_neither_ranks_nor_points(
    cast: Cast, post: int, bob: ApiClient, charlie: ApiClient
) -> None:
    points = points_of(0)
    for client in (bob, charlie):
        client.send(of(post), {"emoji": PARTY})
    row = Post.objects.get(pk=post)
    assert (row.engagement, row.like_count) == (0, 0)
    assert points_of(0) == points
