from typing import Any

import pytest
from django.test import Client

from accounts.testing import Cast, console_of
from moderation.models import AuditEntry, Keyword

KEYWORDS = "/admin/moderation/keyword/"


@pytest.fixture
def admin(cast: Cast) -> Client:
    return console_of(cast.admin)


def add(browser: Client, phrase: str = " Free  MONEY!", score: Any = 0.7) -> Any:
    return browser.post(f"{KEYWORDS}add/", {"phrase": phrase, "score": score})


def test_y96_an_administrator_adds_changes_and_removes_a_phrase(cast: Cast, admin: Client) -> None:
    assert add(admin).status_code == 302
    keyword = Keyword.objects.get()
    assert (keyword.phrase, keyword.score) == ("free money", 0.7)
    changed = {"phrase": "free cash", "score": 0.9}
    assert admin.post(f"{KEYWORDS}{keyword.pk}/change/", changed).status_code == 302
    assert Keyword.objects.get().phrase == "free cash"
    assert admin.post(f"{KEYWORDS}{keyword.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not Keyword.objects.exists()
    rows = AuditEntry.objects.filter(verb__startswith="keyword_").order_by("pk")
    assert [row.verb for row in rows] == ["keyword_added", "keyword_edited", "keyword_removed"]
    assert {row.actor_id for row in rows} == {cast.admin.pk}
    assert {row.detail["keyword"] for row in rows} == {str(keyword.pk)}


def test_y96_several_are_removed_at_once(admin: Client) -> None:
    add(admin, "one")
    add(admin, "two")
    chosen = list(Keyword.objects.values_list("pk", flat=True))
    body = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    admin.post(KEYWORDS, body)
    assert not Keyword.objects.exists()
    assert AuditEntry.objects.filter(verb="keyword_removed").count() == 2


@pytest.mark.parametrize(
    ("phrase", "score"),
    [("", 0.5), ("!!!", 0.5), ("x" * 101, 0.5), ("x", 0), ("x", 1.1), ("x", "nan"), ("a\0b", 0.5)],
)
def test_y96_a_phrase_that_does_not_fit_is_refused(admin: Client, phrase: str, score: Any) -> None:
    assert add(admin, phrase, score).status_code == 200
    assert not Keyword.objects.exists()


def test_y96_a_phrase_stands_in_the_list_once(admin: Client) -> None:
    add(admin, "free money")
    assert add(admin, "Free, money").status_code == 200
    assert Keyword.objects.count() == 1


def test_y96_moderators_read_the_list_and_change_nothing(cast: Cast, admin: Client) -> None:
    add(admin)
    keyword, mod = Keyword.objects.get(), console_of(cast.moderator)
    assert "free money" in mod.get(KEYWORDS).content.decode()
    assert add(mod, "other").status_code == 403
    page = f"{KEYWORDS}{keyword.pk}"
    assert mod.post(f"{page}/change/", {"phrase": "other", "score": 1}).status_code == 403
    assert mod.post(f"{page}/delete/", {"post": "yes"}).status_code == 403
    assert Keyword.objects.get().phrase == "free money"
