import pytest

from accounts.actions import audiences
from accounts.models import Block, Connection, Follow, FollowRequest, User
from accounts.testing import Cast
from socialsite.lib.ids import Kind, mint
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of


def path(user: User) -> str:
    return f"/api/users/{user.pk}/block"


def test_y105_a_block_ends_follows_and_connection_of_both_and_lowers_counters(
    cast: Cast, alice: ApiClient
) -> None:
    for other in (cast.bob, cast.carol):
        body = alice.set(path(other)).json()
        state = body["following"], body["followed_by"], body["blocking"], body["connection"]
        assert state == (False, False, True, "none")
    cast.alice.refresh_from_db()
    counters = cast.alice.follower_count, cast.alice.following_count, cast.alice.connection_count
    assert counters == (0, 0, 0)
    assert not Follow.objects.exists()
    assert not Connection.objects.exists()
    assert list(violations()) == []


def test_y105_a_block_hides_both_ways(cast: Cast, alice: ApiClient, bob: ApiClient) -> None:
    alice.set(path(cast.bob))
    assert bob.read(f"/api/users/{cast.alice.pk}").status_code == 404
    assert alice.read(f"/api/users/{cast.bob.pk}").status_code == 404
    assert ApiClient().read(f"/api/users/{cast.alice.pk}").status_code == 200


@pytest.mark.parametrize(
    ("method", "verb"),
    [(m, v) for m in ("PUT", "DELETE") for v in ("block", "mute")]
    + [("POST", "follow"), ("DELETE", "follow")],
)
def test_t4_y105_who_is_blocked_cannot_tell_it_from_an_account_that_is_gone(
    cast: Cast, mallory: ApiClient, method: str, verb: str
) -> None:
    hidden = mallory.call(method, f"/api/users/{cast.alice.pk}/{verb}")
    missing = mallory.call(method, f"/api/users/{mint(Kind.USER)}/{verb}")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json()["errors"] == missing.json()["errors"]


def test_y105_blocking_twice_is_one_row(cast: Cast, alice: ApiClient) -> None:
    assert {alice.set(path(cast.bob)).status_code for _ in range(2)} == {200}
    assert Block.objects.filter(blocker=cast.alice, blocked=cast.bob).count() == 1


def test_y105_unblocking_restores_nothing_and_can_be_repeated(
    cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    alice.set(path(cast.bob))
    states = [alice.drop(path(cast.bob)).json() for _ in range(2)]
    assert [(s["blocking"], s["following"]) for s in states] == [(False, False)] * 2
    assert bob.send(f"/api/users/{cast.alice.pk}/follow").json()["following"] is True


def test_y105_the_list_is_ones_own_newest_first(
    cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    alice.set(path(cast.bob))
    found = [person["username"] for person in alice.read("/api/blocks").json()["results"]]
    assert found == ["bob", "mallory"]
    assert bob.read("/api/blocks").json()["results"] == []


def test_y105_the_state_of_a_blocked_person_can_be_read(cast: Cast, alice: ApiClient) -> None:
    status = alice.read(f"/api/v1/follow/status/{cast.mallory.pk}").json()
    assert (status["blocking"], status["muting"]) == (True, False)


def test_y105_a_block_ends_requests_and_memberships(cast: Cast, alice: ApiClient) -> None:
    User.objects.filter(pk=cast.alice.pk).update(private_account=True)
    cast.client(cast.charlie).send(f"/api/users/{cast.alice.pk}/follow")
    friends = audiences.create_audience(actor=cast.alice, name="Friends")
    audiences.add_to_audience(actor=cast.alice, audience=friends, member=cast.charlie)
    alice.set(path(cast.charlie))
    friends.refresh_from_db()
    assert (FollowRequest.objects.count(), friends.member_count) == (0, 0)


def test_y105_oneself_is_400(cast: Cast, alice: ApiClient) -> None:
    assert code_of(alice.set(path(cast.alice))) == "self_target"
    assert code_of(alice.drop("/api/users/me/block")) == "self_target"


def test_y105_moderators_see_through_blocks(cast: Cast, moderator: ApiClient) -> None:
    cast.client(cast.alice).set(path(cast.moderator))
    assert moderator.read(f"/api/users/{cast.alice.pk}").status_code == 200
    assert moderator.send(f"/api/users/{cast.alice.pk}/follow").status_code == 404
