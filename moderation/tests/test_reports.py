from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from moderation.models import AuditEntry, Case, Report
from moderation.tests.things import REPORT, report, review, sees, write
from socialsite.lib.testing.client import ApiClient, code_of

MY = "/api/v1/moderation/reports/my"


def old_person(**fields: Any) -> User:
    """Return a person whose account is old enough for the whole limits."""
    user: User = UserFactory.create(**fields)
    return user


def test_m71_a_post_is_reported(cast: Cast, alice: ApiClient) -> None:
    thing = write(cast.bob)
    answer = report(alice, thing, "harassment", comment="Look.", target_type="post")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["target_id"], body["target_type"]) == (str(thing.pk), "post")
    assert (body["reason"], body["comment"], body["outcome"]) == ("harassment", "Look.", "open")
    case = Case.objects.get()
    assert (case.target_id, case.report_count, case.reason) == (thing.pk, 1, "harassment")


def test_y52_a_person_is_reported(cast: Cast, alice: ApiClient) -> None:
    answer = report(alice, cast.bob, "impersonation")
    assert (answer.status_code, answer.json()["target_type"]) == (201, "user")


def test_m71_one_open_report_by_the_same_person(
    cast: Cast, alice: ApiClient, moderator: ApiClient
) -> None:
    thing = write(cast.bob)
    report(alice, thing)
    again = report(alice, thing, "hate")
    assert (again.status_code, code_of(again)) == (409, "already_reported")
    case = Case.objects.get()
    assert (case.report_count, case.reason) == (1, "spam")
    review(moderator, thing, "dismiss")
    assert report(alice, thing).status_code == 201
    assert Case.objects.count() == 2


def test_m71_nobody_reports_what_is_their_own(cast: Cast, alice: ApiClient) -> None:
    for thing in (write(cast.alice), cast.alice):
        answer = report(alice, thing)
        assert (answer.status_code, code_of(answer)) == (400, "self_target")


def test_m71_what_one_does_not_see_cannot_be_reported(
    cast: Cast, alice: ApiClient, mallory: ApiClient
) -> None:
    thing = write(cast.alice)
    seen = report(alice, write(cast.bob)).json()
    assert report(mallory, thing).status_code == 404
    assert report(mallory, cast.alice).status_code == 404
    for target_id in ("123", seen["id"]):
        body = {"target_id": target_id, "reason": "spam"}
        assert alice.send(REPORT, body).status_code == 404
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "boredom"}, "invalid_choice"),
        ({"reason": None}, "null"),
        ({"target_type": "user"}, "invalid"),
        ({"comment": "x" * 1001}, "max_length"),
        ({"target_id": "x"}, "invalid"),
        ({"priority": 100}, "unknown_field"),
    ],
)
def test_y52_a_body_that_does_not_fit_is_refused(
    cast: Cast, alice: ApiClient, change: dict[str, Any], code: str
) -> None:
    body = {"target_id": str(write(cast.bob).pk), "reason": "spam", **change}
    answer = alice.send(REPORT, body)
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert not Report.objects.exists()


def test_y52_reporting_asks_for_a_sign_in(cast: Cast, api: ApiClient) -> None:
    assert report(api, write(cast.bob)).status_code == 401
    assert api.read(MY).status_code == 401


def test_m67_reports_have_a_limit_of_their_own(cast: Cast, alice: ApiClient) -> None:
    things = [write(cast.bob, f"text {n}") for n in range(6)]
    # An account of less than a day gets a quarter of the twenty.
    answers = [report(alice, thing) for thing in things]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    assert "Retry-After" in answers[-1].headers
    assert alice.read(MY).status_code == 200


def test_y53_reporters_read_their_own_reports_with_the_outcome(
    cast: Cast, alice: ApiClient, bob: ApiClient, moderator: ApiClient
) -> None:
    first, second = write(cast.charlie), write(cast.charlie, "More.")
    report(alice, first)
    report(alice, second)
    report(bob, second)
    review(moderator, first, "hide")
    rows = alice.read(MY).json()["results"]
    assert [(row["target_id"], row["outcome"]) for row in rows] == [
        (str(second.pk), "open"),
        (str(first.pk), "acted"),
    ]
    assert rows[1]["closed_at"] is not None
    assert set(rows[0]) == {
        "id", "target_id", "target_type", "reason", "comment", "outcome", "created_at", "closed_at",
    }  # fmt: skip
    assert moderator.read(MY).json()["results"] == []


def test_y53_the_list_costs_the_same_for_any_number(
    cast: Cast, alice: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for n in range(4):
        report(alice, write(cast.bob, f"text {n}"))
    with django_assert_max_num_queries(2):
        assert len(alice.read(MY).json()["results"]) == 4


def test_b1_a_repeated_report_with_its_key_answers_the_same(cast: Cast, alice: ApiClient) -> None:
    body = {"target_id": str(write(cast.bob).pk), "reason": "spam"}
    first = alice.send(REPORT, body, Idempotency_Key="k")
    assert alice.send(REPORT, body, Idempotency_Key="k").json() == first.json()
    assert Report.objects.count() == 1


def test_b40_a_report_leaves_a_row_in_the_trail(cast: Cast, alice: ApiClient) -> None:
    thing = write(cast.bob)
    made = report(alice, thing, comment="My words.").json()
    row = AuditEntry.objects.get(verb="reported")
    assert (row.actor_id, row.target_id) == (cast.alice.pk, thing.pk)
    assert row.detail["report_id"] == made["id"]
    assert row.detail["reason"] == "spam"
    assert "My words." not in str(row.detail)


def test_t64_a_thousand_reports_remove_nothing(cast: Cast, alice: ApiClient) -> None:
    thing = write(cast.bob)
    report(alice, thing, "illegal")
    case = Case.objects.get()
    crowd = User.objects.bulk_create(
        User(username=f"sock{n}", email=f"sock{n}@example.org", display_name="S")
        for n in range(999)
    )
    Report.objects.bulk_create(
        Report(case=case, reporter=who, target_id=thing.pk, reason="illegal") for who in crowd
    )
    assert report(client_of(crowd[0]), thing, "illegal").status_code == 409
    assert report(client_of(cast.charlie), thing, "illegal").status_code == 201
    case.refresh_from_db()
    assert sees(cast.charlie, thing)
    assert case.is_open
    assert 75 <= case.priority <= 80
