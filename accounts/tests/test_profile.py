import pytest
from django.utils import timezone

from accounts.models import User
from accounts.testing import Cast
from socialsite.lib.testing.client import ApiClient, code_of

PRIVATE = {"email", "pending_email", "role", "password", "first_name", "last_name", "updated_at"}
REDUCED = {"bio", "location", "industry", "headline"}


def page(user: User) -> str:
    return f"/api/users/{user.pk}"


@pytest.fixture
def private_alice(cast: Cast) -> Cast:
    changes = {"private_account": True, "bio": "Paints", "location": "Lund", "headline": "Painter"}
    User.objects.filter(pk=cast.alice.pk).update(**changes)
    return cast


def test_m29_a_profile_shows_bio_and_stats_and_nothing_private(cast: Cast, api: ApiClient) -> None:
    User.objects.filter(pk=cast.alice.pk).update(bio="Paints", location="Lund")
    body = api.read(page(cast.alice)).json()
    assert (body["bio"], body["location"], body["is_reduced"]) == ("Paints", "Lund", False)
    assert (body["follower_count"], body["following_count"], body["connection_count"]) == (2, 2, 1)
    assert not PRIVATE & set(body)


@pytest.mark.parametrize("path", ["/api/users/@alice", "/api/users/@ALICE", "/api/v1/users/@alice"])
def test_m29_y37_every_way_to_name_a_person_reads_the_same_page(cast: Cast, path: str) -> None:
    reader = cast.client(cast.charlie)
    assert reader.read(path).json() == reader.read(page(cast.alice)).json()


def test_m29_m70_a_private_page_is_whole_for_its_owner_and_followers(private_alice: Cast) -> None:
    cast = private_alice
    for reader in (cast.alice, cast.bob, cast.carol, cast.moderator):
        body = cast.client(reader).read(page(cast.alice)).json()
        assert set(body) >= REDUCED, reader
        assert not body["is_reduced"]


def test_m29_m70_a_private_page_is_reduced_for_strangers_and_anonymous(
    private_alice: Cast, charlie: ApiClient, api: ApiClient
) -> None:
    for reader in (charlie, api):
        body = reader.read(page(private_alice.alice)).json()
        assert not REDUCED & set(body)
        assert (body["is_reduced"], body["private_account"]) == (True, True)


def test_m29_a_request_to_follow_shows_nothing_yet(private_alice: Cast, charlie: ApiClient) -> None:
    charlie.send(f"{page(private_alice.alice)}/follow")
    assert charlie.read(page(private_alice.alice)).json()["is_reduced"]


def test_m29_an_analyst_sees_no_more_than_others(private_alice: Cast, charlie: ApiClient) -> None:
    User.objects.filter(pk=private_alice.charlie.pk).update(role=User.Role.ANALYST)
    assert charlie.read(page(private_alice.alice)).json()["is_reduced"]


@pytest.mark.parametrize("change", [{"deleted_at": timezone.now()}, {"suspended_by": 7}])
def test_m29_who_is_gone_or_suspended_is_missing(
    cast: Cast, charlie: ApiClient, change: dict[str, object]
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(**change)
    answer = charlie.read(page(cast.alice))
    assert (answer.status_code, code_of(answer)) == (404, "not_found")


def test_b23_a_page_that_is_known_is_304_until_it_changes(cast: Cast, charlie: ApiClient) -> None:
    tag = charlie.read(page(cast.alice)).headers["ETag"]
    known = charlie.read(page(cast.alice), If_None_Match=tag)
    assert (known.status_code, known.content, known.headers["ETag"]) == (304, b"", tag)
    assert charlie.read(page(cast.alice), If_None_Match=f'"x", W/{tag}').status_code == 304
    charlie.send(f"{page(cast.alice)}/follow")
    assert charlie.read(page(cast.alice), If_None_Match=tag).status_code == 200


def test_b23_two_readers_who_see_different_pages_have_different_tags(
    private_alice: Cast, charlie: ApiClient, bob: ApiClient
) -> None:
    whole = bob.read(page(private_alice.alice)).headers["ETag"]
    assert charlie.read(page(private_alice.alice), If_None_Match=whole).status_code == 200


def test_m29_head_and_a_wrong_kind_of_id(cast: Cast, api: ApiClient) -> None:
    assert api.head(page(cast.alice)).status_code == 200
    assert api.read(f"/api/users/{cast.alice.pk + 1}").status_code == 404
