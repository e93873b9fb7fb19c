"""People are found by name first, in spite of errors, and only when they want to be."""

from typing import Any

import pytest

from accounts.actions.profiles import change_settings, edit_profile
from accounts.actions.versions import any_version
from accounts.models import User
from accounts.testing import Cast, UserFactory
from search.indexing import index_things
from socialsite.lib.testing.client import ApiClient
from tests.search.conftest import ask

pytestmark = pytest.mark.django_db


def person(username: str, display_name: str = "", **more: Any) -> User:
    shown = display_name or username
    user = UserFactory.create(username=username, display_name=shown, **more)
    index_things([user.pk])
    return user


def names(client: ApiClient, q: str, **more: Any) -> list[str]:
    answer = ask(client, q, "/api/v1/users/search", **more)
    assert answer.status_code == 200, answer.content
    return [row["username"] for row in answer.json()["results"]]


def test_y38_the_name_itself_stands_before_its_beginnings_before_texts(cast: Cast) -> None:
    person("gardener", "Someone Else", follower_count=5)
    person("garden", "Ann", follower_count=1)
    person("tom", "The Garden Man", follower_count=900)
    person("lucy", "Lucy", bio="I love my garden.", follower_count=5000)
    client = cast.client(cast.bob)
    assert names(client, "garden") == ["garden", "gardener", "tom", "lucy"]
    assert names(client, "GARD") == ["gardener", "garden", "tom", "lucy"]


def test_y38_all_words_of_a_name_in_any_order(cast: Cast) -> None:
    person("zoe_m", "Zoë Müller")
    client = cast.client(cast.bob)
    assert names(client, "muller zoe") == names(client, "Zoë Mü") == ["zoe_m"]
    assert names(client, "zoe_m") == ["zoe_m"]


def test_y38_a_typing_error_finds_nobody_else(cast: Cast) -> None:
    person("katherine", "Katherine Johnson")
    person("thomas", "Thomas")
    client = cast.client(cast.bob)
    for wrong in ("kathrine", "katehrine", "katherinne", "jonhson"):
        assert names(client, wrong) == ["katherine"], wrong
    assert names(client, "zzzzzz") == []


def test_y38_who_changes_a_name_is_found_by_the_new_one_at_once(cast: Cast) -> None:
    user = person("petra", "Petra Alt")
    edit_profile(
        actor=user, user=user, changes={"display_name": "Petra Neuhaus"}, check=any_version
    )
    client = cast.client(cast.bob)
    assert names(client, "neuhaus") == ["petra"]
    assert names(client, "neuhuas") == ["petra"]
    assert "petra" not in names(client, "petra alt")


def test_y38_who_registers_is_found_in_the_next_request() -> None:
    body = {"username": "newcomer", "email": "n@example.org", "password": "correct horse battery"}
    assert ApiClient().send("/api/auth/register", body).status_code == 201
    assert names(ApiClient(), "newco") == ["newcomer"]


def test_y38_pages_go_on_and_back(cast: Cast) -> None:
    for n in range(7):
        person(f"walker{n}", follower_count=n)
    client = cast.client(cast.bob)
    first = ask(client, "walker", "/api/v1/users/search", limit=3).json()
    second = client.read(first["next"]).json()
    third = client.read(second["next"]).json()
    found = [row["username"] for page in (first, second, third) for row in page["results"]]
    assert found == [f"walker{n}" for n in reversed(range(7))]
    assert (third["next"], first["previous"]) == (None, None)
    assert client.read(third["previous"]).json()["results"] == second["results"]


def callers(cast: Cast, user: User) -> dict[str, ApiClient]:
    """Return a client as owner, follower, stranger and nobody: bob follows alice."""
    who = {"owner": user, "follower": cast.bob, "stranger": cast.charlie}
    return {name: cast.client(known) for name, known in who.items()} | {"anonymous": ApiClient()}


def test_m70_who_opts_out_is_found_by_nobody_else(indexed_cast: Cast) -> None:
    alice = indexed_cast.alice
    for name, client in callers(indexed_cast, alice).items():
        assert names(client, "alice") == ["alice"], name
    change_settings(actor=alice, changes={"search_opt_out": True}, check=any_version)
    for name, client in callers(indexed_cast, alice).items():
        expected = ["alice"] if name == "owner" else []
        assert names(client, "alice") == expected, name
        assert names(client, "alcie") == expected, name
        grouped = ask(client, "alice").json()["users"]
        assert [row["username"] for row in grouped] == expected, name


def test_m70_what_a_private_account_shows_its_followers_nobody_finds_it_by(
    indexed_cast: Cast,
) -> None:
    alice = indexed_cast.alice
    edit_profile(actor=alice, user=alice, changes={"bio": "quetzal keeper"}, check=any_version)
    for name, client in callers(indexed_cast, alice).items():
        assert names(client, "quetzal") == ["alice"], name
    change_settings(actor=alice, changes={"private_account": True}, check=any_version)
    for name, client in callers(indexed_cast, alice).items():
        assert names(client, "quetzal") == [], name
        assert names(client, "alice") == ["alice"], name


def test_y38_blocked_suspended_muted_and_deleted_people_are_not_found(indexed_cast: Cast) -> None:
    cast = indexed_cast
    mallory, bob = cast.client(cast.mallory), cast.client(cast.bob)
    assert names(mallory, "alice") == [] == names(cast.client(cast.alice), "mallory")
    bob.set(f"/api/users/{cast.carol.pk}/mute", {})
    assert names(bob, "carol") == []
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=1)
    assert names(bob, "charlie") == []
    User.objects.filter(pk=cast.charlie.pk).update(
        suspended_by=None, deleted_at="2026-01-01T00:00Z"
    )
    assert names(bob, "charlie") == [] == names(bob, "charlei")


def test_y38_a_search_for_people_needs_words(cast: Cast) -> None:
    answer = cast.client(cast.bob).read("/api/v1/users/search")
    assert (answer.status_code, answer.json()["errors"][0]["attr"]) == (400, "q")
    assert names(cast.client(cast.bob), "") == []
    assert names(cast.client(cast.bob), "is:verified") == []
