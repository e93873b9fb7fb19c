import re
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import blocks, connections, follows
from accounts.models import Session, User
from accounts.testing import Cast, UserFactory, console_of
from moderation.models import AuditEntry

PEOPLE = "/admin/accounts/user/"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return console_of(cast.admin)


@pytest.fixture
def mod(cast: Cast) -> Client:
    return console_of(cast.moderator)


def names(browser: Client, query: str = "") -> set[str]:
    page = browser.get(f"{PEOPLE}?{query}").content.decode()
    return set(re.findall(r"<p[^>]*>\s*@(\w+)", page))


def act(browser: Client, user: User, name: str, **body: Any) -> Any:
    return browser.post(f"{PEOPLE}{user.pk}/act/{name}/", body)


@pytest.mark.django_db
def test_m58_the_list_of_people_is_searched_and_filtered(cast: Cast, mod: Client) -> None:
    User.objects.filter(pk=cast.bob.pk).update(
        private_account=True, email_verified_at=None, industry="education", suspended_by=1
    )
    assert names(mod) >= {"alice", "bob", "moderator1", "admin1"}
    assert names(mod, "q=ali") == {"alice"}
    assert names(mod, f"q={cast.carol.pk}") == {"carol"}
    assert names(mod, "role__exact=admin") == {"admin1"}
    for query in ("private_account__exact=1", "mail=unverified", "industry=education"):
        assert names(mod, query) == {"bob"}, query
    assert names(mod, "state=suspended") == {"bob"}
    assert "bob" not in names(mod, "state=standing")


@pytest.mark.django_db
def test_a_deleted_person_is_in_no_list(cast: Cast, mod: Client) -> None:
    User.objects.filter(pk=cast.bob.pk).update(deleted_at="2026-01-01T00:00Z")
    assert "bob" not in names(mod)
    assert mod.get(f"{PEOPLE}{cast.bob.pk}/change/").status_code == 302


@pytest.mark.django_db
def test_mail_addresses_are_for_administrators(cast: Cast, mod: Client, admin: Client) -> None:
    page = f"{PEOPLE}{cast.alice.pk}/change/"
    assert b"alice@example.org" not in mod.get(page).content
    assert b"alice@example.org" in admin.get(page).content
    assert names(mod, "q=alice@example") == set()
    assert names(admin, "q=alice@example") == {"alice"}


@pytest.mark.django_db
def test_the_page_of_a_person_shows_sign_ins_and_edges_but_no_mutes(
    cast: Cast, mod: Client
) -> None:
    cast.client(cast.alice)
    blocks.mute_user(actor=cast.alice, target=cast.charlie)
    page = mod.get(f"{PEOPLE}{cast.alice.pk}/change/").content.decode()
    assert "192.0.2.1" in page
    assert f"/admin/accounts/block/?blocker={cast.alice.pk}" in page
    assert "mute" not in page.lower()
    assert "charlie" not in page


@pytest.mark.django_db
def test_an_admin_gives_and_takes_the_badge(cast: Cast, admin: Client) -> None:
    version = User.objects.get(pk=cast.alice.pk).version
    given = act(admin, cast.alice, "give-badge")
    assert given.headers["Location"] == f"{PEOPLE}{cast.alice.pk}/change/"
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.is_verified, alice.version) == (True, version + 1)
    act(admin, cast.alice, "take-badge")
    assert not User.objects.get(pk=cast.alice.pk).is_verified
    rows = AuditEntry.objects.filter(verb="badge_set", target_id=alice.pk).order_by("pk")
    assert [row.detail for row in rows] == [{"is_verified": True}, {"is_verified": False}]


@pytest.mark.django_db
def test_t12_a_new_role_ends_the_sign_ins_of_the_person(cast: Cast, admin: Client) -> None:
    alice = cast.client(cast.alice)
    act(admin, cast.alice, "role", role="moderator")
    assert User.objects.get(pk=cast.alice.pk).role == "moderator"
    assert alice.read("/api/auth/user").status_code == 401
    entry = AuditEntry.objects.get(verb="role_set")
    assert (entry.actor_id, entry.target_id) == (cast.admin.pk, cast.alice.pk)
    assert entry.detail == {"role": "moderator"}
    assert entry.credential.startswith("admin:")


@pytest.mark.django_db
def test_an_admin_cannot_change_the_own_role(cast: Cast, admin: Client) -> None:
    answer = act(admin, cast.admin, "role", role="member")
    assert answer.status_code == 200
    assert b"You cannot do this to yourself." in answer.content
    assert User.objects.get(pk=cast.admin.pk).role == "admin"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["give-badge", "role"])
def test_t6_a_moderator_cannot_give_roles_and_badges(cast: Cast, mod: Client, name: str) -> None:
    answer = act(mod, cast.alice, name, role="admin")
    assert answer.status_code == 403
    assert b"Your role does not allow this." in answer.content
    alice = User.objects.get(pk=cast.alice.pk)
    assert (alice.role, alice.is_verified) == ("member", False)
    page = mod.get(f"{PEOPLE}{cast.alice.pk}/change/").content.decode()
    assert f"/act/{name}/" not in page
    assert "/act/end-sessions/" in page


@pytest.mark.django_db
def test_t13_a_moderator_ends_the_sign_ins_of_a_member_but_of_no_peer(
    cast: Cast, mod: Client
) -> None:
    alice, admin = cast.client(cast.alice), cast.client(cast.admin)
    assert act(mod, cast.alice, "end-sessions").status_code == 302
    assert alice.read("/api/auth/user").status_code == 401
    refused = act(mod, cast.admin, "end-sessions")
    assert b"Your role does not reach over this person" in refused.content
    assert admin.read("/api/auth/user").status_code == 200
    assert AuditEntry.objects.filter(verb="sessions_ended", actor_id=cast.moderator.pk).count() == 1
    assert Session.objects.live().filter(user=cast.alice).count() == 0


@pytest.mark.django_db
def test_an_unknown_act_is_404_and_one_out_of_time_does_nothing(cast: Cast, admin: Client) -> None:
    assert act(admin, cast.alice, "make-rich").status_code == 404
    assert admin.post(f"{PEOPLE}1/act/role/", {"role": "admin"}).status_code == 404
    late = act(admin, cast.alice, "take-badge")
    assert late.status_code == 302
    assert not AuditEntry.objects.filter(verb="badge_set").exists()


@pytest.mark.django_db
def test_asking_for_an_act_does_nothing(cast: Cast, admin: Client) -> None:
    page = admin.get(f"{PEOPLE}{cast.alice.pk}/act/give-badge/")
    assert page.status_code == 200
    assert b"csrfmiddlewaretoken" in page.content
    assert not User.objects.get(pk=cast.alice.pk).is_verified


@pytest.mark.django_db
def test_edges_are_listed_by_the_name_of_either_end(cast: Cast, mod: Client) -> None:
    follows.follow_user(actor=cast.charlie, target=cast.bob)
    page = mod.get("/admin/accounts/follow/?q=@Charlie").content.decode()
    assert "@charlie" in page
    assert "@alice" not in page
    assert "@mallory" in mod.get("/admin/accounts/block/").content.decode()
    assert "accepted" in mod.get("/admin/accounts/connection/").content.decode()


@pytest.mark.django_db
def test_what_people_write_to_each_other_is_not_shown(cast: Cast, mod: Client) -> None:
    asked = connections.request_connection(
        actor=cast.charlie, target=cast.bob, message="canary of a message"
    )
    for page in ("", f"{asked.pk}/change/", "export/"):
        answer = mod.get(f"/admin/accounts/connection/{page}")
        assert answer.status_code == 200
        assert b"canary" not in answer.content


LISTS = ["user", "follow", "followrequest", "connection", "block"]


@pytest.mark.django_db
@pytest.mark.parametrize("model", LISTS)
def test_a_list_costs_the_same_queries_however_long_it_is(
    cast: Cast, mod: Client, model: str
) -> None:
    page = f"/admin/accounts/{model}/"
    before = queries(mod, page)
    people = UserFactory.create_batch(8)
    for one, other in pairwise(people):
        follows.follow_user(actor=one, target=other)
        blocks.block_user(actor=other, target=cast.charlie)
    assert queries(mod, page) == before
    assert before <= 6


def queries(browser: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert browser.get(page).status_code == 200
    return len(caught)


@pytest.mark.django_db
def test_the_first_page_and_the_page_of_a_person_have_a_budget(cast: Cast, admin: Client) -> None:
    assert queries(admin, "/admin/") <= 17
    assert queries(admin, f"{PEOPLE}{cast.alice.pk}/change/") <= 15
