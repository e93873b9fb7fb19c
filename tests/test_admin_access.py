"""Who gets into which page of the console (RELIABILITY T6): all of them, found in the URL configuration."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from accounts.actions import follows, sessions
from accounts.console import SESSION_KEY
from accounts.models import Follow, FollowRequest, User
from accounts.testing import Cast, UserFactory, console_of
from chat.actions.joining import join_room
from chat.models import Room
from engagement.models import Comment
from moderation.actions.reports import report_thing
from moderation.models import Action, Case, Keyword, Report, Screening
from posts.models import Post
from socialsite.lib.admin import ADMINS, MODERATORS, EvidenceAdmin
from socialsite.lib.models import PeriodicJob
from socialsite.lib.tasks import sync_jobs
from tests.console import OPEN, lists, pages
from tests.places import make_places


@pytest.fixture
def things(cast: Cast) -> dict[Any, Any]:
    """One row of each model that has any."""
    places = make_places(cast)
    join_room(actor=cast.bob, room=Room.objects.get(pk=places["room"]))
    report_thing(actor=cast.bob, target_id=int(places["message"]), reason="spam")
    Keyword.objects.create(phrase="miracle")
    cast.charlie.private_account = True
    cast.charlie.save()
    follows.follow_user(actor=cast.bob, target=cast.charlie)
    sync_jobs()
    rows = {model: model._default_manager.first() for model in admin.site._registry}
    rows[User] = cast.charlie
    wanted = {Follow, FollowRequest, PeriodicJob, Post, Comment, Case, Report, Action, Screening}
    assert wanted <= {model for model, row in rows.items() if row}
    return {model: row for model, row in rows.items() if row}


def our_pages() -> dict[type[Model], EvidenceAdmin]:
    found = {}
    for model, page in admin.site._registry.items():
        assert isinstance(page, EvidenceAdmin)
        found[model] = page
    return found


def forged(user: User) -> Client:
    """Return a browser that holds a session of Django's and a live sign-in for a person who may not come in."""
    browser = Client()
    browser.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    kept = browser.session
    origin = sessions.Origin("192.0.2.1")
    kept[SESSION_KEY] = sessions.open_session(actor=user, origin=origin).session.pk
    kept.save()
    return browser


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "member", "suspended", "api"])
def test_t6_no_page_opens_for_others(cast: Cast, things: dict[Any, Any], who: str) -> None:
    browsers = {
        "anonymous": Client,
        "member": lambda: forged(cast.alice),
        "suspended": lambda: suspended(cast.moderator),
        "api": lambda: cast.client(cast.admin),
    }
    browser = browsers[who]()
    found = [(name, page) for name, page in pages(things) if name not in OPEN]
    assert len(found) > 60
    for _name, page in found:
        for answer in (browser.get(page), browser.post(page, {"note": "x"})):
            assert answer.status_code == 302, page
            assert answer.headers["Location"].startswith("/admin/login/?next="), page
            assert answer.content == b""


def suspended(user: User) -> Client:
    browser = forged(user)
    User.objects.filter(pk=user.pk).update(suspended_by=1)
    return browser


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["analyst", "moderator"])
def test_t6_lists_and_things_open_for_the_roles_of_their_page_only(
    things: dict[Any, Any], role: str
) -> None:
    browser = console_of(UserFactory.create(role=role))
    for model, page in our_pages().items():
        expected = 200 if role in page.seen_by else 403
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert browser.get(reverse(f"{label}_changelist")).status_code == expected, label
        if model in things:
            thing = browser.get(reverse(f"{label}_change", args=[things[model].pk]))
            assert thing.status_code == expected, label
        assert browser.get(reverse(f"{label}_export")).status_code in {403, expected}, label


EDITABLE = "moderation_keyword"
"""The one table that administrators keep by hand, through actions (moderation/tests/test_admin_keywords.py)"""


@pytest.mark.django_db
def test_t6_nothing_can_be_added_changed_or_deleted_by_hand(
    cast: Cast, things: dict[Any, Any]
) -> None:
    browser = console_of(cast.admin)
    for name, page in pages(things):
        if name.startswith(EDITABLE):
            continue
        if name.endswith(("_add", "_delete")):
            assert browser.post(page, {"post": "yes"}).status_code == 403, page
        if name.endswith("_change") and name != "password_change":
            assert browser.post(page, {"username": "x"}).status_code in {302, 403}, page
    assert all(type(row)._default_manager.filter(pk=row.pk).exists() for row in things.values())


@pytest.mark.django_db
def test_every_page_answers_an_admin(cast: Cast, things: dict[Any, Any]) -> None:
    browser = console_of(cast.admin)
    for name, page in pages(things):
        if name not in OPEN:
            assert browser.get(page).status_code in {200, 302, 403, 404}, page
    assert browser.get("/admin/").status_code == 200
    assert browser.get("/admin").headers["Location"] == "/admin/"


@pytest.mark.django_db
def test_an_analyst_reads_figures_and_nothing_behind_them(things: dict[Any, Any]) -> None:
    page = console_of(UserFactory.create(role=User.Role.ANALYST)).get("/admin/").content.decode()
    assert "Registrations" in page
    assert "Suspended" not in page
    assert "/admin/accounts/" not in page


def test_only_our_pages_are_in_the_console() -> None:
    assert not admin.site.is_registered(Group)
    assert {page.seen_by for page in our_pages().values()} == {ADMINS, MODERATORS}
    assert len(lists()) >= 12


@pytest.mark.django_db
def test_t27_the_policy_lets_no_inline_script_run(client: Client, cast: Cast) -> None:
    for answer in (client.get("/admin/login/"), console_of(cast.admin).get("/admin/")):
        policy = dict(
            part.strip().split(" ", 1)
            for part in answer.headers["Content-Security-Policy"].split(";")
        )
        assert "unsafe-inline" not in policy["script-src"]
        nonce: Any = vars(answer.wsgi_request)["csp_nonce"]
        assert f"'nonce-{nonce}'" in policy["script-src"]
        assert policy["default-src"] == "'self'"
        assert "no-store" in answer.headers["Cache-Control"]
        assert b"http://" not in answer.content.replace(b"http://www.w3.org", b"")
        assert b"https://" not in answer.content
