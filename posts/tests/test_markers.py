"""How far a person has read, the same on all their devices."""

from typing import Any

import pytest

from accounts.testing import Cast
from notifications.models import Notification
from posts.models import Marker, Post
from posts.tests.conftest import Write
from socialsite.lib.ids import Kind, compose, mint
from socialsite.lib.testing.client import code_of

pytestmark = pytest.mark.django_db
MARKERS = "/api/markers"


def move(cast: Cast, name: str, post: Post | int, **more: Any) -> Any:
    pk = post if isinstance(post, int) else post.pk
    body = {name: {"last_read_id": str(pk)} | more}
    return cast.client(cast.alice).send(MARKERS, body)


def stand(cast: Cast, name: str = "home", query: str = "") -> tuple[int, int, int | None]:
    """Return (last read, version, unread) of a marker of alice's."""
    found = cast.client(cast.alice).read(f"{MARKERS}{query}").json()["markers"][name]
    return int(found["last_read_id"]), found["version"], found["unread_count"]


def test_b4_a_marker_says_how_far_home_was_read(cast: Cast, write: Write) -> None:
    first, *rest = [write(f"post {n}", cast.bob) for n in range(4)]
    assert cast.client(cast.alice).read(MARKERS).json() == {"markers": {}}
    answer = move(cast, "home", first)
    assert (answer.status_code, answer.json()["markers"]["home"]["unread_count"]) == (200, 3)
    write("one's own is not unread")
    write("of a stranger", cast.charlie)
    assert stand(cast) == (first.pk, 1, 3)
    move(cast, "home", rest[-1])
    assert stand(cast) == (rest[-1].pk, 2, 0)


def test_b4_a_marker_goes_back_only_when_asked(cast: Cast, write: Write) -> None:
    first, second = write("one", cast.bob), write("two", cast.bob)
    for post in (second, first, second):
        assert move(cast, "home", post).status_code == 200
    assert stand(cast) == (second.pk, 1, 0)
    move(cast, "home", first, back=True)
    assert stand(cast) == (first.pk, 2, 1)


def test_b4_a_stale_version_is_409_and_moves_nothing(cast: Cast, write: Write) -> None:
    first, second, third = (write(f"post {n}", cast.bob) for n in range(3))
    assert move(cast, "home", first, version=0).status_code == 200
    assert move(cast, "home", second, version=1).status_code == 200
    stale = move(cast, "home", third, version=1)
    assert (stale.status_code, code_of(stale)) == (409, "conflict")
    assert move(cast, "home", third, version=0).status_code == 409
    assert stand(cast)[:2] == (second.pk, 2)


def test_b4_all_markers_of_a_call_move_or_none(cast: Cast, write: Write) -> None:
    post = write("one", cast.bob)
    body = {
        "home": {"last_read_id": str(post.pk)},
        "notifications": {"last_read_id": str(mint(Kind.NOTIFICATION)), "version": 7},
    }
    assert cast.client(cast.alice).send(MARKERS, body).status_code == 409
    assert not Marker.objects.exists()


def test_b4_notifications_have_a_marker(cast: Cast) -> None:
    told = Notification.objects.filter(recipient=cast.alice).earliest("pk")
    answer = move(cast, "notifications", told.pk).json()["markers"]["notifications"]
    rest = Notification.objects.visible_to(cast.alice).filter(pk__gt=told.pk).count()
    assert answer["unread_count"] == rest


def test_b4_a_list_has_a_marker_until_it_is_deleted(cast: Cast, write: Write) -> None:
    alice = cast.client(cast.alice)
    made = alice.send("/api/lists", {"name": "A"}).json()["id"]
    alice.set(f"/api/lists/{made}/members/@charlie")
    name, post = f"list:{made}", write("one", cast.charlie)
    write("two", cast.charlie)
    assert move(cast, name, post).status_code == 200
    assert stand(cast, name) == (post.pk, 1, None)
    assert stand(cast, name, f"?names={name}") == (post.pk, 1, 1)
    alice.drop(f"/api/lists/{made}")
    assert alice.read(MARKERS).json() == {"markers": {}}


def test_b4_a_list_of_another_is_404(cast: Cast, write: Write) -> None:
    made = cast.client(cast.bob).send("/api/lists", {"name": "B"}).json()["id"]
    assert move(cast, f"list:{made}", write("one")).status_code == 404


def test_b4_markers_are_ones_own(cast: Cast, write: Write) -> None:
    move(cast, "home", write("one", cast.bob))
    assert cast.client(cast.bob).read(MARKERS).json() == {"markers": {}}


@pytest.mark.parametrize(
    "body",
    [
        {"home": {}},
        {"home": {"last_read_id": "x"}},
        {"home": {"last_read_id": str(mint(Kind.NOTIFICATION))}},
        {"home": {"last_read_id": str(compose(1 << 40, 0, 0, Kind.POST))}},
        {"home": {"last_read_id": str(mint(Kind.POST)), "version": -1}},
        {"home": {"last_read_id": str(mint(Kind.POST)), "colour": "red"}},
        {"elsewhere": {"last_read_id": str(mint(Kind.POST))}},
        {"list:12": {"last_read_id": str(mint(Kind.POST))}},
        {f"list:{mint(Kind.AUDIENCE)}": {"last_read_id": "1"}, "home": {"last_read_id": "1"}},
        {f"list:{mint(Kind.AUDIENCE)}": {"last_read_id": "1"} for _ in range(21)},
    ],
)
def test_b4_what_is_no_reading_is_400(cast: Cast, body: Any) -> None:
    assert cast.client(cast.alice).send(MARKERS, body).status_code == 400
    assert not Marker.objects.exists()


@pytest.mark.parametrize("names", ["elsewhere", "list:1", ",", "home," * 7 + "x"])
def test_b4_only_feeds_can_be_asked_for(cast: Cast, names: str) -> None:
    assert cast.client(cast.alice).read(f"{MARKERS}?names={names}").status_code == 400


def test_b4_unread_is_counted_no_further_than_a_hundred(
    cast: Cast, write: Write, django_assert_num_queries: Any
) -> None:
    move(cast, "home", write("one", cast.bob))
    Post.objects.bulk_create([Post(author=cast.bob, content=str(n)) for n in range(120)])
    assert stand(cast)[2] == 100
    alice = cast.client(cast.alice)
    with django_assert_num_queries(3):
        alice.read(MARKERS)
