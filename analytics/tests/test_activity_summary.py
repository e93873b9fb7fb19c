from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from accounts.models import User
from accounts.testing import Cast, client_of
from analytics.models import Activity
from analytics.testing import LOG
from socialsite.lib.ids import Kind, first_id_at

NOW = "2026-03-11T12:00:00Z"
EMPTY = {"posts": 0, "comments": 0, "likes": 0, "shares": 0, "follows": 0}


def follow_at(person: User, moment: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    pk = first_id_at(at) + Kind.ACTIVITY
    Activity.objects.create(pk=pk, user=person, type="follow", object_id=person.pk)
    Activity.objects.filter(pk=pk).update(created_at=at)


@pytest.fixture
def charlie_then(cast: Cast) -> User:
    """charlie, who followed people on 9 and 10 March, and one about midnight in Berlin."""
    for moment in ("2026-03-09T10:00:00", "2026-03-10T10:00:00", "2026-03-10T23:30:00"):
        follow_at(cast.charlie, moment)
    return cast.charlie


def summary_of(person: User, query: str = "") -> list[dict[str, Any]]:
    return list(client_of(person).read(f"{LOG}?summary=daily{query}").json())


@time_machine.travel(NOW, tick=False)
def test_m17_summary_counts_per_day_the_oldest_first(charlie_then: User) -> None:
    assert summary_of(charlie_then, "&days=3") == [
        {"date": "2026-03-09", **EMPTY, "follows": 1},
        {"date": "2026-03-10", **EMPTY, "follows": 2},
        {"date": "2026-03-11", **EMPTY},
    ]


@time_machine.travel(NOW, tick=False)
def test_m17_days_are_those_of_the_persons_time_zone(charlie_then: User) -> None:
    User.objects.filter(pk=charlie_then.pk).update(time_zone="Europe/Berlin")
    assert [day["follows"] for day in summary_of(charlie_then, "&days=3")] == [1, 1, 1]


@time_machine.travel(NOW, tick=False)
def test_m17_summary_has_thirty_days_when_none_are_named(charlie_then: User) -> None:
    days = summary_of(charlie_then)
    assert (len(days), days[0]["date"], days[-1]["date"]) == (30, "2026-02-10", "2026-03-11")
    assert len(summary_of(charlie_then, "&days=90")) == 90


@time_machine.travel(NOW, tick=False)
def test_m17_summary_leaves_out_others_and_what_is_no_figure(
    charlie_then: User, cast: Cast
) -> None:
    follow_at(cast.bob, "2026-03-11T08:00:00")
    Activity.objects.create(user=charlie_then, type="unfollow", object_id=cast.bob.pk)
    assert summary_of(charlie_then, "&days=1") == [{"date": "2026-03-11", **EMPTY}]


@time_machine.travel(NOW, tick=False)
def test_m17_summary_is_one_statement(
    charlie_then: User, django_assert_max_num_queries: Any
) -> None:
    client = client_of(charlie_then)
    client.read(LOG)
    with django_assert_max_num_queries(2):
        client.read(f"{LOG}?summary=daily&days=90")
