"""The rules asked for many viewers at once say what they say for each: the doors of sockets are those of REST."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.viewers import moderators_among
from posts import live
from posts.feeds.sources import feed_rows
from posts.models import Post
from search import live as searches
from search.finding import audible
from socialsite.lib.ids import Kind
from tests.world import World


@pytest.fixture
def viewers(world: World) -> list[User]:
    return list(User.objects.filter(pk__in=[user.pk for user in world.callers.values()]))


def test_m54_t3_who_hears_of_a_post_is_who_may_read_it(viewers: list[User]) -> None:
    ids, told = [viewer.pk for viewer in viewers], 0
    for pk in Post.objects.values_list("pk", flat=True):
        seeing = {v.pk for v in viewers if Post.objects.visible_to(v).filter(pk=pk).exists()}
        assert live._READABLE.among(ids, pk=pk) == seeing
        told += len(seeing)
    assert told


def test_b4_t3_who_hears_of_a_new_post_is_whose_feed_it_stands_in(viewers: list[User]) -> None:
    ids, told = [viewer.pk for viewer in viewers], 0
    for pk in Post.objects.values_list("pk", flat=True):
        reading = {v.pk for v in viewers if feed_rows(v, "all").filter(pk=pk).exists()}
        found = live._IN_FEED.among(ids, pk=pk, now=timezone.now())
        assert found >= reading
        assert {v.pk for v in viewers if v.pk in found and live._is_wanted(v, pk)} == reading
        told += len(reading)
    assert told


def test_m16_t3_whom_a_search_may_bring_a_post_is_whom_it_shows_it(viewers: list[User]) -> None:
    ids, told = [viewer.pk for viewer in viewers], 0
    for pk in Post.objects.values_list("pk", flat=True):
        shown = {
            v.pk
            for v in viewers
            if audible(Post.objects.listed_for(v), v, "author_id").filter(pk=pk).exists()
        }
        assert searches._shown_to(Kind.POST).among(ids, pk=pk) == shown
        told += len(shown)
    assert told


def test_y77_moderators_are_those_who_are_now(viewers: list[User]) -> None:
    found = moderators_among([viewer.pk for viewer in viewers])
    assert found == {viewer.pk for viewer in viewers if viewer.is_moderator} != set()


def test_m54_many_listeners_cost_as_many_statements_as_one(viewers: list[User]) -> None:
    pk = Post.objects.values_list("pk", flat=True)[0]

    def count(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as found:
            live._READABLE.among(ids, pk=pk)
        return len(found)

    everybody = [viewer.pk for viewer in viewers]
    assert count(everybody) <= 3
    assert count([0]) <= 3
