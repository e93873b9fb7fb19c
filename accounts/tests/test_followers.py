import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import blocks, follows
from accounts.models import User
from accounts.testing import Cast, UserFactory
from socialsite.lib.testing.client import ApiClient, code_of

FOLLOWED = ["followers", "following"]


@pytest.fixture
def crowd(cast: Cast) -> list[User]:
    """Twenty-five people who follow bob and whom he follows, oldest first."""
    people: Any = UserFactory.create_batch(25)
    for person in people:
        follows.follow_user(actor=person, target=cast.bob)
        follows.follow_user(actor=cast.bob, target=person)
    found: list[User] = people
    return found


def path(user: User, which: str = "followers") -> str:
    return f"/api/users/{user.pk}/{which}"


def names(answer: Any) -> list[str]:
    return [person["username"] for person in answer.json()["results"]]


def walk(client: ApiClient, url: str, way: str = "next") -> list[Any]:
    """Follow the links to the end; returns every page."""
    pages = [client.read(url)]
    while pages[-1].json()[way]:
        pages.append(client.read(pages[-1].json()[way]))
    return pages


@pytest.mark.parametrize("which", FOLLOWED)
def test_m34_m35_lists_are_newest_first_with_cards(
    cast: Cast, crowd: list[User], api: ApiClient, which: str
) -> None:
    answer = api.read(f"{path(cast.bob, which)}?limit=100")
    expected = [user.username for user in reversed(crowd)] + ["alice"]
    assert names(answer) == expected
    card = {"id", "username", "display_name", "avatar_url", "headline", "is_verified"}
    assert set(answer.json()["results"][0]) == card | {"private_account"}


@pytest.mark.parametrize("which", FOLLOWED)
def test_m34_m35_b3_every_row_comes_once_and_the_last_page_has_no_next(
    cast: Cast, crowd: list[User], api: ApiClient, which: str
) -> None:
    pages = walk(api, f"{path(cast.bob, which)}?limit=13")
    found = [name for page in pages for name in names(page)]
    assert (len(pages), len(found), len(set(found))) == (2, 26, 26)
    assert pages[-1].json()["next"] is None
    assert 'rel="next"' not in pages[-1].headers["Link"]


def test_b3_the_link_header_says_what_the_body_says(
    cast: Cast, crowd: list[User], api: ApiClient
) -> None:
    middle = api.read(api.read(f"{path(cast.bob)}?limit=9").json()["next"])
    links = {rel: url for url, rel in re.findall(r'<(.+?)>; rel="(\w+)"', middle.headers["Link"])}
    assert links == {"next": middle.json()["next"], "prev": middle.json()["previous"]}
    assert all(url.startswith("http://testserver/api/") for url in links.values())


def test_b3_rows_that_come_and_go_neither_repeat_nor_hide_others(
    cast: Cast, crowd: list[User], api: ApiClient
) -> None:
    first = api.read(f"{path(cast.bob)}?limit=7")
    gone = [crowd[-1], crowd[-7], crowd[-8], crowd[3]]
    for person in gone:
        follows.unfollow_user(actor=person, target=cast.bob)
    follows.follow_user(actor=cast.charlie, target=cast.bob)
    rest = [name for page in walk(api, first.json()["next"]) for name in names(page)]
    found = names(first) + rest
    stayed = {user.username for user in crowd} - {user.username for user in gone}
    assert len(found) == len(set(found))
    assert set(found) >= stayed
    assert "charlie" not in rest


def test_b3_back_from_the_last_page_are_the_same_rows_and_no_empty_next(
    cast: Cast, crowd: list[User], api: ApiClient
) -> None:
    there = walk(api, f"{path(cast.bob)}?limit=9")
    back = walk(api, there[-1].json()["previous"], "previous")
    assert [names(page) for page in reversed(back)] == [names(page) for page in there[:-1]]
    follows.unfollow_user(actor=cast.alice, target=cast.bob)
    for person in crowd[:8]:
        follows.unfollow_user(actor=person, target=cast.bob)
    assert api.read(there[-1].json()["previous"]).json()["next"] is None


def test_b3_a_cursor_is_good_for_its_reader_list_and_filters_only(
    cast: Cast, crowd: list[User], bob: ApiClient, alice: ApiClient
) -> None:
    url = bob.read("/api/v1/follow/followers?limit=5").json()["next"]
    cursor = re.findall(r"cursor=([^&]+)", url)[0]
    assert bob.read(f"/api/v1/follow/followers/?cursor={cursor}").status_code == 200
    for client, other in (
        (alice, "/api/v1/follow/followers?"),
        (bob, "/api/v1/follow/following?"),
        (bob, f"/api/v1/follow/followers?user_id={cast.bob.pk}&"),
        (bob, f"{path(cast.bob)}?"),
    ):
        answer = client.read(f"{other}cursor={cursor}")
        assert (answer.status_code, code_of(answer)) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "cursor", ["", "x", "eyJhIjoxfQ", "W1tdLDFd:abc", "%F0%9F%92%A9", "a" * 5000]
)
def test_b3_a_forged_cursor_is_400(cast: Cast, api: ApiClient, cursor: str) -> None:
    answer = api.read(f"{path(cast.bob)}?cursor={cursor}")
    assert (answer.status_code, code_of(answer)) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=-1", "limit=", "count=yes"]
)
def test_b3_limits_and_counts_that_make_no_sense_are_400(
    cast: Cast, api: ApiClient, query: str
) -> None:
    assert api.read(f"{path(cast.bob)}?{query}").status_code == 400


def test_m34_the_count_comes_when_asked_for(cast: Cast, crowd: list[User], api: ApiClient) -> None:
    assert "count" not in api.read(path(cast.bob)).json()
    assert api.read(f"{path(cast.bob)}?count=true&limit=3").json()["count"] == 26


def test_b24_ids_keep_their_order_and_the_missing_are_listed(
    cast: Cast, crowd: list[User], api: ApiClient
) -> None:
    wanted = [crowd[4].pk, 2**63, cast.charlie.pk, crowd[20].pk, crowd[4].pk, 7]
    answer = api.read(f"{path(cast.bob)}?ids={','.join(map(str, wanted))}")
    assert names(answer) == [crowd[4].username, crowd[20].username]
    assert answer.json()["missing"] == [str(2**63), str(cast.charlie.pk), "7"]


@pytest.mark.parametrize("ids", ["x", "1,,x", "1.5", "-1", ",".join("1" * 101), "9" * 20])
def test_b24_what_are_no_ids_or_too_many_is_400(cast: Cast, api: ApiClient, ids: str) -> None:
    assert api.read(f"{path(cast.bob)}?ids={ids}").status_code == 400


def test_b24_y105_ids_do_not_open_what_the_list_hides(cast: Cast, bob: ApiClient) -> None:
    blocks.block_user(actor=cast.charlie, target=cast.bob)
    User.objects.filter(pk=cast.alice.pk).update(suspended_by=7)
    answer = bob.read(f"{path(cast.bob)}?ids={cast.alice.pk},{cast.charlie.pk}")
    assert (names(answer), len(answer.json()["missing"])) == ([], 2)


@pytest.mark.parametrize("which", FOLLOWED)
def test_m34_m35_no_statement_for_each_row(
    cast: Cast, crowd: list[User], charlie: ApiClient, which: str
) -> None:
    numbers = []
    for limit in (1, 26):
        charlie.read(path(cast.bob))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            charlie.read(f"{path(cast.bob, which)}?limit={limit}")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1] <= 6


def test_m34_y105_filtered_people_do_not_end_a_list_early(
    cast: Cast, crowd: list[User], alice: ApiClient
) -> None:
    for person in crowd[5:24]:
        blocks.block_user(actor=cast.alice, target=person)
    page = alice.read(f"{path(cast.bob)}?limit=5")
    assert names(page) == [crowd[24].username, *(u.username for u in reversed(crowd[1:5]))]
    assert names(alice.read(page.json()["next"])) == [crowd[0].username, "alice"]


@pytest.mark.parametrize("which", FOLLOWED)
def test_y31_y32_the_planners_lists_are_ones_own_or_a_persons(
    cast: Cast, crowd: list[User], bob: ApiClient, which: str
) -> None:
    expected = names(bob.read(path(cast.bob, which)))
    assert names(bob.read(f"/api/v1/follow/{which}")) == expected
    other = cast.client(cast.charlie).read(f"/api/v1/follow/{which}?user_id={cast.bob.pk}")
    assert names(other) == expected


@pytest.mark.parametrize("which", FOLLOWED)
def test_m70_a_hidden_list_is_its_owners_and_moderators_only(cast: Cast, which: str) -> None:
    User.objects.filter(pk=cast.alice.pk).update(**{f"hide_{which}": True})
    readers = (cast.alice, cast.moderator, cast.bob, cast.carol, cast.charlie)
    found = [cast.client(reader).read(path(cast.alice, which)).status_code for reader in readers]
    assert found == [200, 200, 403, 403, 403]
    assert ApiClient().read(path(cast.alice, which)).status_code == 403
    other = FOLLOWED[1 - FOLLOWED.index(which)]
    assert ApiClient().read(path(cast.alice, other)).status_code == 200


def test_m70_a_private_headline_is_in_no_list(cast: Cast, api: ApiClient) -> None:
    User.objects.filter(pk=cast.alice.pk).update(private_account=True, headline="Painter")
    assert [person["headline"] for person in api.read(path(cast.bob)).json()["results"]] == [""]
