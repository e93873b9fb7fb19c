"""Hostile texts and queries in the console (RELIABILITY T21, T27, T28)."""

import csv
import io
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.actions import connections, sessions
from accounts.models import User
from accounts.testing import Cast, UserFactory, console_of
from moderation.actions import suspend_user
from socialsite.lib.admin.exports import neutral
from tests.console import lists

VECTORS = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "{{7*7}} ${7*7} {% debug %}",
    "\" x-init=\"alert(1)\" y=\"",
    "` ${alert(1)} `",
    "--></textarea><iframe src=//evil>",
    "<a href='javascript:alert(1)'>x</a>",
    "&lt;script&gt;alert(1)",
]  # fmt: skip
FORMULAS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "|calc",
    "%0A=1",
    "＝1",
    '"=1',
    "a\r\n=1",
]
USERS = "/admin/accounts/user/"
QUERIES = [
    "q=%00", "q=%27%22%3C", "q=" + "a" * 300, "o=abc", "o=99.-99", "p=99999", "p=abc", "all=1", "e=1", "e=x", "foo=bar",
    "id__exact=99999999999999999999999", "id__exact=abc", "role__exact=zzz", "created_at__gte=abc", "state=%00",
    "created_at_from_0=abc&created_at_from_1=99", "_to_field=password", "_popup=1", "_facets=True", "password__startswith=b",
    "is_verified__exact=7", "status__exact=%FF", "verb=zzz", "q=%F0%9F%98%80", "user__password__startswith=b",
]  # fmt: skip


def both(values: list[str]) -> list[Any]:
    """Let PostgreSQL meet what a database itself may refuse; the rest is Django's to refuse."""
    hard = ("%", "999")
    return [
        value
        if any(part in value for part in hard)
        else pytest.param(value, marks=pytest.mark.once)
        for value in values
    ]


class Structure(HTMLParser):
    """The elements of a page with the names of their attributes: what is active in it, without its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = tuple(sorted(name for name, _value in attrs))
        self.elements.append((tag, names))
        for name, value in attrs:
            if name.startswith(("x-", ":", "@", "hx-", "on")):
                assert "alert(1)" not in (value or ""), (tag, name, value)
            assert not (value or "").strip().lower().startswith("javascript:"), (tag, name, value)


def structure_of(browser: Client, page: str) -> list[tuple[str, tuple[str, ...]]]:
    answer = browser.get(page)
    assert answer.status_code == 200, page
    return Structure(answer.content.decode()).elements


def fill(person: User, other: User, moderator: User, text: str) -> None:
    """Write a text wherever people or moderators can write one."""
    fields = ("display_name", "bio", "location", "headline", "first_name", "last_name", "industry")
    written = dict.fromkeys(fields, text[:50])
    User.objects.filter(pk=person.pk).update(**written, avatar_url=f"https://x.example/{text}")
    person.refresh_from_db()
    sessions.open_session(actor=person, origin=sessions.Origin("192.0.2.9", user_agent=text))
    connections.request_connection(actor=person, target=other, message=text)
    suspend_user(actor=moderator, user=person, note=text, statement=text)


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("vector", VECTORS)
def test_t27_hostile_texts_add_no_element_to_any_page(cast: Cast, vector: str) -> None:
    browser = console_of(cast.moderator)
    plain, evil = UserFactory.create(), UserFactory.create()
    fill(plain, cast.charlie, cast.moderator, "quiet")
    fill(evil, cast.carol, cast.moderator, vector)
    for tail in ("change/", "act/lift-suspension/", "act/end-sessions/"):
        pages = [f"/admin/accounts/user/{user.pk}/{tail}" for user in (plain, evil)]
        assert structure_of(browser, pages[0]) == structure_of(browser, pages[1]), tail
    before = structure_of(browser, USERS)
    User.objects.filter(pk=evil.pk).update(display_name="quiet", industry="quiet")
    assert before == structure_of(browser, USERS)
    quiet, loud = (
        f"{USERS}?{urlencode({'q': text})}" for text in ("nobody else", f"nobody {vector}")
    )
    assert structure_of(browser, quiet) == structure_of(browser, loud)


@pytest.mark.django_db
def test_t27_reasons_of_moderators_are_inert_too(cast: Cast) -> None:
    browser = console_of(cast.moderator)
    pages = []
    for text in ("quiet", VECTORS[0]):
        person = UserFactory.create()
        action = suspend_user(actor=cast.moderator, user=person, note=text, statement=text)
        pages.append(structure_of(browser, f"/admin/moderation/action/{action.pk}/change/"))
    assert pages[0] == pages[1]
    assert b"<script>alert" not in browser.get("/admin/moderation/action/").content


def exported(browser: Client, page: str) -> list[dict[str, str]]:
    answer = browser.get(page)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


@pytest.mark.django_db
def test_t28_no_cell_of_an_export_is_a_formula_or_breaks_its_line(cast: Cast) -> None:
    for number, formula in enumerate(FORMULAS):
        UserFactory.create(username=f"formula{number}", display_name=formula)
    rows = exported(console_of(cast.moderator), "/admin/accounts/user/export/?q=formula")
    assert len(rows) == len(FORMULAS)
    for row in rows:
        assert row["display_name"].startswith("'") or row["display_name"] == "a =1"
        assert not set("\r\n\t") & set("".join(row.values()))


@pytest.mark.parametrize("cell", ["1", "-5", "+3.25", "plain", "a=b", "@", "", None])
def test_t28_numbers_and_plain_texts_stay_as_they_are(cell: str | None) -> None:
    expected = {"@": "'@", None: ""}.get(cell, cell)
    assert neutral(cell) == expected


@pytest.mark.django_db
def test_t18_an_export_holds_named_columns_only(cast: Cast) -> None:
    row = exported(console_of(cast.admin), "/admin/accounts/user/export/")[0]
    assert set(row) == {
        "id", "username", "display_name", "role", "is_verified", "private_account", "industry", "location",
        "follower_count", "following_count", "connection_count", "created_at",
    }  # fmt: skip


@pytest.mark.django_db
def test_an_export_follows_filters_and_search(cast: Cast) -> None:
    browser = console_of(cast.moderator)
    admins = exported(browser, "/admin/accounts/user/export/?role__exact=admin")
    assert [row["username"] for row in admins] == ["admin1"]
    blocks = exported(browser, "/admin/accounts/block/export/?q=mallory")
    assert blocks[0]["blocked__username"] == "mallory"


@pytest.mark.django_db
@pytest.mark.parametrize("query", both(QUERIES))
def test_t21_no_query_of_a_list_is_a_failure(cast: Cast, query: str) -> None:
    browser = console_of(cast.admin)
    exports = ["/admin/accounts/user/export/", "/admin/moderation/auditentry/export/"]
    for page in [*lists(), *exports]:
        assert browser.get(f"{page}?{query}").status_code < 500, (page, query)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "guess", ["password__startswith=b", "email__startswith=a", "sessions__key_hash__startswith=a"]
)
def test_t18_no_filter_tells_a_secret_letter_by_letter(cast: Cast, guess: str) -> None:
    browser = console_of(cast.moderator)
    assert browser.get(f"{USERS}?{guess}").status_code == 400
    assert browser.get(f"{USERS}export/?{guess}").status_code == 400
    assert browser.get(f"/admin/accounts/follow/?follower__{guess}").status_code == 400
    assert browser.get(f"/admin/accounts/follow/?follower={cast.alice.pk}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("key", both(["abc", "0", "-1", "9" * 30, "%00", "é", "1/../2", "_3A"]))
def test_t21_no_key_of_a_thing_is_a_failure(cast: Cast, key: str) -> None:
    browser: Any = console_of(cast.admin)
    for page in lists():
        for tail in ("change/", "act/suspend/"):
            assert browser.get(f"{page}{key}/{tail}").status_code < 500, (page, key, tail)


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["s=user&page=abc", "s=user&page=99&extended=1", "s=%00", ""])
def test_t21_the_search_for_pages_takes_anything(cast: Cast, query: str) -> None:
    assert console_of(cast.admin).get(f"/admin/search/?{query}").status_code in {200, 400}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "key", [r'"\000\000\000\000\000\000\000\000\000"', "x" * 5000, "%00", "é" * 9]
)
def test_t21_no_cookie_is_a_failure(client: Client, key: str) -> None:
    for name in ("admin", "csrftoken", "messages", "device"):
        headers = {"Cookie": f"{name}={key}"}
        assert client.get("/admin/", headers=headers).status_code == 302, name
        body = {"identifier": "nobody", "password": "wrong"}
        answer = client.post("/admin/login/", body, headers=headers)
        assert answer.status_code in {401, 429}, name
