import re
from typing import Any

import pytest
from django.test import Client

from accounts.testing import Cast, UserFactory, console_of
from moderation.models import Action, Case, Report
from moderation.tests.things import NOTE, again, posts, report, sees, write

CASES, REPORTS = "/admin/moderation/case/", "/admin/moderation/report/"
SCREENINGS = "/admin/moderation/screening/"
LIST_QUERIES, PAGE_QUERIES = 13, 16


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


@pytest.fixture
def case(cast: Cast) -> Case:
    thing = write(cast.bob, "Read <b>this</b> now.")
    report(cast.client(cast.alice), thing, "spam", comment="Third time.")
    report(cast.client(cast.charlie), thing, "hate")
    return Case.objects.get()


def page_of(case: Case) -> str:
    return f"{CASES}{case.pk}/change/"


def decide(browser: Client, case: Case, name: str, **body: str) -> Any:
    return browser.post(f"{CASES}{case.pk}/act/{name}/", body)


def test_m58_the_queue_shows_what_waits_by_priority(cast: Cast, mod: Client, case: Case) -> None:
    report(cast.client(cast.alice), cast.carol, "illegal")
    page = mod.get(CASES).content.decode()
    assert page.index(f"user {cast.carol.pk}") < page.index("Read &lt;b&gt;this")
    assert "<b>this" not in page
    decide(mod, case, "dismiss")
    assert "Read &lt;b&gt;this" not in mod.get(CASES).content.decode()
    assert "Read &lt;b&gt;this" in mod.get(f"{CASES}?state=closed").content.decode()
    assert "Read &lt;b&gt;this" in mod.get(f"{CASES}?state=all").content.decode()


def test_m58_a_case_shows_evidence_reports_and_history(mod: Client, case: Case) -> None:
    pics = ["https://example.org/pic.png", "javascript:alert(1)"]
    media = [{"url": url, "alt": ""} for url in pics]
    posts().filter(pk=case.target_id).update(media=media, content_warning="Loud")
    page = mod.get(page_of(case)).content.decode()
    for text in ("Read &lt;b&gt;this", "Loud", "Third time.", "@alice", "@charlie", "@bob"):
        assert text in page, text
    assert 'href="https://example.org/pic.png"' in page
    assert 'src="https://example.org' not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(("name", "column"), [("hide", "hidden_by"), ("delete", "removed_by")])
def test_m58_a_moderator_decides_in_the_console(
    cast: Cast, mod: Client, case: Case, name: str, column: str
) -> None:
    answer = decide(mod, case, name, note=NOTE, reason="hate", statement="Stop.")
    assert answer.headers["Location"] == page_of(case)
    action = Action.objects.get()
    assert (action.note, action.reason, action.statement) == (NOTE, "hate", "Stop.")
    assert (action.moderator, action.case_id) == (cast.moderator, case.pk)
    assert getattr(posts().get(pk=case.target_id), column) == action.pk
    page = mod.get(page_of(case)).content.decode()
    assert NOTE in page
    assert "/act/hide/" not in page


@pytest.mark.parametrize("name", ["warn", "suspend"])
def test_m58_the_owner_is_warned_or_suspended(
    cast: Cast, mod: Client, case: Case, name: str
) -> None:
    decide(mod, case, name, note=NOTE)
    assert Action.objects.get().kind == name
    assert (again(cast.bob).suspended_by is not None) == (name == "suspend")
    assert not Case.objects.open().exists()


def test_m58_the_page_of_a_person_tells_what_was_done_to_their_things(
    cast: Cast, mod: Client, case: Case
) -> None:
    decide(mod, case, "hide", note=NOTE)
    page = mod.get(f"/admin/accounts/user/{cast.bob.pk}/change/").content.decode()
    assert NOTE in page
    assert f"post {case.target_id}" in page


def test_m58_dismissing_closes_and_changes_nothing(cast: Cast, mod: Client, case: Case) -> None:
    decide(mod, case, "dismiss")
    assert not Action.objects.exists()
    assert sees(cast.carol, posts().get(pk=case.target_id))
    assert set(Report.objects.values_list("outcome", flat=True)) == {"dismissed"}


@pytest.mark.parametrize("body", [{}, {"note": " "}, {"note": "x", "reason": "boredom"}])
def test_m58_an_act_without_a_reason_changes_nothing(
    mod: Client, case: Case, body: dict[str, str]
) -> None:
    assert decide(mod, case, "hide", **body).status_code == 200
    assert not Action.objects.exists()


def test_m58_an_analyst_sees_nothing_and_cannot_act(cast: Cast, case: Case) -> None:
    analyst = console_of(UserFactory.create(role="analyst"))
    for path in (CASES, page_of(case), REPORTS, SCREENINGS):
        assert analyst.get(path).status_code == 403
    assert decide(analyst, case, "hide", note=NOTE).status_code in {403, 404}
    assert not Action.objects.exists()


def test_m58_a_peers_things_are_refused_in_the_form(cast: Cast, mod: Client) -> None:
    thing = write(UserFactory.create(role="moderator"))
    report(cast.client(cast.alice), thing)
    answer = decide(mod, Case.objects.get(), "hide", note=NOTE)
    assert "role is not below yours" in answer.content.decode()


def test_m58_people_can_be_warned_or_suspended_only(cast: Cast, mod: Client) -> None:
    report(cast.client(cast.alice), cast.bob)
    page = mod.get(page_of(Case.objects.get())).content.decode()
    assert set(re.findall(r"/act/(\w+)/", page)) == {"warn", "suspend", "dismiss"}


def test_m58_a_purged_thing_is_said_to_be_gone(mod: Client, case: Case) -> None:
    posts().filter(pk=case.target_id).delete()
    assert "It is gone." in mod.get(page_of(case)).content.decode()
    assert "It is gone." in mod.get(CASES).content.decode()
    assert decide(mod, case, "hide", note=NOTE).status_code == 200
    assert decide(mod, case, "dismiss").status_code == 302


def test_m68_screenings_and_reports_are_read_only(cast: Cast, mod: Client, case: Case) -> None:
    found = Report.objects.first()
    assert found is not None
    for path in (REPORTS, f"{REPORTS}{found.pk}/change/", SCREENINGS):
        assert mod.get(path).status_code == 200
    admin = console_of(cast.admin)
    assert admin.post(f"{REPORTS}{found.pk}/change/", {"reason": "other"}).status_code == 403
    assert admin.post(f"{REPORTS}add/", {}).status_code == 403


def test_m58_the_pages_cost_the_same_for_any_number(
    cast: Cast, mod: Client, case: Case, django_assert_max_num_queries: Any
) -> None:
    for author in (cast.bob, cast.carol):
        report(cast.client(cast.alice), write(author))
    for path, budget in (
        (CASES, LIST_QUERIES),
        (page_of(case), PAGE_QUERIES),
        (REPORTS, LIST_QUERIES),
        (SCREENINGS, LIST_QUERIES),
    ):
        with django_assert_max_num_queries(budget):
            assert mod.get(path).status_code == 200
