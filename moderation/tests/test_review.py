from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from moderation.models import Action, AuditEntry, Case, Report
from moderation.tests.things import again, read_queue, report, review, sees, undo, write
from notifications.models import Notification
from socialsite.lib import invariants
from socialsite.lib.tasks import run_all
from socialsite.lib.testing.client import ApiClient, code_of

Outbox = list[EmailMultiAlternatives]


@pytest.fixture
def thing(cast: Cast) -> Any:
    """A post of bob's that alice and charlie reported."""
    made = write(cast.bob)
    report(cast.client(cast.alice), made, "spam")
    report(cast.client(cast.charlie), made, "harassment")
    return made


def told(user: User, type_name: str) -> list[Notification]:
    run_all()
    return list(Notification.objects.visible_to(user).filter(type=type_name))


def test_y55_dismiss_closes_the_case_and_all_its_reports(
    cast: Cast, moderator: ApiClient, thing: Any
) -> None:
    answer = review(moderator, thing, "dismiss")
    body = answer.json()
    assert (answer.status_code, body["closed_by_id"]) == (200, str(cast.moderator.pk))
    assert [row["outcome"] for row in body["reports"]] == ["dismissed", "dismissed"]
    assert not Action.objects.exists()
    assert sees(cast.carol, thing)
    assert read_queue(moderator) == []


def test_m18_a_hidden_post_is_there_for_its_author_and_moderators_only(
    cast: Cast, moderator: ApiClient, bob: ApiClient, thing: Any
) -> None:
    path = f"/api/posts/{thing.pk}"
    assert review(moderator, thing, "hide").status_code == 200
    assert [c.read(path).status_code for c in (bob, moderator)] == [200, 200]
    assert cast.client(cast.carol).read(path).status_code == 404
    assert again(cast.bob).post_count == 0


def test_m18_a_removed_post_is_there_for_moderators_only(
    cast: Cast, moderator: ApiClient, bob: ApiClient, thing: Any
) -> None:
    path = f"/api/posts/{thing.pk}"
    assert review(moderator, thing, "delete").status_code == 200
    assert [c.read(path).status_code for c in (bob, moderator)] == [404, 200]


def test_y55_several_actions_at_once(cast: Cast, moderator: ApiClient, thing: Any) -> None:
    until = timezone.now() + timedelta(days=3)
    more = {"note": "Again.", "statement": "Stop.", "until": until.isoformat(), "reason": "spam"}
    body = review(moderator, thing, "suspend", "delete", "warn", **more).json()
    made = {row["action"]: row for row in body["actions"]}
    assert set(made) == {"suspend", "delete", "warn"}
    assert {row["reason"] for row in made.values()} == {"spam"}
    assert made["suspend"]["target_id"] == str(cast.bob.pk)
    assert made["delete"]["target_id"] == str(thing.pk)
    assert {row["case_id"] for row in made.values()} == {body["id"]}
    assert made["warn"]["until"] is None
    assert again(cast.bob).suspended_by is not None
    assert [row["outcome"] for row in body["reports"]] == ["acted", "acted"]


def test_y55_a_decision_without_a_note_stands_on_the_gravest_reason(
    moderator: ApiClient, thing: Any
) -> None:
    review(moderator, thing, "warn")
    action = Action.objects.get()
    assert (action.reason, action.note) == ("harassment", "Reported for harassment.")
    assert action.evidence == thing.content


def test_b13_reporters_are_told_the_outcome(cast: Cast, moderator: ApiClient, thing: Any) -> None:
    review(moderator, thing, "hide")
    for user in (cast.alice, cast.charlie):
        (row,) = told(user, "report_closed")
        assert row.params == {"outcome": "moderators acted on it"}
        assert row.actor_id is None
    assert told(cast.bob, "report_closed") == []
    run_all()
    assert Notification.objects.filter(type="report_closed").count() == 2


def test_b13_the_affected_person_is_told_and_mailed_the_reasons(
    cast: Cast, moderator: ApiClient, thing: Any, mailoutbox: Outbox
) -> None:
    review(moderator, thing, "hide", note="Secret.", statement="No advertising here.")
    (row,) = told(cast.bob, "moderated")
    assert row.params == {"what": "Something of yours was hidden by a moderator."}
    (mail,) = [mail for mail in mailoutbox if mail.subject == "A post of yours is hidden"]
    assert mail.to == ['"Bob" <bob@example.org>']
    for part in ("No advertising here.", "harassment", thing.content):
        assert part in str(mail.body)
    for part in ("Secret.", "moderator1"):
        assert part not in f"{mail.body} {mail.alternatives}"


@pytest.mark.parametrize(
    ("action", "subject"),
    [
        ("warn", "A warning from the moderators"),
        ("delete", "A post of yours is removed"),
        ("suspend", "Your account is suspended"),
    ],
)
def test_b13_each_action_has_its_mail(
    moderator: ApiClient, thing: Any, mailoutbox: Outbox, action: str, subject: str
) -> None:
    review(moderator, thing, action, statement="So it is.")
    run_all()
    (mail,) = [mail for mail in mailoutbox if mail.subject == subject]
    assert "So it is." in str(mail.body)


def test_y55_a_second_decision_is_a_conflict(cast: Cast, moderator: ApiClient, thing: Any) -> None:
    review(moderator, thing, "dismiss")
    late = review(cast.client(cast.admin), thing, "delete", headers={"If_Match": '"1.x"'})
    assert (late.status_code, code_of(late)) == (409, "already_decided")
    assert again(thing).removed_by is None


def test_y55_if_match_honours_what_was_read(cast: Cast, moderator: ApiClient, thing: Any) -> None:
    path = f"/api/v1/moderation/cases/{Case.objects.get().pk}"
    tag = moderator.read(path).headers["ETag"]
    report(cast.client(cast.carol), thing, "violence")
    stale = review(moderator, thing, "hide", headers={"If_Match": tag})
    assert stale.status_code == 412
    assert not Action.objects.exists()
    fresh = moderator.read(path).headers["ETag"]
    assert review(moderator, thing, "hide", headers={"If_Match": fresh}).status_code == 200


def test_y55_a_refused_action_takes_the_others_back(cast: Cast, moderator: ApiClient) -> None:
    made = write(cast.bob)
    report(cast.client(cast.alice), cast.bob)
    answer = review(moderator, cast.bob, "warn", "hide")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_choice")
    assert not Action.objects.exists()
    assert Case.objects.get().is_open
    assert again(made).is_live


@pytest.mark.parametrize(
    ("actions", "more"),
    [
        ([], {}),
        (["dismiss", "hide"], {}),
        (["hide", "hide"], {}),
        (["hold"], {}),
        (["banish"], {}),
        (["hide"], {"until": "2020-01-01T00:00:00Z"}),
        (["warn"], {"until": "2999-01-01T00:00:00Z"}),
        (["hide"], {"reason": "boredom"}),
        (["hide"], {"priority": 1}),
    ],
)
def test_y55_a_decision_that_does_not_fit_is_refused(
    moderator: ApiClient, thing: Any, actions: list[str], more: dict[str, Any]
) -> None:
    assert review(moderator, thing, *actions, **more).status_code == 400
    assert Case.objects.get().is_open
    assert not Action.objects.exists()


def test_y55_nobody_acts_on_a_role_not_below_theirs(cast: Cast, moderator: ApiClient) -> None:
    peer: User = UserFactory.create(role="moderator")
    made = write(peer)
    report(cast.client(cast.alice), made)
    assert review(moderator, made, "hide").status_code == 403
    assert review(moderator, made, "warn").status_code == 403
    assert review(client_of(peer), made, "dismiss").status_code == 403
    assert review(cast.client(cast.admin), made, "hide").status_code == 200


def test_y55_reviews_are_for_moderators(cast: Cast, bob: ApiClient, thing: Any) -> None:
    assert review(bob, thing, "dismiss").status_code == 403
    assert review(ApiClient(), thing, "dismiss").status_code == 401
    assert Report.objects.open().count() == 2


def test_y55_a_decision_leaves_audit_rows(cast: Cast, moderator: ApiClient, thing: Any) -> None:
    review(moderator, thing, "hide")
    for verb in ("thing_hidden", "case_decided"):
        row = AuditEntry.objects.get(verb=verb)
        assert (row.actor_id, row.target_id) == (cast.moderator.pk, thing.pk)
    assert AuditEntry.objects.get(verb="case_decided").detail["outcome"] == "acted"


def test_b11_undoing_a_decision_brings_the_thing_back(
    cast: Cast, moderator: ApiClient, thing: Any
) -> None:
    body = review(moderator, thing, "hide").json()
    assert undo(moderator, body["actions"][0]).status_code == 200
    assert sees(cast.carol, thing)
    assert again(cast.bob).post_count == 1


def test_y55_the_invariants_hold_and_see_what_breaks_them(moderator: ApiClient, thing: Any) -> None:
    review(moderator, thing, "hide", "delete")
    causes, cases = invariants.CHECKS["moderation.causes"], invariants.CHECKS["moderation.cases"]
    assert [*causes(), *cases()] == []
    type(thing).objects.filter(pk=thing.pk).update(hidden_by=5, removed_by=None)
    assert len(list(causes())) == 2
    Report.objects.update(outcome="")
    assert len(list(cases())) == 2
    counter = invariants.named()["moderation.case.report_count"]
    Case.objects.update(report_count=7)
    assert len(list(counter())) == 1


def test_y55_b10_what_its_author_changed_meanwhile_is_not_decided_unread(
    cast: Cast, moderator: ApiClient, thing: Any
) -> None:
    case = Case.objects.get(target_id=thing.pk)
    read = moderator.read(f"/api/v1/moderation/cases/{case.pk}").headers["ETag"]
    bob = cast.client(cast.bob)
    bob.set(f"/api/posts/{thing.pk}", {"content": "Something else altogether."})
    late = review(moderator, thing, "dismiss", headers={"If_Match": read})
    assert (late.status_code, code_of(late)) == (412, "precondition_failed")
    fresh = moderator.read(f"/api/v1/moderation/cases/{case.pk}").headers["ETag"]
    assert review(moderator, thing, "dismiss", headers={"If_Match": fresh}).status_code == 200
