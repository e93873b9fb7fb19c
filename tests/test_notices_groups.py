from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.actions import blocks
from accounts.actions.follows import follow_user
from accounts.models import User
from accounts.testing import Cast, UserFactory
from engagement.actions.comments import create_comment
from engagement.actions.reactions import like_thing
from notifications.groups import complete_groups
from notifications.models import Notification
from notifications.testing import LIST, listed, unread_of
from posts.actions.publish import publish_post
from socialsite.lib.testing.client import ApiClient, code_of

GROUPED = "?grouped=1"


@pytest.fixture
def post(cast: Cast) -> Any:
    """A post of charlie's, who has heard of nothing yet."""
    return publish_post(actor=cast.charlie, content="Hello.")


def liked_by(post: Any, number: int) -> list[User]:
    people: list[User] = UserFactory.create_batch(number)
    for person in people:
        like_thing(actor=person, target_id=post.pk)
    return people


def walked(client: ApiClient, query: str) -> list[dict[str, Any]]:
    """Return the rows of all pages."""
    page = client.read(f"{LIST}{query}").json()
    rows = list(page["results"])
    while page["next"]:
        page = client.read(page["next"]).json()
        rows += page["results"]
    return rows


def keys(rows: list[dict[str, Any]]) -> list[str]:
    return [row["group_key"] for row in rows]


def test_b16_likes_of_one_thing_are_one_row_with_the_newest_three(
    charlie: ApiClient, post: Any
) -> None:
    people = liked_by(post, 5)
    (row,) = listed(charlie, GROUPED)
    assert (row["type"], row["count"], row["unread_count"]) == ("like", 5, 5)
    assert row["target"] == {"id": str(post.pk), "type": "post"}
    assert [card["id"] for card in row["actors"]] == [str(p.pk) for p in people[:1:-1]]
    first, second = people[-1].display_name, people[-2].display_name
    assert row["text"] == f"{first}, {second} and 3 others like your post."
    assert row["newest"] == listed(charlie)[0]["id"]
    assert row["oldest"] == listed(charlie)[-1]["id"]


@pytest.mark.parametrize(
    ("number", "ending"),
    [(1, " likes your post."), (2, " like your post."), (3, " and 1 other like your post.")],
)
def test_b16_the_sentence_fits_the_number(
    charlie: ApiClient, post: Any, number: int, ending: str
) -> None:
    people = liked_by(post, number)
    text = listed(charlie, GROUPED)[0]["text"]
    assert text.startswith(people[-1].display_name)
    assert text.endswith(ending)
    assert (" and " in text) == (number > 1)


def test_b16_a_group_that_shrinks_while_it_is_read_is_told_of_who_is_left(
    charlie: ApiClient, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = liked_by(post, 2)

    def late(groups: Any, viewer: Any) -> None:
        Notification.objects.filter(actor=second).delete()
        complete_groups(groups, viewer)

    monkeypatch.setattr("notifications.serializers.groups.complete_groups", late)
    (row,) = listed(charlie, GROUPED)
    assert row["text"] == f"{first.display_name} likes your post."


def test_b16_comments_and_other_things_stay_apart(
    charlie: ApiClient, cast: Cast, post: Any
) -> None:
    other = publish_post(actor=cast.charlie, content="Hello again.")
    for thing in (post, other):
        liked_by(thing, 2)
    for person in (cast.bob, cast.carol):
        create_comment(actor=person, target_id=post.pk, content="Well said.")
    assert [(r["type"], r["count"]) for r in listed(charlie, GROUPED)] == [
        ("comment", 1), ("comment", 1), ("like", 2), ("like", 2),
    ]  # fmt: skip


def test_b16_a_group_is_closed_once_it_was_read(charlie: ApiClient, post: Any) -> None:
    liked_by(post, 2)
    charlie.send(f"{LIST}/read-all")
    liked_by(post, 3)
    rows = listed(charlie, GROUPED)
    assert [(row["count"], row["unread_count"]) for row in rows] == [(3, 3), (2, 0)]


def test_b16_a_group_is_closed_a_day_after_it_began(charlie: ApiClient, post: Any) -> None:
    now = timezone.now()
    liked_by(post, 1)
    for hours, count in ((23, [2]), (25, [1, 2])):
        with time_machine.travel(now + timedelta(hours=hours)):
            liked_by(post, 1)
            rows = Notification.objects.visible_to(post.author).grouped().order_by("-group_id")
            assert [row["count"] for row in rows] == count


def test_b16_m28_pages_neither_repeat_nor_skip_while_new_ones_come_in(
    charlie: ApiClient, cast: Cast
) -> None:
    posts = [publish_post(actor=cast.charlie, content=f"Post {n}.") for n in range(5)]
    for post in posts:
        liked_by(post, 2)
    before = keys(listed(charlie, GROUPED))
    page, seen = charlie.read(f"{LIST}{GROUPED}&limit=2").json(), []
    liked: list[Any] = [*posts[:3], None]
    for post in liked:
        seen += keys(page["results"])
        if post:
            # Joins a group that is not seen yet, or begins one that stands above.
            liked_by(post, 1)
            liked_by(publish_post(actor=cast.charlie, content="New."), 1)
        page = charlie.read(page["next"]).json() if page["next"] else {"results": [], "next": None}
    assert seen == before


def test_b16_pages_lead_back_as_well(charlie: ApiClient, cast: Cast) -> None:
    for n in range(3):
        liked_by(publish_post(actor=cast.charlie, content=f"Post {n}."), 2)
    first = charlie.read(f"{LIST}{GROUPED}&limit=2").json()
    second = charlie.read(first["next"]).json()
    back = charlie.read(second["previous"]).json()
    assert back["results"] == first["results"]


def test_b16_counts_equal_the_list_under_blocks_suspension_and_hiding(
    charlie: ApiClient, cast: Cast, post: Any
) -> None:
    blocked, suspended, *others = liked_by(post, 4)
    blocks.block_user(actor=cast.charlie, target=blocked)
    User.objects.filter(pk=suspended.pk).update(suspended_by=1)
    (row,) = listed(charlie, GROUPED)
    assert (row["count"], row["unread_count"]) == (2, 2)
    assert {card["id"] for card in row["actors"]} == {str(person.pk) for person in others}
    members = charlie.read(f"{LIST}/groups/{row['group_key']}?count=true").json()
    assert members["count"] == len(members["results"]) == 2
    type(post).objects.filter(pk=post.pk).update(removed_by=1)
    assert listed(charlie, GROUPED) == []
    assert charlie.read(f"{LIST}/unread-count{GROUPED}").json() == {"unread_count": 0}
    assert charlie.read(f"{LIST}/groups/{row['group_key']}").status_code == 404


def test_y44_unread_counts_equal_both_lists_at_every_step(
    charlie: ApiClient, cast: Cast, post: Any
) -> None:
    liked_by(post, 3)
    create_comment(actor=cast.bob, target_id=post.pk, content="Well said.")
    follow_user(actor=cast.bob, target=cast.charlie)
    for _ in range(4):
        flat, groups = (walked(charlie, f"{q}unread=1") for q in ("?", f"{GROUPED}&"))
        assert unread_of(charlie) == len(flat)
        count = charlie.read(f"{LIST}/unread-count{GROUPED}").json()["unread_count"]
        page = charlie.read(f"{LIST}{GROUPED}&unread=1&count=true").json()
        assert count == len(groups) == page["count"]
        if groups:
            charlie.send(f"{LIST}/groups/{groups[-1]['group_key']}/read")
    assert unread_of(charlie) == 0


def test_y41_a_group_is_read_up_to_what_was_seen(charlie: ApiClient, post: Any) -> None:
    liked_by(post, 2)
    (row,) = listed(charlie, GROUPED)
    liked_by(post, 1)
    path = f"{LIST}/groups/{row['group_key']}/read"
    answer = charlie.send(path, {"up_to": row["newest"]}).json()
    assert (answer["count"], answer["unread_count"]) == (3, 1)
    for _ in range(2):
        assert charlie.send(path).json()["unread_count"] == 0


def test_b16_a_group_is_dismissed_as_a_whole(charlie: ApiClient, post: Any) -> None:
    liked_by(post, 2)
    path = f"{LIST}/groups/{listed(charlie, GROUPED)[0]['group_key']}"
    assert charlie.drop(path).status_code == 204
    assert listed(charlie) == listed(charlie, GROUPED) == []
    assert charlie.drop(path).status_code == 404


def test_b16_anothers_group_is_not_found(alice: ApiClient, charlie: ApiClient, post: Any) -> None:
    liked_by(post, 2)
    path = f"{LIST}/groups/{listed(charlie, GROUPED)[0]['group_key']}"
    assert [alice.read(path).status_code, alice.drop(path).status_code] == [404, 404]
    assert alice.send(f"{path}/read").status_code == 404
    assert unread_of(charlie) == 2


def test_b16_a_key_names_no_notification(charlie: ApiClient, post: Any) -> None:
    liked_by(post, 2)
    ids = {row["id"] for row in listed(charlie)}
    assert not ids & set(keys(listed(charlie, GROUPED)))


def test_b16_groups_are_not_asked_for_by_ids(charlie: ApiClient) -> None:
    answer = charlie.read(f"{LIST}{GROUPED}&ids=1")
    assert (answer.status_code, code_of(answer)) == (400, "invalid")


def test_b16_statements_do_not_grow_with_groups_and_members(
    charlie: ApiClient, cast: Cast, django_assert_num_queries: Any
) -> None:
    charlie.read(LIST)
    for number in (1, 6):
        for n in range(number):
            liked_by(publish_post(actor=cast.charlie, content=f"Post {n}."), number)
        with django_assert_num_queries(3):
            assert charlie.read(f"{LIST}{GROUPED}&limit=100").status_code == 200
