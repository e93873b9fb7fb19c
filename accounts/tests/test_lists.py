from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.blocks import block_user
from accounts.models import Audience, User
from accounts.testing import Cast, UserFactory
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import code_of

LISTS = "/api/lists"


def make(cast: Cast, **fields: Any) -> str:
    answer = cast.client(cast.alice).send(LISTS, {"name": "Painters"} | fields)
    assert answer.status_code == 201, answer.json()
    return f"{LISTS}/{answer.json()['id']}"


def members(cast: Cast, path: str) -> list[str]:
    rows = cast.client(cast.alice).read(f"{path}/members").json()["results"]
    return [row["username"] for row in rows]


def test_b19_a_list_is_made_read_changed_and_deleted(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    path = make(cast, tags=["#Art", "art", "Ｏil"], keywords=["oil  paint"])
    made = alice.read(path).json()
    assert (made["tags"], made["keywords"]) == (["art", "oil"], ["oil paint"])
    assert (made["exclusive"], made["with_shares"], made["member_count"]) == (False, True, 0)
    changed = alice.set(path, {"name": "Poets", "exclusive": True}).json()
    assert (changed["name"], changed["exclusive"], changed["version"]) == ("Poets", True, 2)
    assert alice.set(path, {"name": "Poets"}).json()["version"] == 2
    assert [row["name"] for row in alice.read(LISTS).json()["results"]] == ["Poets"]
    assert alice.drop(path).status_code == 204
    assert alice.read(path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 61},
        {"name": "A", "tags": ["1"]},
        {"name": "A", "tags": [f"t{n}" for n in range(31)]},
        {"name": "A", "keywords": ["%"]},
        {"name": "A", "keywords": ["\u0301"]},
        {"name": "A", "keywords": ["x" * 61]},
        {"name": "A", "member_count": 3},
    ],
)
def test_b19_what_is_no_list_is_400(cast: Cast, body: Any) -> None:
    assert cast.client(cast.alice).send(LISTS, body).status_code == 400
    assert not Audience.objects.exists()


def test_b19_anybody_one_sees_can_be_put_in_and_taken_out(cast: Cast) -> None:
    alice, path = cast.client(cast.alice), make(cast)
    for who in ("@charlie", str(cast.bob.pk), "@charlie"):
        assert alice.set(f"{path}/members/{who}").status_code == 204
    assert members(cast, path) == ["bob", "charlie"]
    for _ in range(2):
        assert alice.drop(f"{path}/members/@bob").status_code == 204
    assert members(cast, path) == ["charlie"]
    assert alice.read(path).json()["member_count"] == 1
    assert list(violations()) == []


def test_b19_nobody_across_a_block_and_not_oneself(cast: Cast) -> None:
    alice, path = cast.client(cast.alice), make(cast)
    blocked = alice.set(f"{path}/members/@mallory")
    assert (blocked.status_code, code_of(blocked)) == (403, "blocked")
    assert code_of(alice.set(f"{path}/members/@alice")) == "self_target"
    own = cast.client(cast.mallory).send(LISTS, {"name": "Mine"}).json()["id"]
    answer = cast.client(cast.mallory).set(f"{LISTS}/{own}/members/@alice")
    assert answer.status_code == 404


def test_b19_a_block_takes_people_out(cast: Cast) -> None:
    path = make(cast)
    cast.client(cast.alice).set(f"{path}/members/@bob")
    block_user(actor=cast.bob, target=cast.alice)
    assert members(cast, path) == []
    assert list(violations()) == []


def test_b19_who_is_suspended_leaves_the_list_and_comes_back(cast: Cast) -> None:
    path = make(cast)
    cast.client(cast.alice).set(f"{path}/members/@bob")
    User.objects.filter(pk=cast.bob.pk).update(suspended_by=1)
    assert members(cast, path) == []
    User.objects.filter(pk=cast.bob.pk).update(suspended_by=None)
    assert members(cast, path) == ["bob"]


def test_b19_nobody_learns_of_a_list(cast: Cast) -> None:
    path = make(cast)
    cast.client(cast.alice).set(f"{path}/members/@bob")
    for other in (cast.bob, cast.moderator, cast.admin):
        client = cast.client(other)
        for address in (path, f"{path}/members", f"{path}/feed"):
            assert client.read(address).status_code == 404
        assert client.set(path, {"name": "Mine"}).status_code == 404
        assert client.set(f"{path}/members/@carol").status_code == 404
        assert client.drop(f"{path}/members/@bob").status_code == 404
        assert client.drop(path).status_code == 404
        assert client.read(LISTS).json()["results"] == []
    told = cast.client(cast.bob).read("/api/notifications").json()["results"]
    assert not any("list" in str(row).lower() for row in told)


def test_b19_the_people_a_text_names_are_no_list(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    alice.send("/api/posts", {"content": "Hello @bob", "visibility": "mentioned"})
    named = Audience.objects.get()
    assert alice.read(LISTS).json()["results"] == []
    assert alice.read(f"{LISTS}/{named.pk}").status_code == 404
    assert alice.drop(f"{LISTS}/{named.pk}").status_code == 404
    body = {"content": "x", "visibility": "list", "list_id": str(named.pk)}
    assert alice.send("/api/posts", body).status_code == 404


def test_b19_a_list_changed_on_another_device_is_412(cast: Cast) -> None:
    alice, path = cast.client(cast.alice), make(cast)
    tag = alice.read(path)["ETag"]
    assert alice.set(path, {"name": "One"}, If_Match=tag).status_code == 200
    assert alice.set(path, {"name": "Other"}, If_Match=tag).status_code == 412


def test_b19_a_repeated_call_makes_one_list(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    ids = {alice.send(LISTS, {"name": "A"}, Idempotency_Key="k").json()["id"] for _ in range(2)}
    assert len(ids) == Audience.objects.count() == 1


def test_b19_there_is_a_limit_of_lists_and_of_members(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Audience.objects.bulk_create([Audience(owner=cast.alice, name=str(n)) for n in range(99)])
    path = make(cast)
    alice = cast.client(cast.alice)
    assert alice.send(LISTS, {"name": "One more"}).status_code == 409
    monkeypatch.setattr("accounts.actions.audiences.MAX_MEMBERS", 1)
    assert alice.set(f"{path}/members/@bob").status_code == 204
    assert alice.set(f"{path}/members/@charlie").status_code == 409
    assert (members(cast, path), list(violations())) == (["bob"], [])


def test_b19_the_members_come_in_pages_of_few_statements(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    alice, path = cast.client(cast.alice), make(cast)
    for person in UserFactory.create_batch(5):
        alice.set(f"{path}/members/{person.pk}")
    alice.read(f"{path}/members")
    with django_assert_num_queries(3):
        page = alice.read(f"{path}/members?limit=3").json()
    rest = alice.read(page["next"]).json()["results"]
    assert (len(page["results"]), len(rest)) == (3, 2)


def test_b7_who_deletes_filters_and_lists_leaves_nothing(cast: Cast) -> None:
    alice = cast.client(cast.alice)
    end = (timezone.now() + timedelta(days=1)).isoformat()
    terms = [{"kind": "keyword", "value": "x1"}]
    body = {"title": "A", "expires_at": end, "terms": terms}
    made = alice.send("/api/filters", body).json()["id"]
    alice.drop(f"/api/filters/{made}")
    assert alice.drop(f"/api/filters/{made}").status_code == 404
