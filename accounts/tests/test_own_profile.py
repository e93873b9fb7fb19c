from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast
from socialsite.lib.testing.client import ApiClient, code_of

ME, V1 = "/api/users/me", "/api/v1/users/me"
M44 = {
    "id", "username", "email", "display_name", "bio", "avatar_url", "location", "created_at", "updated_at",
    "post_count", "follower_count", "following_count", "is_verified",
}  # fmt: skip


def test_y35_m44_the_owner_reads_every_column_but_the_hash(cast: Cast, alice: ApiClient) -> None:
    body = alice.read(V1).json()
    assert set(body) >= M44
    assert body["email"] == cast.alice.email
    assert "password" not in body


def test_m30_only_the_fields_that_are_sent_change(cast: Cast, alice: ApiClient) -> None:
    before = alice.read(V1).json()
    answer = alice.set(ME, {"bio": "  Paints.  ", "display_name": "Alice A."})
    after = answer.json()
    assert answer.status_code == 200
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"bio", "display_name", "updated_at"}
    assert (after["bio"], after["display_name"]) == ("Paints.", "Alice A.")


def test_m30_anothers_profile_is_403_and_a_hidden_one_404(cast: Cast, alice: ApiClient) -> None:
    answer = alice.set(f"/api/users/{cast.bob.pk}", {"bio": "mine"})
    assert (answer.status_code, code_of(answer)) == (403, "permission_denied")
    hidden = cast.client(cast.mallory).set(f"/api/users/{cast.alice.pk}", {"bio": "mine"})
    assert hidden.status_code == 404
    assert not User.objects.filter(bio="mine").exists()


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://images.example.org/a.png", 200),
        ("", 200),
        ("http://images.example.org/a.png", 400),
        ("javascript:alert(1)", 400),
        ("//images.example.org/a.png", 400),
        ("https://user:secret@example.org/", 400),
        ("https://example.org/" + "a" * 2000, 400),
    ],
)
def test_m30_an_avatar_is_an_https_address(alice: ApiClient, url: str, status: int) -> None:
    assert alice.set(ME, {"avatar_url": url}).status_code == status


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"bio": "a" * 501}, "max_length"),
        ({"display_name": ""}, "blank"),
        ({"bio": None}, "null"),
        ({"bio": ["a"]}, "invalid"),
        ({"username": "other"}, "unknown_field"),
        ({"is_verified": True}, "unknown_field"),
        ({"follower_count": 9}, "unknown_field"),
        ({"industry": "alchemy"}, "invalid_choice"),
    ],
)
def test_m30_what_is_not_acceptable_changes_nothing(
    cast: Cast, alice: ApiClient, body: dict[str, Any], code: str
) -> None:
    answer = alice.set(ME, {"location": "Lund", **body})
    assert (answer.status_code, code_of(answer)) == (400, code)
    cast.alice.refresh_from_db()
    assert (cast.alice.location, cast.alice.version) == ("", 1)


def test_y36_profile_privacy_and_preferences_go_in_one_body(cast: Cast, alice: ApiClient) -> None:
    answer = alice.set(V1, {"bio": "Paints", "private_account": True, "digest": "off"})
    assert answer.status_code == 200
    cast.alice.refresh_from_db()
    stored = cast.alice.bio, cast.alice.private_account, cast.alice.digest
    assert stored == ("Paints", True, "off")


def test_b23_an_edit_of_another_version_is_412_and_changes_nothing(alice: ApiClient) -> None:
    tag = alice.read(V1).headers["ETag"]
    first = alice.set(ME, {"bio": "one"}, If_Match=tag)
    late = alice.set(ME, {"bio": "two"}, If_Match=tag)
    assert (first.status_code, late.status_code) == (200, 412)
    assert code_of(late) == "precondition_failed"
    assert alice.read(V1).json()["bio"] == "one"
    assert alice.set(ME, {"bio": "three"}, If_Match=first.headers["ETag"]).status_code == 200
    assert alice.set(ME, {"bio": "four"}, If_Match="*").status_code == 200


def test_b23_a_new_follower_does_not_break_an_edit(cast: Cast, alice: ApiClient) -> None:
    tag = alice.read(V1).headers["ETag"]
    cast.client(cast.charlie).send(f"/api/users/{cast.alice.pk}/follow")
    assert alice.read(V1).headers["ETag"] != tag
    assert alice.set(ME, {"bio": "one"}, If_Match=tag).status_code == 200


def test_b23_an_edit_that_fails_leaves_the_tag(alice: ApiClient) -> None:
    tag = alice.read(V1).headers["ETag"]
    alice.set(ME, {"bio": "a" * 501})
    assert alice.read(V1, If_None_Match=tag).status_code == 304
