"""The formula of the ranked feed, part by part, and the step that mixes the voices."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posts.feeds import ranking
from posts.feeds.diversity import MOST, WINDOW, spread
from posts.feeds.ranking import (
    DAY_S,
    IMPERSONAL_SIGNALS,
    PARTS,
    Candidate,
    Signals,
    parts_of,
    rank,
)

NOW = 1_800_000_000.0
PLAIN = Candidate(pk=1, author_id=7, made_at=NOW, engagement=0, tags=(), is_followed=False)
NOTHING = dict.fromkeys(PARTS, 0)


def parts(candidate: Candidate, signals: Signals | None = None, since: int = 0) -> dict[str, int]:
    return dict(zip(PARTS, parts_of(candidate, signals or Signals(), NOW, since), strict=True))


@pytest.mark.parametrize(
    ("change", "signals", "since", "expected"),
    [
        ({}, {}, 0, {"recency": 4000}),
        ({"made_at": NOW - DAY_S}, {}, 0, {"recency": 2000}),
        ({"made_at": NOW - 3 * DAY_S}, {}, 0, {"recency": 500}),
        ({"made_at": NOW + 60}, {}, 0, {"recency": 4000}),
        ({"engagement": 100}, {}, 0, {"engagement": 1000}),
        ({"engagement": 9}, {}, 0, {"engagement": 499}),
        ({"is_followed": True}, {}, 0, {"following": 1500}),
        ({}, {"affinity": {7: 0.5}}, 0, {"affinity": 1000}),
        ({}, {"affinity": {8: 0.5}}, 0, {}),
        ({"tags": ("a", "b")}, {"interests": {"a": 0.25, "b": 1.0}}, 0, {"interest": 1000}),
        ({"tags": ("a",)}, {"interests": {"b": 1.0}}, 0, {}),
        ({}, {"priority": {7: -1.0}}, 0, {"priority": -2000}),
        ({}, {"author_feedback": {7: 1.0}}, 0, {"feedback": 750}),
        ({}, {"author_feedback": {7: -3.0}}, 0, {"feedback": -1125}),
        ({"tags": ("a",)}, {"tag_feedback": {"a": -1.0}}, 0, {"feedback": -750}),
        ({}, {}, 1, {"quiet": 3000}),
        ({}, {}, 4, {"quiet": 750}),
    ],
)
def test_b20_each_part_has_its_known_value(
    change: dict[str, Any], signals: dict[str, Any], since: int, expected: dict[str, int]
) -> None:
    found = parts(PLAIN._replace(**change), Signals(**signals), since)
    assert found == NOTHING | {"recency": 4000} | expected


def test_b20_amounts_of_deeds_have_known_values() -> None:
    assert ranking.deed_weight("comment", 0) == 3.0
    assert ranking.deed_weight("comment", 30 * DAY_S) == 1.5
    assert ranking.affinity(5.0) == 0.5
    assert ranking.inferred_interest(3.0) == 0.5
    assert ranking.affinity(1e9) < 1


def test_b20_a_weight_of_nothing_takes_a_part_away() -> None:
    signals = Signals(weights=ranking.complete_weights({"recency": 0, "engagement": 10}))
    assert parts(PLAIN._replace(engagement=100), signals) == NOTHING | {"engagement": 10_000}


def test_m60_popular_has_no_personal_parts_and_puts_more_engagement_first() -> None:
    liked = PLAIN._replace(pk=2, engagement=3)
    mine = PLAIN._replace(pk=3, is_followed=True, tags=("a",))
    signals = replace(IMPERSONAL_SIGNALS, affinity={7: 1.0}, interests={"a": 1.0})
    assert [it.candidate.pk for it in rank([PLAIN, mine, liked], signals, NOW)] == [2, 3, 1]
    assert set(parts(mine, signals)) == set(PARTS)
    assert parts(mine, signals) == NOTHING | {"recency": 4000}


def test_m61_authors_one_interacts_with_more_rise() -> None:
    other = PLAIN._replace(pk=2, author_id=8)
    ranked = rank([PLAIN, other], Signals(affinity={8: 0.1}), NOW)
    assert [it.candidate.pk for it in ranked] == [2, 1]


def test_m63_followed_authors_stand_before_suggested_ones() -> None:
    followed = PLAIN._replace(pk=2, is_followed=True, made_at=NOW - 3600)
    assert [it.candidate.pk for it in rank([PLAIN, followed], Signals(), NOW)] == [2, 1]


def test_b20_catching_up_favours_quiet_authors() -> None:
    loud = [PLAIN._replace(pk=pk, author_id=8) for pk in range(10, 15)]
    quiet = PLAIN._replace(made_at=NOW - DAY_S / 4)
    assert rank([*loud, quiet], Signals(), NOW)[0].candidate.author_id == 8
    assert rank([*loud, quiet], Signals(), NOW, catching_up=True)[0].candidate.author_id == 7


@given(
    st.builds(
        Candidate,
        pk=st.integers(1, 9),
        author_id=st.integers(1, 3),
        made_at=st.floats(NOW - 1e8, NOW),
        engagement=st.integers(0, 10**6),
        tags=st.lists(st.sampled_from("abc"), max_size=3),
        is_followed=st.booleans(),
    ),
    st.dictionaries(st.sampled_from(PARTS), st.floats(0, 10)),
)
def test_b20_parts_add_up_to_the_score(candidate: Candidate, weights: dict[str, float]) -> None:
    signals = Signals(weights=ranking.complete_weights(weights), interests={"a": 0.3})
    [scored] = rank([candidate], signals, NOW)
    assert scored.score == sum(scored.parts)
    assert len(scored.parts) == len(PARTS)


AUTHORS = st.lists(st.integers(1, 12), max_size=80)


@given(AUTHORS)
def test_m62_no_author_has_more_than_two_of_ten_as_long_as_there_are_others(
    authors: list[int],
) -> None:
    items = list(enumerate(authors))
    found = spread(items, lambda item: item[1])
    assert sorted(found) == items
    for author in set(authors):
        own = [place for place, who in found if who == author]
        assert own == sorted(own)
    for n, (_, author) in enumerate(found):
        before = Counter(who for _, who in found[max(0, n - WINDOW + 1) : n])
        if before[author] >= MOST:
            assert all(before[who] >= before[author] for _, who in found[n:])


@given(st.lists(st.integers(1, 12), max_size=40, unique=True))
def test_m62_what_is_diverse_already_stays_as_it_is(authors: list[int]) -> None:
    assert spread(authors, lambda author: author) == authors


def test_m62_a_loud_author_waits() -> None:
    items = ["a1", "a2", "a3", "a4", *(f"{who}1" for who in "bcdefghijk")]
    found = spread(items, lambda item: ord(item[0]))
    assert found[:2] == ["a1", "a2"]
    assert found[10:12] == ["a3", "a4"]
