import pytest

from accounts.models import Follow, FollowRequest, User
from accounts.testing import Cast
from socialsite.lib.testing.client import ApiClient, code_of

LIST = "/api/follow-requests"


@pytest.fixture(autouse=True)
def asked(cast: Cast, charlie: ApiClient) -> dict[str, object]:
    """Alice's account is private, and charlie asks to follow her."""
    User.objects.filter(pk=cast.alice.pk).update(private_account=True)
    body: dict[str, object] = charlie.send(f"/api/users/{cast.alice.pk}/follow").json()
    return body


def answer_path(user: User, answer: str) -> str:
    return f"{LIST}/{user.pk}/{answer}"


def test_m32_m70_following_a_private_account_asks(cast: Cast, asked: dict[str, object]) -> None:
    assert (asked["requested"], asked["following"]) == (True, False)
    cast.alice.refresh_from_db()
    assert cast.alice.follower_count == 2


def test_m70_asking_twice_is_one_request(cast: Cast, charlie: ApiClient, alice: ApiClient) -> None:
    charlie.send(f"/api/users/{cast.alice.pk}/follow")
    found = [person["username"] for person in alice.read(LIST).json()["results"]]
    assert found == ["charlie"]


def test_m70_who_is_accepted_follows(cast: Cast, alice: ApiClient, charlie: ApiClient) -> None:
    answer = alice.send(answer_path(cast.charlie, "accept"))
    assert (answer.status_code, answer.json()["followed_by"]) == (200, True)
    assert charlie.read(f"/api/users/{cast.alice.pk}").json()["is_reduced"] is False
    cast.alice.refresh_from_db()
    assert (cast.alice.follower_count, FollowRequest.objects.count()) == (3, 0)


def test_m70_who_is_rejected_does_not_and_may_ask_again(
    cast: Cast, alice: ApiClient, charlie: ApiClient
) -> None:
    assert alice.send(answer_path(cast.charlie, "reject")).status_code == 200
    assert not Follow.objects.filter(follower=cast.charlie).exists()
    assert charlie.send(f"/api/users/{cast.alice.pk}/follow").json()["requested"] is True


@pytest.mark.parametrize("answer", ["accept", "reject"])
def test_m70_a_request_is_answered_once(cast: Cast, alice: ApiClient, answer: str) -> None:
    alice.send(answer_path(cast.charlie, "accept"))
    again = alice.send(answer_path(cast.charlie, answer))
    assert (again.status_code, code_of(again)) == (404, "not_found")
    assert Follow.objects.filter(follower=cast.charlie).count() == 1


def test_m70_nobody_answers_for_another(cast: Cast, bob: ApiClient, charlie: ApiClient) -> None:
    for client in (bob, charlie):
        assert client.send(answer_path(cast.charlie, "accept")).status_code in {400, 404}
    assert not Follow.objects.filter(follower=cast.charlie).exists()


def test_m70_a_request_can_be_withdrawn(cast: Cast, alice: ApiClient, charlie: ApiClient) -> None:
    state = charlie.drop(f"/api/users/{cast.alice.pk}/follow").json()
    assert state["requested"] is False
    assert alice.read(LIST).json()["results"] == []


def test_m70_a_block_ends_the_request_and_hides_who_asked(cast: Cast, alice: ApiClient) -> None:
    alice.set(f"/api/users/{cast.charlie.pk}/block")
    assert alice.read(LIST).json()["results"] == []
    assert alice.send(answer_path(cast.charlie, "accept")).status_code == 404
    assert not FollowRequest.objects.exists()


def test_m70_a_suspended_person_leaves_the_list_and_comes_back(
    cast: Cast, alice: ApiClient
) -> None:
    people = User.objects.filter(pk=cast.charlie.pk)
    people.update(suspended_by=7)
    assert alice.read(LIST).json()["results"] == []
    assert alice.send(answer_path(cast.charlie, "accept")).status_code == 404
    people.update(suspended_by=None)
    assert len(alice.read(LIST).json()["results"]) == 1


def test_m70_followers_of_old_stay_when_an_account_turns_private(cast: Cast) -> None:
    assert cast.client(cast.bob).send(f"/api/users/{cast.alice.pk}/follow").json()["following"]
    assert not FollowRequest.objects.filter(requester=cast.bob).exists()


def test_m70_once_public_again_the_next_follow_needs_no_leave(
    cast: Cast, alice: ApiClient, charlie: ApiClient
) -> None:
    alice.set("/api/settings", {"private_account": False})
    state = charlie.send(f"/api/users/{cast.alice.pk}/follow").json()
    assert (state["following"], state["requested"]) == (True, False)


def test_m70_a_follower_can_be_taken_off(cast: Cast, alice: ApiClient, bob: ApiClient) -> None:
    for _ in range(2):
        state = alice.drop(f"/api/me/followers/{cast.bob.pk}").json()
        assert (state["followed_by"], state["following"]) == (False, True)
    assert bob.read(f"/api/users/{cast.alice.pk}").json()["is_reduced"] is True
    cast.alice.refresh_from_db()
    assert cast.alice.follower_count == 1
