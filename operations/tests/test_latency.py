import random
import time

import pytest

from operations.latency import auc, compare


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2, 3], [4, 5, 6], 1.0),
        ([4, 5, 6], [1, 2, 3], 0.0),
        ([1, 1], [1, 1, 1], 0.5),
        ([1, 3], [2, 4], 0.75),
        ([1, 2], [2, 3], 0.875),
        ([5], [5], 0.5),
    ],
)
def test_t11_the_auc_is_the_share_of_pairs_won(
    first: list[float], second: list[float], expected: float
) -> None:
    assert auc(first, second) == expected


def test_t11_the_auc_equals_a_count_of_all_pairs() -> None:
    source = random.Random(11)
    first = [source.randrange(9) for _ in range(40)]
    second = [source.randrange(9) for _ in range(31)]
    won = sum((b > a) + (b == a) / 2 for a in first for b in second)
    assert auc(first, second) == pytest.approx(won / (40 * 31))


def test_t11_a_planted_difference_is_found() -> None:
    found = compare(lambda: time.sleep(0.001), lambda: time.sleep(0.01), 30)
    assert found.auc > 0.9
    assert not found.is_even
    assert found.first_ms < found.second_ms


def test_t11_a_difference_the_other_way_round_is_found_too() -> None:
    found = compare(lambda: time.sleep(0.01), lambda: time.sleep(0.001), 30)
    assert found.auc < 0.1
    assert not found.is_even


def test_t11_equal_calls_are_even() -> None:
    values = [random.Random(n).random() for n in range(2000)]
    assert 0.45 < auc(values[::2], values[1::2]) < 0.55


def test_t11_both_calls_are_made_equally_often_in_changing_order() -> None:
    made: list[str] = []
    pairs: list[int] = []
    compare(lambda: made.append("a"), lambda: made.append("b"), 50, lambda: pairs.append(1))
    assert (made.count("a"), made.count("b"), len(pairs)) == (50, 50, 50)
    assert len({tuple(made[n : n + 2]) for n in range(0, 100, 2)}) == 2
