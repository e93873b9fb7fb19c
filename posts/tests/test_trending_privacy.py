"""What trends shows nobody what they may not see, and hides nothing else from them."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from accounts.models import Anonymous, Block, Follow, Mute, User, Viewer
from accounts.testing import UserFactory
from engagement.models import LIKE, Reaction, Tag, Trend
from engagement.trending import top
from engagement.trending.making import make_all, make_table
from posts.actions.publish import publish_post
from posts.models import Feedback, Post
from posts.testing import PostFactory
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.matrix import passing

pytestmark = pytest.mark.django_db
PEOPLE, POSTS = 5, 8
person = st.integers(0, PEOPLE - 1)
posted = st.tuples(
    person,
    st.sampled_from(["public", "public", "public", "followers", "unlisted", "private"]),
    st.sampled_from([{}, {}, {}, {"hidden_by": 7}, {"removed_by": 7}]),
)
pairs = st.sets(st.tuples(person, person).filter(lambda two: two[0] != two[1]), max_size=3)
worlds = st.fixed_dictionaries(
    {
        "posts": st.lists(posted, min_size=1, max_size=POSTS),
        "likes": st.sets(st.tuples(person, st.integers(0, POSTS - 1)), max_size=25),
        "blocks": pairs,
        "follows": pairs,
        "private": st.sets(person, max_size=1),
        "suspended": st.sets(person, max_size=1),
    }
)


def build(world: dict[str, Any]) -> tuple[list[User], list[Post]]:
    people: Any = [
        UserFactory(
            private_account=number in world["private"],
            suspended_by=7 if number in world["suspended"] else None,
        )
        for number in range(PEOPLE)
    ]
    posts: Any = [
        PostFactory(author=people[author], visibility=visibility, **state)
        for author, visibility, state in world["posts"]
    ]
    for number, place in world["likes"]:
        if place < len(posts):
            Reaction.objects.create(user=people[number], target_id=posts[place].pk, name=LIKE)
    for one, other in world["blocks"]:
        Block.objects.create(blocker=people[one], blocked=people[other])
    for one, other in world["follows"]:
        Follow.objects.create(follower=people[one], followed=people[other])
    return people, posts


def expected(viewer: Viewer) -> dict[int, int]:
    """Return by the plain rules how many people count for each post that the viewer may find in what trends."""
    counted = Counter(
        like.target_id
        for like in Reaction.objects.select_related("user")
        if like.user.is_active
        and Post.objects.findable()
        .filter(pk=like.target_id, author__suspended_by__isnull=True)
        .exclude(author=like.user_id)
        .exists()
    )
    seen = set(Post.objects.visible_to(viewer).values_list("pk", flat=True))
    return {pk: people for pk, people in counted.items() if pk in seen}


@given(world=worlds)
@bounds(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m43_trends_show_what_the_viewer_may_see_and_all_of_it(world: dict[str, Any]) -> None:
    with passing():
        people, _ = build(world)
        make_table("24h", "posts")
        viewers: list[Viewer] = [Anonymous(), *(one for one in people if one.is_active)]
        for viewer in viewers:
            right = expected(viewer)
            found = {row.object_id: row.people for row in top("24h", "posts", viewer, 100)}
            assert found == right
            # A short list is as full as there are things.
            assert len(top("24h", "posts", viewer, 2)) == min(2, len(right))


def test_m43_no_route_names_a_hidden_tag_or_post(bob: ApiClient, api: ApiClient, cast: Any) -> None:
    for visibility in ("followers", "connections", "mentioned", "private", "unlisted"):
        made = publish_post(actor=cast.alice, content="canary #canary", visibility=visibility)
        Reaction.objects.create(user=cast.bob, target_id=made.pk, name=LIKE)
    assert Tag.objects.get(tag="canary").usage_count == 0
    for path in ("/api/trending", "/api/v1/analytics/trending", "/api/v1/feed/trending"):
        for client in (bob, api):
            assert b"canary" not in client.read(path).content


def test_m43_what_one_does_not_want_to_hear_is_no_item_of_the_feed(
    alice: ApiClient, bob: ApiClient, cast: Any
) -> None:
    made = [publish_post(actor=cast.alice, content=f"Words {n}.") for n in range(2)]
    for post in made:
        Reaction.objects.create(user=cast.carol, target_id=post.pk, name=LIKE)
    Feedback.objects.create(user=cast.bob, target_id=made[0].pk, kind=Feedback.Kind.DISMISS)

    def shown() -> list[str]:
        return [item["id"] for item in bob.read("/api/v1/feed/trending").json()["results"]]

    assert shown() == [str(made[1].pk)]
    Mute.objects.create(muter=cast.bob, muted=cast.alice)
    assert shown() == []


def test_m43_ranks_run_without_a_gap(cast: Any) -> None:
    for number in range(3):
        publish_post(actor=cast.alice, content=f"#open{number}")
    make_all()
    assert list(violations()) == []
    Trend.objects.filter(rank=2).delete()
    assert len([line for line in violations() if "gaps" in str(line)]) == 4
