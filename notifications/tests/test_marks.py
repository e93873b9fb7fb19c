import pytest

from accounts.actions.follows import follow_user
from accounts.testing import Cast, UserFactory
from notifications.models import Notification
from notifications.testing import LIST, listed, unread_of
from socialsite.lib.testing.client import ApiClient, code_of


def test_y42_read_marks_one_and_answers_it(alice: ApiClient) -> None:
    newest = listed(alice)[0]["id"]
    answer = alice.send(f"{LIST}/{newest}/read")
    assert answer.status_code == 200
    assert answer.json()["id"] == newest
    assert answer.json()["read_at"] is not None
    assert unread_of(alice) == 2


def test_y42_reading_twice_keeps_the_first_time(alice: ApiClient) -> None:
    newest = listed(alice)[0]["id"]
    first, second = (alice.send(f"{LIST}/{newest}/read").json() for _ in range(2))
    assert first == second


@pytest.mark.parametrize("call", ["read", "dismiss"])
def test_y42_y45_another_persons_id_is_not_found(
    alice: ApiClient, bob: ApiClient, call: str
) -> None:
    foreign = listed(bob)[0]["id"]
    path = f"{LIST}/{foreign}"
    answer = alice.send(f"{path}/read") if call == "read" else alice.drop(path)
    assert (answer.status_code, code_of(answer)) == (404, "not_found")
    assert unread_of(bob) == len(listed(bob))


def test_y42_an_id_of_another_kind_is_not_found(alice: ApiClient, cast: Cast) -> None:
    assert alice.send(f"{LIST}/{cast.bob.pk}/read").status_code == 404


def test_y43_read_all_marks_every_one(alice: ApiClient) -> None:
    answer = alice.send(f"{LIST}/read-all")
    assert answer.status_code == 200
    assert answer.json() == {"unread_count": 0}
    assert all(row["read_at"] for row in listed(alice))


def test_y43_before_does_not_swallow_what_came_since(alice: ApiClient, cast: Cast) -> None:
    seen = listed(alice)[0]["id"]
    follow_user(actor=UserFactory.create(), target=cast.alice)
    assert alice.send(f"{LIST}/read-all", {"before": seen}).json() == {"unread_count": 1}
    assert [row["read_at"] is None for row in listed(alice)] == [True, False, False, False]


def test_y43_read_all_leaves_the_lists_of_others_alone(alice: ApiClient, bob: ApiClient) -> None:
    alice.send(f"{LIST}/read-all")
    assert unread_of(bob) == 1


def test_y43_what_was_hidden_then_is_unread_when_it_comes_back(
    alice: ApiClient, cast: Cast
) -> None:
    alice.set(f"/api/users/{cast.bob.pk}/block")
    alice.send(f"{LIST}/read-all")
    alice.drop(f"/api/users/{cast.bob.pk}/block")
    assert unread_of(alice) == 1


@pytest.mark.parametrize("body", [{"before": "x"}, {"before": None}, {"after": "1"}])
def test_y43_wrong_bodies_are_refused(alice: ApiClient, body: dict[str, str]) -> None:
    assert alice.send(f"{LIST}/read-all", body).status_code == 400
    assert unread_of(alice) == 3


def test_y44_count_equals_the_unread_list_at_every_step(alice: ApiClient, cast: Cast) -> None:
    steps = [
        lambda: follow_user(actor=cast.charlie, target=cast.alice),
        lambda: alice.send(f"{LIST}/{listed(alice)[1]['id']}/read"),
        lambda: alice.drop(f"{LIST}/{listed(alice)[0]['id']}"),
        lambda: alice.set(f"/api/users/{cast.carol.pk}/block"),
        lambda: alice.send(f"{LIST}/read-all"),
    ]
    for step in steps:
        step()
        assert unread_of(alice) == len(listed(alice, "?unread=true"))


def test_y44_count_follows_a_suspension(alice: ApiClient, cast: Cast) -> None:
    type(cast.bob).objects.filter(pk=cast.bob.pk).update(suspended_by=1)
    assert unread_of(alice) == len(listed(alice, "?unread=true")) == 2


def test_y45_deleted_is_gone_from_list_and_count(alice: ApiClient) -> None:
    gone = listed(alice)[0]["id"]
    assert alice.drop(f"{LIST}/{gone}").status_code == 204
    assert gone not in [row["id"] for row in listed(alice)]
    assert unread_of(alice) == 2
    assert alice.drop(f"{LIST}/{gone}").status_code == 404
    assert alice.send(f"{LIST}/{gone}/read").status_code == 404


def test_y45_a_deleted_one_is_not_told_again_by_a_repeat(
    alice: ApiClient, bob: ApiClient, cast: Cast
) -> None:
    followed = listed(alice, "?types=follow")[-1]
    assert followed["actor"]["id"] == str(cast.bob.pk)
    alice.drop(f"{LIST}/{followed['id']}")
    bob.drop(f"/api/users/{cast.alice.pk}/follow")
    bob.send(f"/api/users/{cast.alice.pk}/follow")
    assert str(cast.bob.pk) not in [row["actor"]["id"] for row in listed(alice)]


def test_b1_a_repeated_call_answers_the_same(alice: ApiClient) -> None:
    newest = listed(alice)[0]["id"]
    answers = [alice.send(f"{LIST}/{newest}/read", Idempotency_Key="one") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert Notification.objects.get(pk=newest).version == 2
