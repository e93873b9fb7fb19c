from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow, User
from accounts.testing import Cast, client_of
from analytics.leaderboard import rank_people
from analytics.stats import STATS
from socialsite.lib.ids import Kind, first_id_at
from socialsite.lib.testing.client import ApiClient

STATS_PATH = "/api/v1/users/me/stats"
NOW = "2026-03-11T12:00:00Z"


def followed_at(one: User, other: User, moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    pk = first_id_at(at) + Kind.FOLLOW
    Follow.objects.create(pk=pk, follower=one, followed=other)
    Follow.objects.filter(pk=pk).update(created_at=at)


@time_machine.travel(NOW, tick=False)
def test_y40_totals_and_days_count_what_is_there(cast: Cast) -> None:
    followed_at(cast.charlie, cast.bob, "2026-03-10T10:00:00")
    followed_at(cast.charlie, cast.carol, "2026-01-01T10:00:00")
    followed_at(cast.bob, cast.charlie, "2026-03-11T10:00:00")
    found = client_of(cast.charlie).read(f"{STATS_PATH}?days=2").json()
    assert (found["totals"]["follows"], found["totals"]["followers"]) == (2, 1)
    days = [(day["date"], day["follows"], day["followers"]) for day in found["days"]]
    assert days == [("2026-03-10", 1, 0), ("2026-03-11", 0, 1)]
    assert set(found["totals"]) == set(STATS) == set(found["days"][0]) - {"date"}


@time_machine.travel(NOW, tick=False)
def test_y40_days_are_those_of_the_persons_time_zone(cast: Cast) -> None:
    followed_at(cast.charlie, cast.bob, "2026-03-10T23:30:00")
    for zone, expected in (("UTC", [1, 0]), ("Europe/Berlin", [0, 1])):
        User.objects.filter(pk=cast.charlie.pk).update(time_zone=zone)
        days = client_of(cast.charlie).read(f"{STATS_PATH}?days=2").json()["days"]
        assert [day["follows"] for day in days] == expected


def test_y40_the_standings_of_the_last_count_are_told(cast: Cast, bob: ApiClient) -> None:
    assert bob.read(STATS_PATH).json()["standings"] == {}
    rank_people()
    standings = bob.read(STATS_PATH).json()["standings"]
    assert standings["points"]["week"] > 0
    assert standings["streak"]["day"] == 1


@pytest.mark.parametrize("query", ["days=0", "days=91", "days=x", "user=1"])
def test_y40_what_makes_no_sense_is_refused(cast: Cast, bob: ApiClient, query: str) -> None:
    assert bob.read(f"{STATS_PATH}?{query}").status_code == 400


def test_y40_the_number_of_statements_does_not_grow_with_the_days(
    cast: Cast, bob: ApiClient
) -> None:
    numbers: list[Any] = []
    for days in (1, 90):
        bob.read(STATS_PATH)
        with CaptureQueriesContext(connection) as seen:
            bob.read(f"{STATS_PATH}?days={days}")
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 2 + 2 * sum(map(len, STATS.values()))
