"""Following tags, and the page of a tag."""

from typing import Any
from urllib.parse import quote

import pytest

from accounts.testing import Cast, client_of
from engagement.models import Tag, TagFollow
from engagement.tests.things import publish
from moderation.models import AuditEntry
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
PATH = "/api/hashtags"


def followed(client: ApiClient) -> list[str]:
    answer = client.read(f"{PATH}?followed=true&order=name")
    return [row["tag"] for row in answer.json()["results"]]


def test_m64_a_tag_is_followed_once_and_no_longer(alice: ApiClient, bob: ApiClient) -> None:
    for _ in range(2):
        answer = alice.set(f"{PATH}/Music/follow")
        assert (answer.status_code, answer.json()["followed"]) == (200, True)
    assert TagFollow.objects.count() == 1
    assert followed(alice) == ["music"]
    assert followed(bob) == []
    assert bob.read(f"{PATH}/music").json()["followed"] is False
    for _ in range(2):
        answer = alice.drop(f"{PATH}/music/follow")
        assert (answer.status_code, answer.json()["followed"]) == (200, False)
    assert followed(alice) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [("Straße", "strasse"), ("東京", "東京"), ("#Music", "music"), ("ＦＵＬＬ", "full"), ("مرحبا", "مرحبا")],
)  # fmt: skip
def test_m51_m64_a_tag_of_any_script_stands_in_a_path(
    alice: ApiClient, written: str, kept: str
) -> None:
    assert alice.set(f"{PATH}/{quote(written)}/follow").json()["tag"] == kept
    assert followed(alice) == [kept]


@pytest.mark.parametrize("written", ["2024", "a b", "x" * 101, "a.b", "%00", "#", "a#b"])
def test_m51_what_can_be_no_tag_is_404(alice: ApiClient, written: str) -> None:
    path = f"{PATH}/{quote(written)}"
    assert alice.read(path).status_code == 404
    assert alice.set(f"{path}/follow").status_code == 404
    assert not Tag.objects.exists()


def test_m64_only_who_is_signed_in_follows(api: ApiClient) -> None:
    assert api.set(f"{PATH}/music/follow").status_code == 401
    assert api.read(f"{PATH}?followed=true").status_code == 401
    assert api.read(f"{PATH}?followed=false").status_code == 200


def test_m64_what_a_person_follows_is_nobodys_business(alice: ApiClient, cast: Cast) -> None:
    alice.set(f"{PATH}/music/follow")
    shown = cast.client(cast.moderator).read("/api/v1/moderation/audit").content
    assert AuditEntry.objects.filter(verb="tag_followed").count() == 1
    assert b"tag_followed" not in shown


def test_m64_at_most_so_many_tags(alice: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagement.actions.tags.MAX_FOLLOWED", 1)
    alice.set(f"{PATH}/one/follow")
    assert alice.set(f"{PATH}/one/follow").status_code == 200
    assert alice.set(f"{PATH}/two/follow").status_code == 409


def test_m49_a_page_tells_days_people_and_neighbours(
    alice: ApiClient, bob: ApiClient, api: ApiClient
) -> None:
    for client, text in ((alice, "#music #jazz"), (alice, "#music"), (bob, "#music #jazz #live")):
        publish(client, content=text)
    page = api.read(f"{PATH}/MUSIC").json()
    assert (page["tag"], page["usage_count"], page["followed"]) == ("music", 3, False)
    assert [day["posts"] for day in page["series"]] == [0] * 6 + [3]
    assert [day["people"] for day in page["series"]] == [0] * 6 + [2]
    assert page["related"] == [{"tag": "jazz", "posts": 2}, {"tag": "live", "posts": 1}]
    assert len(api.read(page["posts"]).json()["results"]) == 3
    assert list(violations()) == []


def test_m49_days_are_counted_in_utc_and_old_uses_still_name_neighbours(
    cast: Cast, api: ApiClient, time_machine: Any
) -> None:
    for moment in ("2080-03-01T23:59:30Z", "2080-03-02T00:00:30Z"):
        time_machine.move_to(moment)
        publish(client_of(cast.alice), content="#music #old")
    page = api.read(f"{PATH}/music").json()
    last = [(day["day"], day["posts"]) for day in page["series"][-2:]]
    assert last == [("2080-03-01", 1), ("2080-03-02", 1)]
    time_machine.move_to("2080-06-01T00:00:00Z")
    page = api.read(f"{PATH}/music").json()
    assert {day["posts"] for day in page["series"]} == {0}
    assert page["related"] == [{"tag": "old", "posts": 2}]


def test_m49_a_tag_of_hidden_posts_is_like_one_that_never_was(
    alice: ApiClient, bob: ApiClient
) -> None:
    publish(alice, content="#secret #other", visibility="followers")
    hidden = bob.read(f"{PATH}/secret").json()
    never = bob.read(f"{PATH}/never").json()
    shared = {"tag": "", "posts": ""}
    assert hidden | shared == never | shared
    assert hidden["id"] is None


def test_m49_a_page_costs_the_same_whatever_it_shows(
    alice: ApiClient, api: ApiClient, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        publish(alice, content=f"#music #also{number}")
    with django_assert_num_queries(4):
        api.read(f"{PATH}/music")
