from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import filters
from accounts.filters import filters_of
from accounts.models import Filter, User
from accounts.testing import Cast
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import code_of

WORD = {"kind": "keyword", "value": "Spoiler"}


def make(cast: Cast, person: User | None = None, **fields: Any) -> Any:
    body = {"title": "Series", "terms": [WORD]} | fields
    answer = cast.client(person or cast.alice).send("/api/filters", body)
    assert answer.status_code == 201, answer.json()
    return answer.json()


def count_of(user: User) -> int:
    return User.objects.get(pk=user.pk).filter_count


def test_b7_a_filter_is_made_read_changed_and_deleted(cast: Cast) -> None:
    made = make(cast, action="warn", scopes=["search", "feed"])
    assert made["scopes"] == ["feed", "search"]
    assert made["terms"] == [{"kind": "keyword", "value": "Spoiler", "whole_word": True}]
    alice, path = cast.client(cast.alice), f"/api/filters/{made['id']}"
    changed = alice.set(path, {"action": "blur", "terms": [{"kind": "tag", "value": "#Ends"}]})
    assert (changed.json()["action"], changed.json()["version"]) == ("blur", 2)
    assert alice.read(path).json()["terms"][0]["value"] == "ends"
    assert alice.drop(path).status_code == 204
    assert alice.read(path).status_code == 404
    assert (count_of(cast.alice), list(violations())) == (0, [])


def test_b7_without_scopes_it_looks_everywhere_and_hides(cast: Cast) -> None:
    made = make(cast)
    assert (made["action"], made["scopes"]) == ("hide", list(Filter.Scope))
    assert (made["expires_at"], made["is_expired"]) == (None, False)


def test_b7_a_person_is_named_by_id_or_name(cast: Cast) -> None:
    terms = [{"kind": "user", "value": who} for who in ("@bob", str(cast.bob.pk), "@Carol")]
    made = make(cast, terms=terms)
    ids = [str(cast.bob.pk), str(cast.carol.pk)]
    assert [term["value"] for term in made["terms"]] == ids


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("keyword", "  Spaß ", "Spaß"),
        ("keyword", "C++", "C++"),
        ("phrase", "the \n end", "the end"),
        ("tag", "#ＡＲＴ", "art"),
        ("domain", "WWW.Example.ORG.", "www.example.org"),
        ("domain", "bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_b7_a_term_is_kept_in_one_form(cast: Cast, kind: str, value: str, kept: str) -> None:
    made = make(cast, terms=[{"kind": kind, "value": value}])
    assert made["terms"][0]["value"] == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("keyword", "two words"),
        ("keyword", "\u0301"),
        ("keyword", "x" * 61),
        ("phrase", "x" * 61),
        ("tag", "#1"),
        ("user", "bob"),
        ("user", "12"),
        ("user", "@"),
        ("domain", "localhost"),
        ("domain", "https://example.org/"),
        ("domain", "a..b"),
        ("colour", "red"),
    ],
)
def test_b7_what_is_no_term_is_400(cast: Cast, kind: str, value: str) -> None:
    body = {"title": "T", "terms": [{"kind": kind, "value": value}]}
    assert cast.client(cast.alice).send("/api/filters", body).status_code == 400


@pytest.mark.parametrize(
    "change",
    [
        {"scopes": []},
        {"scopes": ["everywhere"]},
        {"action": "delete"},
        {"terms": []},
        {"terms": [[]]},
        {"terms": ["word"]},
        {"title": ""},
        {"title": "x" * 61},
        {"expires_at": "2001-01-01T00:00:00Z"},
        {"colour": "red"},
    ],
)
def test_b7_what_is_no_filter_is_400(cast: Cast, change: dict[str, Any]) -> None:
    body = {"title": "T", "terms": [WORD]} | change
    assert cast.client(cast.alice).send("/api/filters", body).status_code == 400
    assert count_of(cast.alice) == 0


def test_b7_oneself_is_not_filtered_and_nobody_is_found_across_a_block(cast: Cast) -> None:
    alice, mallory = cast.client(cast.alice), cast.client(cast.mallory)
    own = {"title": "T", "terms": [{"kind": "user", "value": "@alice"}]}
    assert code_of(alice.send("/api/filters", own)) == "self_target"
    assert mallory.send("/api/filters", own).status_code == 404


def test_b7_nobody_else_learns_of_a_filter(cast: Cast) -> None:
    path = f"/api/filters/{make(cast)['id']}"
    for other in (cast.bob, cast.moderator, cast.admin):
        client = cast.client(other)
        assert client.read(path).status_code == 404
        assert client.set(path, {"title": "Mine"}).status_code == 404
        assert client.drop(path).status_code == 404
        assert client.read("/api/filters").json()["results"] == []


def test_b7_a_filter_is_in_force_until_its_end_and_stays_listed(
    cast: Cast, time_machine: Any
) -> None:
    end = timezone.now().replace(microsecond=0) + timedelta(minutes=5)
    made = make(cast, expires_at=end.isoformat())
    person = User.objects.get(pk=cast.alice.pk)
    time_machine.move_to(end - timedelta(milliseconds=1), tick=False)
    assert filters_of(person, "feed").marks("Spoiler!", 1, actions=["hide"])
    time_machine.move_to(end, tick=False)
    assert filters_of(person, "feed").is_empty
    listed = cast.client(cast.alice).read("/api/filters").json()["results"]
    assert [(kept["id"], kept["is_expired"]) for kept in listed] == [(made["id"], True)]


def test_b7_an_end_that_has_passed_can_be_set_anew(cast: Cast, time_machine: Any) -> None:
    end = timezone.now() + timedelta(minutes=5)
    made = make(cast, expires_at=end.isoformat())
    time_machine.move_to(end + timedelta(seconds=1), tick=False)
    alice, path = cast.client(cast.alice), f"/api/filters/{made['id']}"
    same = alice.set(path, {"title": "Later", "expires_at": made["expires_at"]})
    assert same.status_code == 200
    assert alice.set(path, {"expires_at": None}).json()["is_expired"] is False


def test_b7_a_filter_counts_only_in_its_scopes(cast: Cast) -> None:
    make(cast, scopes=["search"])
    person = User.objects.get(pk=cast.alice.pk)
    assert filters_of(person, "feed").is_empty
    assert not filters_of(person, "search").is_empty


def test_b7_a_filter_read_on_another_device_is_412(cast: Cast) -> None:
    made = make(cast)
    alice, path = cast.client(cast.alice), f"/api/filters/{made['id']}"
    tag = alice.read(path)["ETag"]
    assert alice.set(path, {"title": "One"}, If_Match=tag).status_code == 200
    assert alice.set(path, {"title": "Other"}, If_Match=tag).status_code == 412
    assert alice.read(path).json()["title"] == "One"


def test_b7_a_change_that_says_the_same_changes_nothing(cast: Cast) -> None:
    made = make(cast)
    body = {"title": made["title"], "terms": made["terms"], "scopes": made["scopes"]}
    answer = cast.client(cast.alice).set(f"/api/filters/{made['id']}", body)
    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_b7_a_repeated_call_makes_one_filter(cast: Cast) -> None:
    alice, body = cast.client(cast.alice), {"title": "T", "terms": [WORD]}
    ids = {alice.send("/api/filters", body, Idempotency_Key="k").json()["id"] for _ in range(2)}
    assert (len(ids), count_of(cast.alice)) == (1, 1)


def test_b7_there_is_a_limit_of_filters_and_of_terms(cast: Cast) -> None:
    terms = [{"kind": "keyword", "value": f"word{n}"} for n in range(100)]
    for _ in range(5):
        make(cast, terms=terms)
    alice = cast.client(cast.alice)
    more = alice.send("/api/filters", {"title": "T", "terms": [WORD]})
    assert (more.status_code, count_of(cast.alice)) == (409, 5)
    too_many = {"title": "T", "terms": [*terms, WORD]}
    assert alice.send("/api/filters", too_many).status_code == 400
    Filter.objects.bulk_create([Filter(owner=cast.bob, title=str(n)) for n in range(100)])
    bob = cast.client(cast.bob)
    assert bob.send("/api/filters", {"title": "T", "terms": [WORD]}).status_code == 409


def test_b7_an_export_is_imported_by_another_and_twice_is_as_once(cast: Cast) -> None:
    end = (timezone.now() + timedelta(days=1)).isoformat()
    make(cast, expires_at=end, action="blur", scopes=["feed"])
    make(cast, title="People", terms=[{"kind": "user", "value": "@carol"}])
    document = cast.client(cast.alice).read("/api/filters/export").json()
    bob = cast.client(cast.bob)
    for _ in range(2):
        assert bob.send("/api/filters/import", document).json() == document
    assert (count_of(cast.bob), list(violations())) == (2, [])
    versions = [kept["version"] for kept in bob.read("/api/filters").json()["results"]]
    assert versions == [1, 1]


def test_b7_an_import_sets_what_has_the_same_title_and_keeps_the_rest(cast: Cast) -> None:
    make(cast)
    make(cast, title="Mine")
    new = {"title": "Series", "terms": [{"kind": "phrase", "value": "the end"}]}
    answer = cast.client(cast.alice).send("/api/filters/import", {"filters": [new]})
    values = {kept["title"]: kept["terms"][0]["value"] for kept in answer.json()["filters"]}
    assert values == {"Series": "the end", "Mine": "Spoiler"}


def test_b7_an_import_leaves_out_who_is_not_there(cast: Cast) -> None:
    nobody = {"kind": "user", "value": "@nobody_here"}
    filters = [{"title": "A", "terms": [nobody]}, {"title": "B", "terms": [nobody, WORD]}]
    answer = cast.client(cast.alice).send("/api/filters/import", {"filters": filters})
    kept = [(row["title"], len(row["terms"])) for row in answer.json()["filters"]]
    assert kept == [("B", 1)]


def test_b7_an_import_over_the_limit_changes_nothing(cast: Cast) -> None:
    terms = [{"kind": "keyword", "value": f"word{n}"} for n in range(100)]
    filters = [{"title": str(n), "terms": terms} for n in range(6)]
    answer = cast.client(cast.alice).send("/api/filters/import", {"filters": filters})
    assert (answer.status_code, count_of(cast.alice)) == (409, 0)


def test_b7_all_words_together_have_a_limit_so_that_their_pattern_is_soon_made(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MAX_ALL_CHARACTERS", 100)
    long = [{"kind": "phrase", "value": "x" * 60}]
    people = [{"kind": "user", "value": "@bob"}, {"kind": "tag", "value": "x" * 60}]
    make(cast, terms=[*long, *people])
    answer = cast.client(cast.alice).send("/api/filters", {"title": "B", "terms": long})
    assert (answer.status_code, code_of(answer), count_of(cast.alice)) == (409, "conflict", 1)


def test_b7_an_import_over_the_limit_looks_nobody_up(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    terms = [{"kind": "user", "value": f"@nobody{n}"} for n in range(51)]
    filters = [{"title": str(n), "terms": terms} for n in range(10)]
    with django_assert_max_num_queries(50):
        answer = cast.client(cast.alice).send("/api/filters/import", {"filters": filters})
    assert (answer.status_code, code_of(answer)) == (409, "conflict")


def test_b7_the_list_takes_as_many_statements_for_many_filters(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    alice = cast.client(cast.alice)
    for n in range(6):
        make(cast, title=str(n))
    alice.read("/api/filters")
    with django_assert_num_queries(3):
        assert len(alice.read("/api/filters").json()["results"]) == 6


def test_b7_who_has_no_filter_pays_no_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert filters_of(cast.alice, "feed").is_empty
    make(cast)
    person = User.objects.get(pk=cast.alice.pk)
    with django_assert_num_queries(1):
        assert not filters_of(person, "feed").is_empty
