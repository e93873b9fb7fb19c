import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import blocks
from accounts.models import User
from accounts.testing import Cast, console_of
from moderation.actions import suspend_user
from moderation.models import Action, AuditEntry

PEOPLE, ACTIONS, TRAIL = (
    "/admin/accounts/user/",
    "/admin/moderation/action/",
    "/admin/moderation/auditentry/",
)
NOTE = "Sends the same link to everybody."


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


def suspend(browser: Client, user: User, **body: str) -> Any:
    return browser.post(f"{PEOPLE}{user.pk}/act/suspend/", {"note": NOTE, **body})


def person(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.mark.django_db
def test_m58_a_moderator_suspends_and_takes_it_back(cast: Cast, mod: Client) -> None:
    bob, api = cast.client(cast.bob), f"/api/users/{cast.alice.pk}"
    answer = suspend(mod, cast.alice, statement="You sent links.")
    assert answer.headers["Location"] == f"{PEOPLE}{cast.alice.pk}/change/"
    assert b"@alice is suspended." in mod.get(answer.headers["Location"]).content
    action = Action.objects.get()
    assert (action.note, action.moderator) == (NOTE, cast.moderator)
    assert person(cast.alice).suspended_by == action.pk
    assert bob.read(api).status_code == 404
    mod.post(f"{PEOPLE}{cast.alice.pk}/act/lift-suspension/")
    assert person(cast.alice).suspended_by is None
    assert bob.read(api).status_code == 200


@pytest.mark.django_db
def test_b40_the_trail_says_who_did_it_by_which_sign_in(cast: Cast, mod: Client) -> None:
    suspend(mod, cast.alice)
    entry = AuditEntry.objects.get(verb="user_suspended")
    session = cast.moderator.sessions.live().get()
    assert (entry.actor_id, entry.target_id) == (cast.moderator.pk, cast.alice.pk)
    assert entry.credential == f"admin:{session.pk}"
    page = mod.get(TRAIL).content.decode()
    assert "user suspended" in page
    assert "@alice" in page


@pytest.mark.django_db
def test_a_suspension_may_have_an_end(cast: Cast, mod: Client) -> None:
    end = timezone.now() + timedelta(days=2)
    body = {"until_0": f"{end:%Y-%m-%d}", "until_1": f"{end:%H:%M:%S}"}
    suspend(mod, cast.alice, **body)
    assert Action.objects.get().until == end.replace(microsecond=0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"note": ""}, "This field is required."),
        ({"note": "   "}, "This field is required."),
        ({"note": "x" * 2001}, "at most 2000 characters"),
        ({"note": "a\0b"}, "Null characters are not allowed."),
        ({"until_0": "2020-01-01", "until_1": "00:00:00"}, "Choose a time to come."),
        ({"until_0": "soon", "until_1": ""}, "Enter a valid date."),
    ],
)
def test_a_suspension_that_is_not_filled_in_right_changes_nothing(
    cast: Cast, mod: Client, body: dict[str, str], told: str
) -> None:
    answer = suspend(mod, cast.alice, **body)
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert not Action.objects.exists()
    assert person(cast.alice).suspended_by is None


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["moderator", "admin"])
def test_nobody_suspends_a_peer_or_themselves(cast: Cast, mod: Client, name: str) -> None:
    answer = suspend(mod, getattr(cast, name))
    assert answer.status_code == 200
    assert "role is not below yours" in answer.content.decode()
    assert not Action.objects.exists()


@pytest.mark.django_db
def test_two_moderators_at_once_suspend_once(cast: Cast, mod: Client) -> None:
    suspend_user(actor=cast.admin, user=cast.alice, note=NOTE)
    late = suspend(mod, cast.alice)
    assert late.status_code == 302
    page = mod.get(late.headers["Location"]).content.decode()
    assert "is not in a state for this any more" in page
    assert Action.objects.count() == 1


@pytest.mark.django_db
def test_t13_suspended_staff_lose_the_console_with_the_next_request(
    cast: Cast, mod: Client
) -> None:
    admin = console_of(cast.admin)
    assert mod.get(PEOPLE).status_code == 200
    suspend(admin, cast.moderator)
    assert mod.get(PEOPLE).headers["Location"].startswith("/admin/login/")
    assert suspend(mod, cast.alice).status_code == 302
    assert person(cast.alice).suspended_by is None


@pytest.mark.django_db
def test_an_action_is_undone_from_its_own_page_once(cast: Cast, mod: Client) -> None:
    action = suspend_user(actor=cast.moderator, user=cast.alice, note=NOTE)
    page = f"{ACTIONS}{action.pk}/"
    assert f"{page}act/undo/" in mod.get(f"{page}change/").content.decode()
    mod.post(f"{page}act/undo/")
    assert person(cast.alice).suspended_by is None
    assert f"{page}act/undo/" not in mod.get(f"{page}change/").content.decode()
    mod.post(f"{page}act/undo/")
    assert AuditEntry.objects.filter(verb="action_undone").count() == 1


@pytest.mark.django_db
def test_the_lists_are_filtered_and_searched(cast: Cast, mod: Client) -> None:
    suspend(mod, cast.alice)
    suspend(mod, cast.bob, note="Other reason")
    mod.post(f"{PEOPLE}{cast.bob.pk}/act/lift-suspension/", follow=True)
    expected = {"state=live": {"alice"}, "state=undone": {"bob"}, "q=reason": {"bob"}}
    for query, names in {**expected, "q=moderator1": {"alice", "bob"}}.items():
        page = mod.get(f"{ACTIONS}?{query}").content.decode()
        assert set(re.findall(r"@(alice|bob)\b", page)) == names, query
    trail = mod.get(f"{TRAIL}?verb=action_undone").content.decode()
    assert "@bob" in trail
    assert "@alice" not in trail


@pytest.mark.django_db
def test_whom_a_person_mutes_is_nowhere_in_the_console(cast: Cast, mod: Client) -> None:
    blocks.mute_user(actor=cast.charlie, target=cast.mallory)
    assert AuditEntry.objects.filter(verb="muted").exists()
    pages = [TRAIL, f"{TRAIL}?q=muted", f"{TRAIL}?verb=muted", f"{TRAIL}export/"]
    for page in [*pages, f"{PEOPLE}{cast.charlie.pk}/change/"]:
        answer = mod.get(page)
        assert answer.status_code == 200
        assert not re.search(r">\s*(un)?muted\s*<|,muted,", answer.content.decode()), page
    hidden = AuditEntry.objects.get(verb="muted")
    assert mod.get(f"{TRAIL}{hidden.pk}/change/").status_code == 302


@pytest.mark.django_db
def test_the_page_of_a_person_tells_their_history(cast: Cast, mod: Client) -> None:
    suspend(mod, cast.alice)
    page = mod.get(f"{PEOPLE}{cast.alice.pk}/change/").content.decode()
    assert NOTE in page
    assert "Undo suspension" in page
    assert "user suspended" in page
