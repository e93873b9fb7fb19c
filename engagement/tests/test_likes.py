from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from analytics.models import Activity
from engagement.models import LIKE, Comment, Reaction
from engagement.tests.things import Post, comment_on, publish
from moderation.models import AuditEntry
from notifications.models import Notification
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast: Cast, alice: ApiClient) -> int:
    return publish(alice)


@pytest.fixture(params=["posts", "comments"])
def liked(request: Any, cast: Cast, post: int) -> str:
    """The path of something of alice's that can be liked."""
    target = post if request.param == "posts" else comment_on(post, cast.alice).pk
    return f"/api/{request.param}/{target}"


def likes_of(path: str) -> int:
    target = int(path.rpartition("/")[2])
    model = Post if "posts" in path else Comment
    return int(model._default_manager.values_list("like_count", flat=True).get(pk=target))


def names(answer: Any) -> list[str]:
    return [row["username"] for row in answer.json()["results"]]


def test_m36_like_twice_returns_to_the_start(liked: str, charlie: ApiClient) -> None:
    answers = [charlie.send(f"{liked}/like") for _ in range(3)]
    target = liked.rpartition("/")[2]
    assert [answer.json() for answer in answers] == [
        {"id": target, "liked": True, "like_count": 1},
        {"id": target, "liked": False, "like_count": 0},
        {"id": target, "liked": True, "like_count": 1},
    ]
    assert {answer.status_code for answer in answers} == {200}


def test_m36_m46_the_body_put_and_delete_set_it(liked: str, charlie: ApiClient) -> None:
    path = f"{liked}/like"
    answers = [
        charlie.send(path, {"liked": True}), charlie.send(path, {"liked": True}), charlie.set(path),
        charlie.drop(path), charlie.drop(path), charlie.send(path, {"liked": False}), charlie.set(path),
    ]  # fmt: skip
    states = [(answer.json()["liked"], answer.json()["like_count"]) for answer in answers]
    assert states == [(True, 1)] * 3 + [(False, 0)] * 3 + [(True, 1)]
    assert likes_of(liked) == 1


def test_m36_a_repeated_toggle_with_its_key_does_not_flip(liked: str, charlie: ApiClient) -> None:
    answers = [charlie.send(f"{liked}/like", Idempotency_Key="k") for _ in range(3)]
    assert [answer.json()["liked"] for answer in answers] == [True] * 3
    assert likes_of(liked) == 1


def test_m36_the_author_is_told_once_for_each_liker(
    cast: Cast, liked: str, charlie: ApiClient, bob: ApiClient, alice: ApiClient
) -> None:
    for client in (charlie, charlie, charlie, bob, alice):
        client.send(f"{liked}/like")
    told = Notification.objects.filter(type="like", recipient=cast.alice)
    assert sorted(told.values_list("actor__username", flat=True)) == ["bob", "charlie"]
    shown = [
        row for row in alice.read("/api/notifications").json()["results"] if row["type"] == "like"
    ]
    assert len(shown) == 2
    noun = "post" if "posts" in liked else "comment"
    assert shown[0]["text"] == f"Bob likes your {noun}."


def test_m36_a_like_is_audited_and_in_ones_own_log_alone(
    cast: Cast, liked: str, charlie: ApiClient
) -> None:
    charlie.set(f"{liked}/like")
    charlie.drop(f"{liked}/like")
    verbs = AuditEntry.objects.filter(actor_id=cast.charlie.pk).order_by("pk")
    assert [*verbs.values_list("verb", flat=True)][-2:] == ["liked", "unliked"]
    [deed] = Activity.objects.filter(user=cast.charlie, type="like")
    assert (deed.object_id, deed.is_public) == (int(liked.rpartition("/")[2]), False)


def test_m14_20_likes_of_20_people_are_counted_and_taken_back(liked: str) -> None:
    clients = [client_of(user) for user in UserFactory.create_batch(20)]
    for client in clients:
        client.set(f"{liked}/like")
    assert likes_of(liked) == 20
    for client in clients:
        client.drop(f"{liked}/like")
    assert likes_of(liked) == 0
    assert list(violations()) == []


def test_m37_the_newest_likers_come_first_page_by_page(
    cast: Cast, liked: str, charlie: ApiClient, bob: ApiClient, carol: ApiClient, api: ApiClient
) -> None:
    for client in (bob, charlie, carol):
        client.set(f"{liked}/like")
    assert names(api.read(f"{liked}/likes")) == ["carol", "charlie", "bob"]
    first = api.read(f"{liked}/likes?limit=2&count=true")
    assert (names(first), first.json()["count"]) == (["carol", "charlie"], 3)
    assert names(api.read(first.json()["next"])) == ["bob"]


def test_m37_who_is_blocked_or_hides_likes_is_left_out(
    cast: Cast, liked: str, charlie: ApiClient, bob: ApiClient, moderator: ApiClient
) -> None:
    bob.set(f"{liked}/like")
    charlie.set(f"{liked}/like")
    charlie.set(f"/api/users/{cast.bob.pk}/block")
    assert names(charlie.read(f"{liked}/likes")) == ["charlie"]
    assert names(bob.read(f"{liked}/likes")) == ["bob"]
    User.objects.filter(pk=cast.charlie.pk).update(hide_likes=True)
    assert names(cast.client(cast.alice).read(f"{liked}/likes")) == ["bob"]
    assert names(charlie.read(f"{liked}/likes")) == ["charlie"]
    assert names(moderator.read(f"{liked}/likes")) == ["charlie", "bob"]


def test_m37_a_page_of_likers_takes_few_statements(
    cast: Cast, liked: str, charlie: ApiClient, django_assert_max_num_queries: Any
) -> None:
    target = int(liked.rpartition("/")[2])
    people: Any = UserFactory.create_batch(30)
    Reaction.objects.bulk_create(Reaction(user=user, target_id=target) for user in people)
    charlie.read("/api/users/me")
    with django_assert_max_num_queries(3):
        assert len(names(charlie.read(f"{liked}/likes?limit=30"))) == 30


def test_t8_what_may_not_be_seen_cannot_be_liked(
    cast: Cast, liked: str, mallory: ApiClient, alice: ApiClient
) -> None:
    for answer in (
        mallory.send(f"{liked}/like"), mallory.set(f"{liked}/like"), mallory.drop(f"{liked}/like"),
        mallory.read(f"{liked}/likes"),
    ):  # fmt: skip
        assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert (likes_of(liked), Reaction.objects.count()) == (0, 0)


def test_m36_private_posts_are_404_and_the_unknown_too(
    cast: Cast, alice: ApiClient, charlie: ApiClient, api: ApiClient
) -> None:
    post = publish(alice, visibility="private")
    assert charlie.send(f"/api/posts/{post}/like").status_code == 404
    assert alice.send(f"/api/posts/{post}/like").status_code == 200
    assert charlie.send(f"/api/posts/{cast.alice.pk}/like").status_code == 404
    assert charlie.send(f"/api/comments/{post}/like").status_code == 404
    assert api.send(f"/api/posts/{post}/like").status_code == 401


@pytest.mark.parametrize("body", [{"liked": None}, {"liked": "maybe"}, {"like": True}, [True], 1])
def test_m36_another_body_is_400(liked: str, charlie: ApiClient, body: object) -> None:
    assert charlie.send(f"{liked}/like", body).status_code == 400
    assert likes_of(liked) == 0


def test_m67_too_many_likes_are_429_and_leave_the_rest_alone(
    cast: Cast, liked: str, charlie: ApiClient, settings: Any
) -> None:
    settings.RATE_LIMIT_SCALE = 0.04
    answers = [charlie.set(f"{liked}/like") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
    assert code_of(answers[-1]) == "throttled"
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert charlie.set("/api/bookmarks/" + liked.rpartition("/")[2]).status_code in {200, 404}


def test_m47_the_database_holds_a_like_once(cast: Cast, post: int) -> None:
    Reaction.objects.create(user=cast.bob, target_id=post, name=LIKE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reaction.objects.create(user=cast.bob, target_id=post, name=LIKE)


def test_m14_a_counter_that_drifted_is_found(cast: Cast, post: int) -> None:
    Post.objects.filter(pk=post).update(like_count=3)
    Comment.objects.filter(pk=comment_on(post, cast.bob).pk).update(like_count=2)
    names = {name for name, _ in violations()}
    assert {"posts.post.like_count", "engagement.comment.like_count"} <= names
