from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.testing import Cast
from engagement.models import Bookmark, BookmarkFolder
from engagement.tests.things import comment_on, publish
from moderation.models import AuditEntry
from notifications.models import Notification
from socialsite.lib.api.serializers import rfc3339
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db
PATH, FOLDERS = "/api/bookmarks", "/api/bookmarks/folders"


@pytest.fixture
def post(cast: Cast, alice: ApiClient) -> int:
    return publish(alice)


def in_days(days: float) -> str:
    return rfc3339(timezone.now() + timedelta(days=days))


def folder_of(client: ApiClient, name: str = "Later") -> str:
    return str(client.send(FOLDERS, {"name": name}).json()["id"])


def counted(folder: str) -> int:
    return BookmarkFolder.objects.get(pk=folder).bookmark_count


def listed(client: ApiClient, query: str = "") -> list[str]:
    return [row["target_id"] for row in client.read(PATH + query).json()["results"]]


def test_b18_a_bookmark_holds_the_thing_its_folder_note_and_reminder(
    post: int, bob: ApiClient
) -> None:
    folder, due = folder_of(bob), in_days(2)
    body = {"target_id": post, "folder_id": folder, "note": "Read this", "remind_at": due}
    made = bob.send(PATH, body)
    assert (made.status_code, made["Location"]) == (201, f"{PATH}/{post}")
    found = bob.read(f"{PATH}/{post}").json()
    assert found == made.json()
    assert (found["target_id"], found["type"], found["note"]) == (str(post), "post", "Read this")
    assert found["folder"] == {"id": folder, "name": "Later"}
    assert (found["remind_at"], found["reminded_at"]) == (due, None)
    assert found["object"]["id"] == str(post)
    assert counted(folder) == 1


def test_b18_bookmarking_twice_is_one_bookmark_and_changes_what_is_sent(
    cast: Cast, post: int, bob: ApiClient
) -> None:
    first = bob.send(PATH, {"target_id": str(post), "note": "One"})
    again = bob.send(PATH, {"target_id": str(post)})
    changed = bob.set(f"{PATH}/{post}", {"note": "Two"})
    assert first.json()["id"] == again.json()["id"] == changed.json()["id"]
    assert [answer.json()["note"] for answer in (first, again, changed)] == ["One", "One", "Two"]
    assert Bookmark.objects.count() == 1
    verbs = AuditEntry.objects.filter(actor_id=cast.bob.pk, target_id=post)
    assert list(verbs.values_list("verb", flat=True)) == ["bookmarked"]


def test_b18_put_makes_one_and_delete_takes_it_off_as_often_as_one_likes(
    post: int, bob: ApiClient
) -> None:
    assert bob.set(f"{PATH}/{post}").status_code == 200
    assert listed(bob) == [str(post)]
    assert [bob.drop(f"{PATH}/{post}").status_code for _ in range(2)] == [204, 204]
    assert (listed(bob), bob.read(f"{PATH}/{post}").status_code) == ([], 404)


def test_b18_nobody_else_learns_of_a_bookmark(
    cast: Cast, post: int, bob: ApiClient, alice: ApiClient, moderator: ApiClient, api: ApiClient
) -> None:
    folder = folder_of(bob)
    bob.set(f"{PATH}/{post}", {"folder_id": folder})
    for client in (alice, moderator):
        assert listed(client) == []
        assert client.read(f"{PATH}/{post}").status_code == 404
        assert client.read(FOLDERS).json()["results"] == []
        for act in (client.read, client.drop):
            assert act(f"{FOLDERS}/{folder}").status_code == 404
        assert client.set(f"{FOLDERS}/{folder}", {"name": "Mine"}).status_code == 404
        assert client.read(f"{PATH}?folder={folder}").status_code == 404
        refused = client.set(f"{PATH}/{post}", {"folder_id": folder})
        assert (refused.status_code, listed(client)) == (404, [])
    assert not Notification.objects.filter(target_id=post).exists()
    assert api.read(PATH).status_code == 401


def test_b18_what_may_not_be_seen_cannot_be_bookmarked(
    cast: Cast, post: int, mallory: ApiClient, charlie: ApiClient, alice: ApiClient
) -> None:
    assert mallory.set(f"{PATH}/{post}").status_code == 404
    secret = publish(alice, visibility="private")
    assert charlie.send(PATH, {"target_id": secret}).status_code == 404
    assert charlie.send(PATH, {"target_id": cast.alice.pk}).status_code == 404
    assert charlie.send(PATH, {"target_id": 1}).status_code == 404
    assert charlie.read(f"{PATH}/{2**63 - 1}").status_code == 404
    assert Bookmark.objects.count() == 0


def test_b18_of_a_thing_that_is_gone_the_note_stays_and_can_be_changed(
    post: int, alice: ApiClient, bob: ApiClient
) -> None:
    bob.set(f"{PATH}/{post}", {"note": "Mine"})
    alice.drop(f"/api/posts/{post}")
    [row] = bob.read(PATH).json()["results"]
    assert (row["object"], row["note"], row["type"]) == (None, "Mine", "post")
    assert bob.set(f"{PATH}/{post}", {"note": "Still"}).json()["note"] == "Still"
    assert bob.drop(f"{PATH}/{post}").status_code == 204
    assert bob.set(f"{PATH}/{post}").status_code == 404


def test_b18_the_list_is_narrowed_by_folder_note_and_kind(
    cast: Cast, post: int, alice: ApiClient, bob: ApiClient
) -> None:
    comment, other, folder = comment_on(post, cast.alice).pk, publish(alice), folder_of(bob)
    bob.set(f"{PATH}/{post}", {"note": "Straße 100% (a+b)", "folder_id": folder})
    bob.set(f"{PATH}/{other}", {"note": "Über uns"})
    bob.set(f"{PATH}/{comment}")
    assert listed(bob) == [str(comment), str(other), str(post)]
    assert listed(bob, f"?folder={folder}") == listed(bob, "?q=%25 (A%2BB") == [str(post)]
    assert listed(bob, "?q=über") == listed(bob, "?q=ÜBER") == [str(other)]
    assert listed(bob, "?type=comment") == [str(comment)]
    assert listed(bob, "?type=post,comment&limit=2") == [str(comment), str(other)]
    assert listed(bob, f"?type=comment&folder={folder}") == []
    assert code_of(bob.read(f"{PATH}?type=user")) == "invalid_choice"
    assert code_of(bob.read(f"{PATH}?kind=post")) == "unknown_field"


def test_b18_a_folder_counts_what_is_in_it(
    cast: Cast, post: int, alice: ApiClient, bob: ApiClient
) -> None:
    one, two, other = folder_of(bob, "One"), folder_of(bob, "Two"), publish(alice)
    for target, folder in ((post, one), (other, one), (post, two), (post, two), (other, None)):
        assert bob.set(f"{PATH}/{target}", {"folder_id": folder}).status_code == 200
    assert (counted(one), counted(two), list(violations())) == (0, 1, [])
    bob.set(f"{PATH}/{other}", {"folder_id": two})
    bob.drop(f"{PATH}/{post}")
    assert (counted(two), list(violations())) == (1, [])
    BookmarkFolder.objects.filter(pk=two).update(bookmark_count=5)
    assert [name for name, _ in violations()] == ["engagement.bookmarkfolder.bookmark_count"]


def test_b18_folders_are_named_once_renamed_and_deleted_without_their_bookmarks(
    post: int, bob: ApiClient, alice: ApiClient
) -> None:
    one, two = folder_of(bob, "One"), folder_of(bob, "Two")
    assert folder_of(alice, "One") != one
    for answer in (
        bob.send(FOLDERS, {"name": "One"}),
        bob.set(f"{FOLDERS}/{two}", {"name": "One"}),
    ):
        assert (answer.status_code, code_of(answer)) == (409, "conflict")
    assert bob.set(f"{FOLDERS}/{two}", {"name": " Three "}).json()["name"] == "Three"
    assert [row["name"] for row in bob.read(FOLDERS).json()["results"]] == ["Three", "One"]
    bob.set(f"{PATH}/{post}", {"folder_id": two})
    assert bob.drop(f"{FOLDERS}/{two}").status_code == 204
    assert bob.read(f"{PATH}/{post}").json()["folder"] is None
    assert bob.drop(f"{FOLDERS}/{two}").status_code == 404


def test_b18_an_edit_of_another_version_is_412(post: int, bob: ApiClient) -> None:
    tag = bob.set(f"{PATH}/{post}", {"note": "One"})["ETag"]
    assert bob.set(f"{PATH}/{post}", {"note": "Two"}, If_Match=tag).status_code == 200
    refused = bob.set(f"{PATH}/{post}", {"note": "Three"}, If_Match=tag)
    assert (refused.status_code, code_of(refused)) == (412, "precondition_failed")
    made = bob.send(FOLDERS, {"name": "One"})
    path = f"{FOLDERS}/{made.json()['id']}"
    assert bob.set(path, {"name": "Two"}, If_Match=made["ETag"]).status_code == 200
    assert bob.set(path, {"name": "Three"}, If_Match=made["ETag"]).status_code == 412


@pytest.mark.parametrize(
    "body",
    [
        {"note": "x" * 1001}, {"note": None}, {"folder_id": "x"}, {"remind_at": "soon"}, {"remind_at": 5},
        {"remind_at": "2020-01-01T00:00:00Z"}, {"remind_at": "0001-01-01T00:00:00+14:00"},
        {"remind_at": "9999-12-31T23:59:59-14:00"}, {"target_id": 5}, {"colour": "red"},
    ],
)  # fmt: skip
def test_b18_another_body_is_400(post: int, bob: ApiClient, body: object) -> None:
    assert bob.set(f"{PATH}/{post}", body).status_code == 400
    assert Bookmark.objects.count() == 0


def test_b18_a_page_of_bookmarks_takes_few_statements(
    cast: Cast, post: int, bob: ApiClient, django_assert_max_num_queries: Any
) -> None:
    for _ in range(10):
        bob.set(f"{PATH}/{comment_on(post, cast.alice).pk}", {"note": "x"})
    bob.set(f"{PATH}/{post}")
    with django_assert_max_num_queries(6):
        assert len(listed(bob)) == 11


def test_m67_too_many_bookmarks_are_429(post: int, bob: ApiClient, settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 0.04
    answers = [bob.set(f"{PATH}/{post}") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429]
