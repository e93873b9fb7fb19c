from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from analytics.models import Activity
from engagement.actions.shares import share_thing, unshare_thing
from engagement.models import Share
from engagement.tests.things import Post, comment_on, publish
from notifications.models import Notification
from socialsite.lib.errors import NotFound
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(cast: Cast, alice: ApiClient) -> int:
    return publish(alice)


def shares_of(post: int) -> int:
    return Post.objects.get(pk=post).share_count


def names(answer: Any) -> list[str]:
    return [row["username"] for row in answer.json()["results"]]


def test_m14_sharing_twice_counts_once_and_comes_back(
    cast: Cast, post: int, charlie: ApiClient
) -> None:
    answers = [charlie.send(f"/api/posts/{post}/share") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert (shares_of(post), Share.objects.count()) == (1, 1)
    assert [charlie.drop(f"/api/posts/{post}/share").status_code for _ in range(2)] == [204, 204]
    assert (shares_of(post), Share.objects.count(), list(violations())) == (0, 0, [])


def test_m14_the_action_returns_the_first_share_again(cast: Cast, post: int) -> None:
    made = [share_thing(actor=cast.bob, target_id=post) for _ in range(2)]
    assert made[0] == made[1]
    for _ in range(2):
        unshare_thing(actor=cast.bob, target_id=post)
    assert shares_of(post) == 0


def test_m14_20_shares_of_20_people_are_counted(post: int) -> None:
    for user in UserFactory.create_batch(20):
        assert client_of(user).send(f"/api/posts/{post}/share").status_code == 201
    assert (shares_of(post), list(violations())) == (20, [])


def test_m14_m52_the_author_is_told_once_and_the_sharer_remembers(
    cast: Cast, post: int, charlie: ApiClient, alice: ApiClient
) -> None:
    for _ in range(2):
        charlie.send(f"/api/posts/{post}/share")
        charlie.drop(f"/api/posts/{post}/share")
    [told] = Notification.objects.filter(type="share")
    assert (told.recipient, told.actor, told.target_id) == (cast.alice, cast.charlie, post)
    texts = [row["text"] for row in alice.read("/api/notifications").json()["results"]]
    assert "Charlie shared your post." in texts
    deeds = Activity.objects.filter(user=cast.charlie, type="share")
    assert [(deed.object_id, deed.is_public) for deed in deeds] == [(post, False)] * 2


def test_m14_the_newest_sharers_come_first_and_private_accounts_to_their_followers_only(
    cast: Cast, post: int, alice: ApiClient, bob: ApiClient, charlie: ApiClient, api: ApiClient
) -> None:
    for client in (bob, charlie):
        client.send(f"/api/posts/{post}/share")
    path = f"/api/posts/{post}/shares"
    assert names(api.read(path)) == names(charlie.read(path)) == ["charlie", "bob"]
    User.objects.filter(pk=cast.bob.pk).update(private_account=True)
    assert names(api.read(path)) == names(charlie.read(path)) == ["charlie"]
    assert names(alice.read(path)) == names(bob.read(path)) == ["charlie", "bob"]


def test_t8_nobody_shares_or_lists_across_a_block(
    cast: Cast, post: int, mallory: ApiClient, charlie: ApiClient, bob: ApiClient
) -> None:
    path = f"/api/posts/{post}"
    assert mallory.send(f"{path}/share").status_code == 404
    assert mallory.read(f"{path}/shares").status_code == 404
    bob.send(f"{path}/share")
    charlie.set(f"/api/users/{cast.bob.pk}/block")
    assert names(charlie.read(f"{path}/shares")) == []
    assert shares_of(post) == 1


def test_m14_a_kind_without_the_counter_cannot_be_shared(cast: Cast, post: int) -> None:
    for target_id in (cast.alice.pk, comment_on(post, cast.alice).pk):
        with pytest.raises(NotFound):
            share_thing(actor=cast.bob, target_id=target_id)


def test_m14_a_page_of_sharers_takes_few_statements(
    cast: Cast, post: int, charlie: ApiClient, django_assert_max_num_queries: Any
) -> None:
    people: Any = UserFactory.create_batch(30)
    Share.objects.bulk_create(Share(user=user, target_id=post) for user in people)
    charlie.read("/api/users/me")
    with django_assert_max_num_queries(3):
        assert len(names(charlie.read(f"/api/posts/{post}/shares?limit=30"))) == 30
