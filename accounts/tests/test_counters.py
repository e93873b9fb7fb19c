import random

import pytest
from django.db.models import F

from accounts.models import User
from accounts.testing import Cast
from socialsite.lib.invariants import COUNTERS, violations
from socialsite.lib.testing.client import ApiClient

COLUMNS = ("follower_count", "following_count", "connection_count")


@pytest.mark.parametrize("column", COLUMNS)
def test_m15_a_drifted_counter_is_found_and_mended(cast: Cast, column: str) -> None:
    User.objects.filter(pk=cast.alice.pk).update(**{column: F(column) + 3})
    name = f"accounts.user.{column}"
    assert [found for found, _ in violations()] == [name]
    [counter] = [known for known in COUNTERS if known.name == name]
    assert (len(list(counter.mend())), list(violations())) == (1, [])


def test_m15_the_cast_has_true_counters(cast: Cast) -> None:
    assert list(violations()) == []
    counted = [getattr(cast.alice, column) for column in COLUMNS]
    assert counted == [2, 2, 1]


def test_m15_counters_are_the_same_for_every_viewer(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(suspended_by=7)
    for reader in (cast.client(cast.carol), cast.client(cast.moderator), ApiClient()):
        assert reader.read(f"/api/users/{cast.alice.pk}").json()["follower_count"] == 2


def test_m15_counters_hold_after_a_long_walk_over_http(
    cast: Cast, settings: pytest.FixtureRequest
) -> None:
    settings.RATE_LIMIT_SCALE = 1e6  # type: ignore[attr-defined]
    dice = random.Random(15)
    people = [cast.alice, cast.bob, cast.carol, cast.charlie]
    for _ in range(80):
        actor, target = dice.sample(people, 2)
        method, verb = dice.choice(
            [("POST", "follow")] * 3 + [("DELETE", "follow"), ("DELETE", "block"), ("PUT", "block")]
        )
        cast.client(actor).call(method, f"/api/users/{target.pk}/{verb}")
    assert list(violations()) == []
