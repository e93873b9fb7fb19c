from typing import Any

import pytest

from accounts.actions import blocks, connections, follows
from accounts.models import User
from accounts.testing import Cast, UserFactory
from analytics.models import Activity
from analytics.reads import FIXED, public_activity, recent_activity
from analytics.registry import follows_taken_back
from analytics.testing import shown_on
from socialsite.lib.testing.client import ApiClient


def change(person: User, **columns: Any) -> None:
    User.objects.filter(pk=person.pk).update(**columns)
    person.refresh_from_db()


def test_m29_page_shows_recent_follows_newest_first(
    api: ApiClient, charlie: ApiClient, cast: Cast
) -> None:
    assert shown_on(cast.alice, api) == ["carol", "bob"]
    assert shown_on(cast.alice, charlie) == ["carol", "bob"]
    recent = api.read(f"/api/users/{cast.alice.pk}").json()["recent_activity"][0]
    assert recent["type"] == "follow"
    assert recent["object"]["display_name"] == "Carol"
    assert set(recent) == {"id", "type", "object", "created_at"}


def test_m29_page_shows_five_at_most(api: ApiClient, cast: Cast) -> None:
    people = UserFactory.create_batch(7)
    for person in people:
        follows.follow_user(actor=cast.charlie, target=person)
    assert shown_on(cast.charlie, api) == [person.username for person in people[:1:-1]]


def test_m29_nobody_hidden_from_the_reader_is_named(cast: Cast) -> None:
    bob, moderator = cast.client(cast.bob), cast.client(cast.moderator)
    blocks.block_user(actor=cast.carol, target=cast.bob)
    assert shown_on(cast.alice, bob) == ["bob"]
    blocks.unblock_user(actor=cast.carol, target=cast.bob)
    blocks.block_user(actor=cast.bob, target=cast.carol)
    assert shown_on(cast.alice, bob) == ["bob"]
    change(cast.carol, suspended_by=1)
    assert shown_on(cast.alice, cast.client(cast.charlie)) == ["bob"]
    assert shown_on(cast.alice, moderator) == ["carol", "bob"]


def test_m29_five_are_shown_beyond_those_hidden(cast: Cast) -> None:
    people = UserFactory.create_batch(12)
    for person in people:
        follows.follow_user(actor=cast.charlie, target=person)
    for person in people[6:]:
        blocks.block_user(actor=person, target=cast.bob)
    wanted = [person.username for person in people[5:0:-1]]
    assert shown_on(cast.charlie, cast.client(cast.bob)) == wanted


@pytest.mark.parametrize("reader", ["alice", "bob", "charlie", "moderator"])
def test_m70_hide_following_keeps_follows_off_the_page(cast: Cast, reader: str) -> None:
    change(cast.alice, hide_following=True)
    assert shown_on(cast.alice, cast.client(getattr(cast, reader))) == []


@pytest.mark.parametrize("column", ["hide_followers", "private_account"])
def test_m70_who_hides_their_followers_is_not_shown_as_followed(
    api: ApiClient, cast: Cast, column: str
) -> None:
    change(cast.carol, **{column: True})
    assert shown_on(cast.alice, api) == ["bob"]


def test_m70_a_private_page_keeps_its_activity_from_strangers(cast: Cast) -> None:
    change(cast.alice, private_account=True)
    stranger = cast.client(cast.charlie).read(f"/api/users/{cast.alice.pk}").json()
    assert "recent_activity" not in stranger
    assert "carol" in shown_on(cast.alice, cast.client(cast.bob))


def end_by_unfollow(cast: Cast) -> None:
    follows.unfollow_user(actor=cast.alice, target=cast.bob)


def end_by_removal(cast: Cast) -> None:
    follows.remove_follower(actor=cast.bob, follower=cast.alice)


def end_by_block(cast: Cast) -> None:
    blocks.block_user(actor=cast.alice, target=cast.bob)
    blocks.unblock_user(actor=cast.alice, target=cast.bob)


def end_by_being_blocked(cast: Cast) -> None:
    blocks.block_user(actor=cast.bob, target=cast.alice)
    blocks.unblock_user(actor=cast.bob, target=cast.alice)


@pytest.mark.parametrize(
    "end", [end_by_unfollow, end_by_removal, end_by_block, end_by_being_blocked]
)
def test_m33_a_follow_that_ended_is_shown_no_more(api: ApiClient, cast: Cast, end: Any) -> None:
    end(cast)
    assert shown_on(cast.alice, api) == ["carol"]
    assert list(follows_taken_back()) == []


def test_m33_following_again_shows_it_once(api: ApiClient, cast: Cast) -> None:
    end_by_unfollow(cast)
    follows.follow_user(actor=cast.alice, target=cast.bob)
    assert shown_on(cast.alice, api) == ["bob", "carol"]


def test_m29_connections_and_unfollows_stay_off_the_page(api: ApiClient, cast: Cast) -> None:
    change(cast.charlie, follow_on_connect=False)
    asked = connections.request_connection(actor=cast.charlie, target=cast.bob)
    connections.accept_connection(actor=cast.bob, connection=asked)
    end_by_unfollow(cast)
    assert not Activity.objects.public().exclude(type="follow").exists()
    assert shown_on(cast.charlie, api) == []


def test_m29_section_costs_one_statement_or_none(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    for person in UserFactory.create_batch(10):
        follows.follow_user(actor=cast.alice, target=person)
    cast.alice.refresh_from_db()
    with django_assert_num_queries(1):
        assert len(recent_activity(cast.alice, cast.bob)) == 5
    with django_assert_num_queries(0):
        assert recent_activity(cast.charlie, cast.bob) == []


def test_m29_the_compiled_read_is_the_orms_own(cast: Cast) -> None:
    blocks.block_user(actor=cast.carol, target=cast.charlie)
    change(cast.alice)
    for viewer in (cast.alice, cast.bob, cast.charlie, cast.mallory, cast.moderator):
        by_orm = public_activity(cast.alice.pk, viewer, ("follow",))
        names = [row[len(FIXED)] for row in by_orm]
        assert [r["object"]["username"] for r in recent_activity(cast.alice, viewer)] == names


def test_m33_a_page_that_shows_an_ended_follow_is_found(cast: Cast) -> None:
    row = Activity.objects.create(
        user=cast.charlie, type="follow", object_id=cast.bob.pk, is_public=True
    )
    assert list(follows_taken_back()) == [f"the follow of activity {row.pk} has ended"]
