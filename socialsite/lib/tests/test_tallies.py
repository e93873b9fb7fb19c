from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from socialsite.lib.tallies import Tally, counted

Acts = st.lists(st.tuples(st.sampled_from("🎉👍🚀"), st.booleans()))


@given(Acts)
def test_b27_counts_are_those_of_what_was_put_and_taken(acts: list[tuple[str, bool]]) -> None:
    rows: Tally = []
    true: Counter[str] = Counter()
    came: list[str] = []
    for emoji, is_put in acts:
        by = 1 if is_put else -min(true[emoji], 1)
        if by > 0 and not true[emoji]:
            came = [*(known for known in came if true[known]), emoji]
        true[emoji] += by
        rows = counted(rows, emoji, by)
    there = [emoji for emoji in came if true[emoji]]
    assert rows == [{"emoji": emoji, "count": true[emoji]} for emoji in there]


def test_b27_counting_leaves_the_rows_it_was_given_alone() -> None:
    rows: Tally = [{"emoji": "🎉", "count": 1}]
    counted(rows, "🎉", 1)
    assert rows == [{"emoji": "🎉", "count": 1}]
