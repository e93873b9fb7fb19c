import pytest
from django.db import IntegrityError, transaction

from accounts.models import Follow, User
from accounts.testing import Cast, UserFactory
from socialsite.lib.testing.client import ApiClient, code_of

STATE = {
    "following": False, "followed_by": False, "mutual": False, "requested": False, "blocking": False,
    "muting": False, "connection": "none",
}  # fmt: skip


def path(user: User) -> str:
    return f"/api/users/{user.pk}/follow"


def counts(*users: User) -> list[tuple[int, int]]:
    rows = User.objects.in_bulk([user.pk for user in users])
    return [(rows[u.pk].follower_count, rows[u.pk].following_count) for u in users]


def test_m32_following_twice_is_one_edge_and_answers_how_the_two_stand(
    cast: Cast, charlie: ApiClient
) -> None:
    before = counts(cast.bob, cast.charlie)
    answers = [charlie.send(path(cast.bob)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    expected = STATE | {"id": str(cast.bob.pk), "following": True}
    assert all(answer.json() == expected for answer in answers)
    assert before == [(1, 1), (0, 0)]
    assert counts(cast.bob, cast.charlie) == [(2, 1), (0, 1)]


def test_m33_unfollowing_twice_is_200_and_never_below_zero(cast: Cast, charlie: ApiClient) -> None:
    charlie.send(path(cast.bob))
    answers = [charlie.drop(path(cast.bob)) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert answers[-1].json()["following"] is False
    assert counts(cast.bob, cast.charlie) == [(1, 1), (0, 0)]


def test_m32_toggle_and_unfollow_are_honoured_in_the_body(cast: Cast, charlie: ApiClient) -> None:
    states = [
        charlie.send(path(cast.bob), {"action": action}).json()["following"]
        for action in ("toggle", "toggle", "follow", "follow", "unfollow", "unfollow")
    ]
    assert states == [True, False, True, True, False, False]


def test_m32_oneself_and_unknown_actions_are_400(cast: Cast, alice: ApiClient) -> None:
    assert code_of(alice.send(path(cast.alice))) == "self_target"
    assert code_of(alice.send("/api/users/me/follow", {"action": "toggle"})) == "self_target"
    assert code_of(alice.drop(path(cast.alice))) == "self_target"
    assert code_of(alice.send(path(cast.bob), {"action": "stalk"})) == "invalid_choice"


def test_m32_mutual_when_both_follow(cast: Cast, alice: ApiClient) -> None:
    assert alice.send(path(cast.bob)).json()["mutual"] is True


def test_m32_y105_who_is_blocked_gets_404_and_who_blocks_403(
    cast: Cast, alice: ApiClient, mallory: ApiClient
) -> None:
    assert mallory.send(path(cast.alice)).status_code == 404
    answer = alice.send(path(cast.mallory))
    assert (answer.status_code, code_of(answer)) == (403, "blocked")


def test_y29_y30_the_planners_paths_do_the_same(cast: Cast, charlie: ApiClient) -> None:
    made = charlie.send("/api/v1/follow/", {"user_id": str(cast.bob.pk)})
    assert (made.status_code, made.json()["following"]) == (200, True)
    ended = charlie.drop(f"/api/v1/follow/{cast.bob.pk}")
    assert (ended.status_code, ended.json()["following"]) == (200, False)


@pytest.mark.parametrize("user_id", [None, "", "me", 0, -1, True, [1], "9" * 19, 1.5])
def test_y29_what_is_no_id_is_400(charlie: ApiClient, user_id: object) -> None:
    assert charlie.send("/api/v1/follow", {"user_id": user_id}).status_code == 400


def test_b1_a_repeated_toggle_with_its_key_does_not_flip(cast: Cast, charlie: ApiClient) -> None:
    body = {"action": "toggle"}
    answers = [charlie.send(path(cast.bob), body, Idempotency_Key="k") for _ in range(2)]
    assert [answer.json()["following"] for answer in answers] == [True, True]
    other = charlie.send(path(cast.bob), {"action": "follow"}, Idempotency_Key="k")
    assert (other.status_code, code_of(other)) == (422, "idempotency_key_reused")


def test_b1_y105_a_repeated_call_does_not_see_who_has_blocked_since(
    cast: Cast, charlie: ApiClient, bob: ApiClient
) -> None:
    first = charlie.send(path(cast.bob), Idempotency_Key="k")
    bob.set(f"/api/users/{cast.charlie.pk}/block")
    again = charlie.send(path(cast.bob), Idempotency_Key="k")
    assert (first.status_code, again.status_code, code_of(again)) == (200, 404, "not_found")


def test_m67_too_many_follows_are_429_with_the_rate_headers(cast: Cast, charlie: ApiClient) -> None:
    answers = [charlie.send(path(cast.bob)) for _ in range(16)]
    assert [answer.status_code for answer in answers] == [200] * 15 + [429]
    refused = answers[-1]
    assert code_of(refused) == "throttled"
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.headers["X-RateLimit-Limit"] == "15"
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert charlie.read("/api/users/me").status_code == 200


@pytest.mark.parametrize("is_self", [True, False])
def test_m48_the_database_holds_a_pair_once_and_nobody_with_themselves(
    cast: Cast, is_self: bool
) -> None:
    followed = cast.alice if is_self else cast.bob
    with pytest.raises(IntegrityError), transaction.atomic():
        Follow.objects.create(follower=cast.alice, followed=followed)


def test_m15_counters_equal_the_rows_after_any_sequence(cast: Cast, charlie: ApiClient) -> None:
    people = [cast.bob, *UserFactory.create_batch(3)]
    for step in range(15):
        call = charlie.drop if step % 3 == 2 else charlie.send
        call(path(people[step % 4]))
    for user in people:
        followers = Follow.objects.filter(followed=user).count()
        assert counts(user)[0][0] == followers
    assert counts(cast.charlie) == [(0, Follow.objects.filter(follower=cast.charlie).count())]
