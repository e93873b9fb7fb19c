from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Mute, User
from accounts.testing import Cast
from socialsite.lib.testing.client import ApiClient, code_of


def path(user: User) -> str:
    return f"/api/users/{user.pk}/mute"


def test_y105_a_mute_is_seen_by_who_mutes_only(
    cast: Cast, alice: ApiClient, bob: ApiClient
) -> None:
    assert alice.set(path(cast.bob)).json()["muting"] is True
    listed = [person["username"] for person in alice.read("/api/mutes").json()["results"]]
    assert listed == ["bob"]
    assert bob.read(f"/api/v1/follow/status/{cast.alice.pk}").json()["muting"] is False
    assert bob.read(f"/api/users/{cast.alice.pk}").status_code == 200


def test_y105_a_mute_leaves_the_edges(cast: Cast, alice: ApiClient) -> None:
    state = alice.set(path(cast.bob)).json()
    assert (state["following"], state["followed_by"]) == (True, True)


def test_y105_a_mute_ends_by_itself(cast: Cast, alice: ApiClient) -> None:
    alice.set(path(cast.bob), {"duration": 3600})
    until = Mute.objects.get().until
    assert until is not None
    assert timedelta(minutes=59) < until - timezone.now() <= timedelta(hours=1)
    Mute.objects.update(until=timezone.now())
    assert alice.read("/api/mutes").json()["results"] == []
    assert alice.read(f"/api/v1/follow/status/{cast.bob.pk}").json()["muting"] is False


def test_y105_a_later_mute_sets_the_time_anew(cast: Cast, alice: ApiClient) -> None:
    alice.set(path(cast.bob), {"duration": 3600})
    alice.set(path(cast.bob), {"duration": None})
    assert Mute.objects.get().until is None


def test_y105_unmuting_twice_is_200(cast: Cast, alice: ApiClient) -> None:
    alice.set(path(cast.bob))
    assert [alice.drop(path(cast.bob)).json()["muting"] for _ in range(2)] == [False, False]
    assert not Mute.objects.exists()


@pytest.mark.parametrize("duration", [0, 59, -1, 366 * 86400 + 1, "soon", True, [60], 1e9])
def test_y105_a_time_that_makes_no_sense_is_400(
    cast: Cast, alice: ApiClient, duration: Any
) -> None:
    assert alice.set(path(cast.bob), {"duration": duration}).status_code == 400
    assert not Mute.objects.exists()


def test_y105_oneself_is_400(cast: Cast, alice: ApiClient) -> None:
    assert code_of(alice.set(path(cast.alice))) == "self_target"
