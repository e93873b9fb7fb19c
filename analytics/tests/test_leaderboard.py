from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import blocks
from accounts.actions.follows import follow_user, unfollow_user
from accounts.models import Follow, User
from accounts.testing import Cast, UserFactory
from analytics.leaderboard import MEASURES, points_of, rank_people
from analytics.models import Activity, Standing
from analytics.testing import LOG
from socialsite.lib.ids import Kind, first_id_at
from socialsite.lib.testing.client import ApiClient, code_of

BOARD = "/api/v1/users/leaderboard"
NOW = "2026-03-11T12:00:00Z"


def shown(answer: Any) -> list[tuple[int, str, int]]:
    assert answer.status_code == 200, answer.content
    return [
        (row["rank"], row["person"]["username"], row["value"]) for row in answer.json()["results"]
    ]


def stand(values: dict[str, int], measure: str = "points", period: str = "week") -> list[User]:
    people = [UserFactory(username=name) for name in values]
    found: Any = people
    Standing.objects.bulk_create(
        Standing(user=person, measure=measure, period=period, value=value)
        for person, value in zip(found, values.values(), strict=True)
    )
    return list(found)


def test_y39_ties_have_the_same_rank_and_the_next_one_is_left_out(
    cast: Cast, charlie: ApiClient
) -> None:
    stand({"one": 9, "other": 9, "third": 5, "fourth": 5, "last": 1})
    ranks = [(rank, value) for rank, _, value in shown(charlie.read(BOARD))]
    assert ranks == [(1, 9), (1, 9), (3, 5), (3, 5), (5, 1)]


def test_y39_ranks_go_on_from_page_to_page_and_back(cast: Cast, charlie: ApiClient) -> None:
    stand({f"p{n}": value for n, value in enumerate([9, 9, 9, 7, 7, 3, 1])})
    pages = [charlie.read(f"{BOARD}?limit=2")]
    while url := pages[-1].json()["next"]:
        pages.append(charlie.read(url))
    assert [rank for page in pages for rank, _, _ in shown(page)] == [1, 1, 1, 4, 4, 6, 7]
    back = charlie.read(pages[2].json()["previous"])
    assert shown(back) == shown(pages[1])


def test_y39_who_opted_out_is_gone_or_blocked_is_neither_shown_nor_counted(
    cast: Cast, charlie: ApiClient
) -> None:
    people = stand({"out": 9, "gone": 8, "blocked": 7, "blocker": 6, "there": 5})
    User.objects.filter(username="out").update(leaderboard_opt_out=True)
    User.objects.filter(username="gone").update(suspended_by=7)
    blocks.block_user(actor=cast.charlie, target=people[2])
    blocks.block_user(actor=people[3], target=cast.charlie)
    assert shown(charlie.read(BOARD)) == [(1, "there", 5)]
    answer = charlie.read(f"{BOARD}?count=true")
    assert answer.json()["count"] == 1


def test_y39_ones_own_row_tells_the_rank(cast: Cast, charlie: ApiClient) -> None:
    stand({"one": 9, "other": 8, "third": 8})
    assert charlie.read(f"{BOARD}?me=1").json() == []
    Standing.objects.create(user=cast.charlie, measure="points", period="week", value=8)
    (own,) = charlie.read(f"{BOARD}?me=1").json()
    assert (own["rank"], own["value"], own["person"]["username"]) == (2, 8, "charlie")
    User.objects.filter(pk=cast.charlie.pk).update(leaderboard_opt_out=True)
    assert charlie.read(f"{BOARD}?me=1").json() == []


@pytest.mark.parametrize("query", ["by=luck", "period=year", "me=x", "plans=1"])
def test_y39_what_nobody_measures_is_refused(cast: Cast, charlie: ApiClient, query: str) -> None:
    assert charlie.read(f"{BOARD}?{query}").status_code == 400
    assert code_of(charlie.read(f"{BOARD}?{query}")) in {"invalid_choice", "unknown_field"}


def test_y39_measures_and_periods_stand_apart(cast: Cast, charlie: ApiClient) -> None:
    stand({"pointed": 4})
    stand({"streaked": 3}, measure="streak", period="all")
    assert shown(charlie.read(f"{BOARD}?by=streak&period=all")) == [(1, "streaked", 3)]
    assert shown(charlie.read(f"{BOARD}?by=streak&period=week")) == []
    assert set(MEASURES) >= {"points", "streak"}


def test_y39_a_follower_brings_points_once_however_often_they_come_back(cast: Cast) -> None:
    follow_user(actor=cast.charlie, target=cast.carol)
    before = points_of(0)[cast.carol.pk]
    for _ in range(3):
        unfollow_user(actor=cast.charlie, target=cast.carol)
        follow_user(actor=cast.charlie, target=cast.carol)
    assert points_of(0)[cast.carol.pk] == before > 0


@time_machine.travel(NOW, tick=False)
def test_y39_periods_begin_where_they_say(cast: Cast, charlie: ApiClient) -> None:
    Follow.objects.all().delete()
    for hours, follower in ((1, cast.bob), (30, cast.carol), (24 * 20, cast.alice)):
        at = timezone.now() - timedelta(hours=hours)
        Follow.objects.create(
            pk=first_id_at(at) + Kind.FOLLOW, follower=follower, followed=cast.charlie
        )
    rank_people()
    values = {p: shown(charlie.read(f"{BOARD}?period={p}"))[0][2] for p in ("day", "week", "month")}
    assert values == {"day": 2, "week": 4, "month": 6}
    assert shown(charlie.read(f"{BOARD}?period=all")) == [(1, "charlie", 6)]


@time_machine.travel(NOW, tick=False)
def test_y39_a_streak_is_of_days_on_end_up_to_today_or_yesterday(
    cast: Cast, charlie: ApiClient
) -> None:
    Activity.objects.all().delete()
    days = {cast.charlie: (0, 1, 2, 4), cast.bob: (1, 2), cast.carol: (2, 3)}
    for number, (person, ages) in enumerate(days.items()):
        for age in ages:
            at = datetime(2026, 3, 11, 6, tzinfo=UTC) - timedelta(days=age)
            pk = first_id_at(at) + number * 64 + Kind.ACTIVITY
            Activity.objects.create(pk=pk, user=person, type="follow")
            Activity.objects.filter(pk=pk).update(created_at=at)
    rank_people()
    found = shown(charlie.read(f"{BOARD}?by=streak&period=month"))
    assert found == [(1, "charlie", 3), (2, "bob", 2)]


def test_y39_y105_a_job_that_runs_again_replaces_what_it_counted(cast: Cast) -> None:
    rank_people()
    before = Standing.objects.count()
    rank_people()
    assert Standing.objects.count() == before > 0


def test_y39_a_page_is_the_same_number_of_statements_whatever_its_size(
    cast: Cast, charlie: ApiClient
) -> None:
    stand({f"p{n}": n for n in range(1, 30)})
    numbers = []
    for limit in (1, 29):
        charlie.read(LOG)
        with CaptureQueriesContext(connection) as seen:
            charlie.read(f"{BOARD}?limit={limit}")
        numbers.append(len(seen))
    assert numbers[0] == numbers[1] <= 4
