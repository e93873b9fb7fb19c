from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast
from socialsite.lib.testing.client import ApiClient, code_of

SETTINGS = "/api/settings"
STORED = {
    "private_account": True, "hide_followers": True, "hide_following": True, "hide_likes": True,
    "search_opt_out": True, "leaderboard_opt_out": True, "follow_on_connect": False, "dm_policy": "nobody",
    "show_last_seen": False, "read_receipts": False, "feed_mode": "chronological", "digest": "daily",
    "time_zone": "Europe/Stockholm", "language": "sv-SE",
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), STORED.items())
def test_m70_each_setting_is_stored_alone(
    cast: Cast, alice: ApiClient, name: str, value: Any
) -> None:
    before = alice.read(SETTINGS).json()
    answer = alice.set(SETTINGS, {name: value})
    assert (answer.status_code, answer.json()) == (200, before | {name: value})
    assert getattr(User.objects.get(pk=cast.alice.pk), name) == value


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"private_account": "maybe"}, "invalid"),
        ({"private_account": None}, "null"),
        ({"dm_policy": "friends"}, "invalid_choice"),
        ({"time_zone": "Mars/Olympus"}, "invalid_choice"),
        ({"time_zone": "../../etc/passwd"}, "invalid_choice"),
        ({"language": "x" * 36}, "max_length"),
        ({"language": "en_US!"}, "invalid"),
        ({"email": "a@example.org"}, "unknown_field"),
        ({"bio": "Paints"}, "unknown_field"),
    ],
)
def test_m70_what_is_not_acceptable_changes_nothing(
    cast: Cast, alice: ApiClient, body: dict[str, Any], code: str
) -> None:
    answer = alice.set(SETTINGS, {"hide_likes": True, **body})
    assert (answer.status_code, code_of(answer)) == (400, code)
    assert not User.objects.get(pk=cast.alice.pk).hide_likes


def test_m70_nobody_reads_or_changes_anothers(cast: Cast, alice: ApiClient, bob: ApiClient) -> None:
    alice.set(SETTINGS, {"dm_policy": "nobody"})
    assert bob.read(SETTINGS).json()["dm_policy"] == "connections"
    assert ApiClient().read(SETTINGS).status_code == 401
    assert ApiClient().set(SETTINGS, {"digest": "off"}).status_code == 401


@pytest.mark.parametrize("name", ["search_opt_out", "leaderboard_opt_out", "hide_likes"])
def test_m70_a_stored_opt_out_is_told_to_its_owner_only(
    cast: Cast, alice: ApiClient, name: str
) -> None:
    alice.set(SETTINGS, {name: True})
    for reader in (cast.client(cast.bob), cast.client(cast.charlie), ApiClient()):
        assert name not in reader.read(f"/api/users/{cast.alice.pk}").json()
    assert alice.read(SETTINGS).json()[name] is True


def test_b23_settings_and_profile_share_one_version(alice: ApiClient) -> None:
    tag = alice.read(SETTINGS).headers["ETag"]
    assert alice.read(SETTINGS, If_None_Match=tag).status_code == 304
    assert alice.set("/api/users/me", {"bio": "Paints"}).status_code == 200
    late = alice.set(SETTINGS, {"digest": "off"}, If_Match=tag)
    assert (late.status_code, code_of(late)) == (412, "precondition_failed")
    assert alice.read(SETTINGS).json()["digest"] == "weekly"
