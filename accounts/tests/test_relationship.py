import pytest

from accounts.models import User
from accounts.testing import Cast
from socialsite.lib.testing.client import ApiClient

NAMES = ("following", "followed_by", "mutual", "requested", "blocking", "muting", "connection")


def status(client: ApiClient, user: User) -> tuple[object, ...]:
    body = client.read(f"/api/v1/follow/status/{user.pk}").json()
    assert set(body) == {"id", *NAMES}
    return tuple(body[name] for name in NAMES)


def test_y34_each_kind_of_edge_is_told(cast: Cast, alice: ApiClient) -> None:
    no = False
    assert status(alice, cast.charlie) == (no, no, no, no, no, no, "none")
    assert status(alice, cast.bob) == (True, True, True, no, no, no, "none")
    assert status(alice, cast.carol) == (True, True, True, no, no, no, "connected")
    assert status(alice, cast.mallory) == (no, no, no, no, True, no, "none")


def test_y34_a_pending_request_has_a_direction(
    cast: Cast, charlie: ApiClient, bob: ApiClient
) -> None:
    charlie.send("/api/connections/request", {"target_user_id": str(cast.bob.pk)})
    assert status(charlie, cast.bob)[-1] == "pending_out"
    assert status(bob, cast.charlie)[-1] == "pending_in"


def test_y34_a_request_to_follow_is_told_to_who_asks(cast: Cast, charlie: ApiClient) -> None:
    User.objects.filter(pk=cast.bob.pk).update(private_account=True)
    charlie.send(f"/api/users/{cast.bob.pk}/follow")
    assert status(charlie, cast.bob)[:4] == (False, False, False, True)


def test_y34_who_is_blocked_never_learns_it(cast: Cast, mallory: ApiClient) -> None:
    assert mallory.read(f"/api/v1/follow/status/{cast.alice.pk}").status_code == 404
    assert "alice" not in mallory.read("/api/blocks").content.decode()


@pytest.mark.parametrize("name", ["@bob", "@BOB"])
def test_y34_a_name_will_do(cast: Cast, alice: ApiClient, name: str) -> None:
    assert alice.read(f"/api/v1/follow/status/{name}").json()["id"] == str(cast.bob.pk)


def test_y34_anonymous_is_401(cast: Cast, api: ApiClient) -> None:
    assert api.read(f"/api/v1/follow/status/{cast.bob.pk}").status_code == 401
