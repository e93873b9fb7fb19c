from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of, token_client_of
from moderation.models import Case, Screening
from moderation.tests.things import QUEUE, act, posts, read_queue, report, review, write
from socialsite.lib.testing.client import ApiClient, code_of


def reported(cast: Cast, author: User, reason: str = "spam", **body: Any) -> Any:
    """Return a post that charlie reported."""
    thing = write(author, **body)
    answer = report(cast.client(cast.charlie), thing, reason)
    assert answer.status_code == 201, answer.content
    return thing


def targets_of(rows: list[dict[str, Any]]) -> list[int]:
    return [int(row["target_id"]) for row in rows]


def test_y54_the_queue_is_sorted_by_priority_then_age(cast: Cast, moderator: ApiClient) -> None:
    old = reported(cast, cast.bob)
    young = reported(cast, cast.bob)
    grave = reported(cast, cast.bob, "violence")
    assert targets_of(read_queue(moderator)) == [grave.pk, old.pk, young.pk]


def test_y54_the_pages_of_the_queue_follow_each_other(cast: Cast, moderator: ApiClient) -> None:
    reasons = ("spam", "violence", "spam", "hate", "violence")
    made = {reported(cast, cast.bob, reason).pk for reason in reasons}
    path, found = f"{QUEUE}?limit=2", []
    while path:
        body = moderator.read(path).json()
        found += targets_of(body["results"])
        path = body["next"]
    assert found == targets_of(read_queue(moderator))
    assert (set(found), len(found)) == (made, 5)


def test_y54_a_case_shows_the_evidence(cast: Cast, moderator: ApiClient) -> None:
    thing = reported(cast, cast.bob, text="Look at this.", content_warning="Loud")
    posts().filter(pk=thing.pk).update(media=[{"url": "https://example.org/a.png", "alt": "A"}])
    (row,) = read_queue(moderator)
    target = row["target"]
    assert (row["target_type"], target["type"], target["id"]) == ("post", "post", str(thing.pk))
    assert target["author"]["username"] == "bob"
    assert (target["text"], target["content_warning"]) == ("Look at this.", "Loud")
    assert target["media"] == ["https://example.org/a.png"]
    assert target["is_live"] is True
    assert target["state"] == {"deleted": False, "hidden": False, "removed": False}


def test_y54_a_case_groups_all_reports_of_one_thing(cast: Cast, moderator: ApiClient) -> None:
    thing = reported(cast, cast.bob)
    report(cast.client(cast.carol), thing, "hate")
    report(cast.client(cast.alice), thing, "hate")
    (row,) = read_queue(moderator)
    assert (row["report_count"], row["reason"]) == (3, "hate")
    assert row["reasons"] == {"spam": 1, "hate": 2}


def test_y54_the_queue_is_filtered(cast: Cast, moderator: ApiClient) -> None:
    spam, hate = reported(cast, cast.bob), reported(cast, cast.bob, "hate")
    report(cast.client(cast.charlie), cast.carol, "spam")
    review(moderator, hate, "hide")
    for query, found in (
        ("", {spam.pk, cast.carol.pk}),
        ("?kind=post", {spam.pk}),
        ("?kind=user", {cast.carol.pk}),
        ("?reason=hate", set()),
        ("?state=closed", {hate.pk}),
        ("?state=closed&reason=hate&kind=post", {hate.pk}),
    ):
        assert set(targets_of(read_queue(moderator, query))) == found, query


@pytest.mark.parametrize("query", ["kind=thing", "reason=boredom", "state=new", "sort=age"])
def test_y54_an_unknown_filter_or_value_is_refused(moderator: ApiClient, query: str) -> None:
    assert moderator.read(f"{QUEUE}?{query}").status_code == 400


def test_m68_score_and_rules_of_the_screening_show(cast: Cast, moderator: ApiClient) -> None:
    thing = reported(cast, cast.bob)
    said = Screening.objects.get(target_id=thing.pk)
    Screening.objects.filter(pk=said.pk).update(
        score=0.3, rules=[{"rule": "link_flood", "score": 0.3}]
    )
    (row,) = read_queue(moderator)
    assert row["screening"]["score"] == 0.3
    assert row["screening"]["rules"] == [{"rule": "link_flood", "score": 0.3}]


def test_y54_what_is_private_shows_to_moderators_once_reported(
    cast: Cast, moderator: ApiClient
) -> None:
    thing = write(cast.alice, visibility="followers")
    assert act(moderator, thing, "hide").status_code == 404
    assert report(cast.client(cast.bob), thing).status_code == 201
    (row,) = read_queue(moderator)
    assert row["target"]["text"] == thing.content


def test_y54_a_purged_thing_leaves_its_case(cast: Cast, moderator: ApiClient) -> None:
    thing = reported(cast, cast.bob)
    posts().filter(pk=thing.pk).delete()
    (row,) = read_queue(moderator)
    assert (row["target"], row["target_id"]) == (None, str(thing.pk))
    assert review(moderator, thing, "hide").status_code == 404
    assert review(moderator, thing, "dismiss").status_code == 200


def test_y54_the_queue_is_for_moderators_and_tokens_that_moderate(
    cast: Cast, alice: ApiClient, api: ApiClient
) -> None:
    thing = reported(cast, cast.bob)
    case = f"/api/v1/moderation/cases/{Case.objects.get(target_id=thing.pk).pk}"
    analyst = client_of(UserFactory.create(role="analyst"))
    reader = token_client_of(cast.moderator, "read", "write")
    for path in (QUEUE, case):
        assert api.read(path).status_code == 401
        assert code_of(alice.read(path)) == code_of(analyst.read(path)) == "permission_denied"
        assert code_of(reader.read(path)) == "insufficient_scope"
        assert token_client_of(cast.moderator, "moderate").read(path).status_code == 200


def test_y54_the_queue_costs_the_same_for_any_number(
    cast: Cast, moderator: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for author in (cast.bob, cast.carol):
        report(cast.client(cast.charlie), author, "spam")
        reported(cast, author)
    with django_assert_max_num_queries(7):
        assert len(read_queue(moderator)) == 4


def test_y54_a_case_tells_all_about_it(cast: Cast, moderator: ApiClient) -> None:
    thing = reported(cast, cast.bob)
    report(cast.client(cast.alice), thing, "hate", comment="Look.")
    done = act(moderator, thing, "warn").json()
    case = Case.objects.get()
    body = moderator.read(f"/api/v1/moderation/cases/{case.pk}").json()
    assert [r["reporter"]["username"] for r in body["reports"]] == ["alice", "charlie"]
    assert [r["comment"] for r in body["reports"]] == ["Look.", ""]
    assert [a["id"] for a in body["actions"]] == [done["id"]]
    assert [s["score"] for s in body["screenings"]] == [0]
    assert body["version"] == case.version == 3
    assert moderator.read("/api/v1/moderation/cases/123").status_code == 404
