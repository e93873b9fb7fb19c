import time
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.testing import Cast
from engagement.history import MAX_VERSIONS, Effort, changes
from engagement.models import Comment, Revision
from engagement.tests.threads import make_post, path, write
from moderation.models import AuditEntry
from socialsite.lib.testing.client import ApiClient, code_of

TEXTS = st.text(alphabet="ab, \n", max_size=30)


@pytest.fixture
def made(alice: ApiClient, bob: ApiClient) -> dict[str, Any]:
    """A comment of bob's that was changed twice."""
    found: dict[str, Any] = write(bob, make_post(alice), "Hello world.")
    for text in ("Hello brave world.", "Good-bye brave world!"):
        assert bob.set(path(found), {"content": text}).status_code == 200
    return found


def versions(client: ApiClient, made: dict[str, Any]) -> list[Any]:
    answer = client.read(f"{path(made)}/history")
    assert answer.status_code == 200
    found: list[Any] = answer.json()["versions"]
    return found


def sides(diff: list[dict[str, str]]) -> tuple[str, str]:
    """Return the two texts a diff was made of."""
    before = "".join(part["text"] for part in diff if part["op"] != "insert")
    return before, "".join(part["text"] for part in diff if part["op"] != "delete")


def test_b5_anybody_who_sees_a_comment_reads_its_versions_word_by_word(
    made: dict[str, Any], api: ApiClient
) -> None:
    found = versions(api, made)
    assert [row["number"] for row in found] == [3, 2, 1]
    assert [row["content"] for row in found][1:] == ["Hello brave world.", "Hello world."]
    assert found[1]["diff"] == [
        {"op": "equal", "text": "Hello "},
        {"op": "insert", "text": "brave "},
        {"op": "equal", "text": "world."},
    ]
    assert found[2]["diff"] == [{"op": "insert", "text": "Hello world."}]
    assert {row["editor"]["username"] for row in found} == {"bob"}
    assert found[0]["created_at"] > found[1]["created_at"] > found[2]["created_at"]


def test_b5_a_comment_that_was_never_changed_has_one_version(
    alice: ApiClient, api: ApiClient
) -> None:
    made = write(alice, make_post(alice), "Once.")
    assert [row["content"] for row in versions(api, made)] == ["Once."]


@pytest.mark.parametrize("who", ["bob", "moderator"])
def test_b5_author_or_moderator_remove_one_version_and_the_trail_says_who(
    cast: Cast, made: dict[str, Any], api: ApiClient, who: str
) -> None:
    remover = getattr(cast, who)
    assert cast.client(remover).drop(f"{path(made)}/history/2").status_code == 204
    found = versions(api, made)
    assert [row["is_removed"] for row in found] == [False, True, False]
    assert (found[1]["content"], found[1]["diff"]) == ("", [])
    assert sides(found[0]["diff"]) == ("Hello world.", "Good-bye brave world!")
    assert Revision.objects.get(number=2).removed_by_id == remover.pk
    entry = AuditEntry.objects.get(verb="version_removed")
    assert (entry.actor_id, entry.target_id) == (remover.pk, int(made["id"]))


def test_b5_others_remove_no_version_and_the_present_one_is_not_one_of_them(
    cast: Cast, made: dict[str, Any], alice: ApiClient, bob: ApiClient
) -> None:
    answer = alice.drop(f"{path(made)}/history/1")
    assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    assert cast.client(cast.mallory).drop(f"{path(made)}/history/1").status_code == 404
    assert bob.drop(f"{path(made)}/history/1").status_code == 204
    for number in (0, 1, 3, 99):
        assert bob.drop(f"{path(made)}/history/{number}").status_code == 404


def test_b5_a_history_shows_the_newest_hundred(
    cast: Cast, made: dict[str, Any], bob: ApiClient
) -> None:
    last = MAX_VERSIONS + 5
    row = Comment.objects.get(pk=made["id"])
    Comment.objects.filter(pk=row.pk).update(version=last)
    Revision.objects.bulk_create(
        Revision(
            target_id=row.pk, number=n, content=str(n), editor=cast.bob, created_at=row.created_at
        )
        for n in range(3, last)
    )
    found = versions(bob, made)
    assert [version["number"] for version in found] == list(range(last, 5, -1))
    assert sides(found[-1]["diff"]) == ("5", "6")


@given(before=TEXTS, after=TEXTS)
def test_b5_a_diff_holds_both_texts_and_nothing_twice(before: str, after: str) -> None:
    found = changes(before, after)
    assert sides(found) == (before, after)
    ops = [part["op"] for part in found]
    assert all(one != other for one, other in pairwise(ops))
    assert all(part["text"] for part in found)


@given(before=TEXTS, after=TEXTS)
def test_b5_a_diff_without_effort_is_the_whole_text(before: str, after: str) -> None:
    assert sides(changes(before, after, Effort(left=0))) == (before, after)


def hostile_texts() -> dict[str, tuple[str, str]]:
    dice = Random(7)
    words = [" ".join(dice.choices("abcdefghij", k=5000)) for _ in range(2)]
    lines = ["\n".join(dice.choices("ab", k=5000)) for _ in range(2)]
    return {
        "random words": (words[0], words[1]),
        "random lines": (lines[0], lines[1]),
        "periodic": ("ab " * 3333, "ba " * 3333),
        "signs": (".,;" * 3333, ";.," * 3333),
        "one word": (words[0], words[0].replace("a", "aa", 1)),
    }


@pytest.mark.parametrize("name", list(hostile_texts()))
def test_b5_a_diff_of_ten_thousand_characters_takes_less_than_50_ms(name: str) -> None:
    before, after = hostile_texts()[name]
    times = []
    for _ in range(5):
        started = time.thread_time()
        assert sides(changes(before, after)) == (before, after)
        times.append(time.thread_time() - started)
    assert min(times) < 0.05


def test_b5_a_hundred_hostile_versions_take_no_more_effort_than_a_few() -> None:
    before, after = hostile_texts()["random words"]
    effort, started = Effort(), time.thread_time()
    for _ in range(100):
        changes(before, after, effort)
    assert time.thread_time() - started < 0.5
