from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.audiences import add_to_audience, create_list
from accounts.models import Anonymous, User
from accounts.testing import Cast
from engagement.actions.emoji import add_emoji
from engagement.actions.reactions import like_thing
from engagement.actions.shares import share_thing
from posts.models import Post
from posts.reads import find_post, page_of_all, page_of_author
from posts.serializers.posts import PostAnswer, whole
from posts.tests.conftest import Write

pytestmark = pytest.mark.django_db
VIEWERS = ("alice", "bob", "carol", "charlie", "mallory", "moderator", "admin")
CARD = ("id", "username", "display_name", "avatar_url", "headline", "is_verified")


@pytest.fixture
def posts(cast: Cast, write: Write) -> list[Post]:
    """A post in every state, by two people, some quoted, liked and shared."""
    chosen = create_list(actor=cast.alice, name="Some")
    add_to_audience(actor=cast.alice, audience=chosen, member=cast.carol)
    lists = {Post.Visibility.LIST: {"list_id": chosen.pk}}
    made = [
        write("For @charlie #tag", visibility=known, **lists.get(known, {}))
        for known in Post.Visibility
    ]
    made += [write("of bob", cast.bob), write("quote", cast.bob, quote_of=made[0].pk)]
    media = [{"url": "https://a.org/", "alt": "a"}]
    states: tuple[dict[str, Any], ...] = (
        {"hidden_by": 1}, {"removed_by": 1}, {"deleted_at": timezone.now()},
    )  # fmt: skip
    for state in states:
        made.append(write("gone", media=media))
        Post.objects.filter(pk=made[-1].pk).update(**state)
    for person in (cast.bob, cast.carol):
        like_thing(actor=person, target_id=made[0].pk)
        share_thing(actor=person, target_id=made[0].pk)
        add_emoji(actor=person, target_id=made[0].pk, emoji="🎉")
    add_emoji(actor=cast.carol, target_id=made[0].pk, emoji="❤️")
    return made


def viewers(cast: Cast) -> list[Any]:
    return [*(User.objects.get(pk=getattr(cast, name).pk) for name in VIEWERS), Anonymous()]


def shown(rows: Any, viewer: Any) -> list[dict[str, Any]]:
    found = list(rows)
    PostAnswer.complete(found, viewer)
    return [whole(post) for post in found]


@pytest.mark.usefixtures("posts")
def test_prepared_post_is_that_of_the_orm_for_every_viewer(cast: Cast) -> None:
    for viewer in viewers(cast):
        seen = {post.pk: post for post in Post.objects.visible_to(viewer).for_api(viewer)}
        for pk in Post.objects.values_list("pk", flat=True):
            found = find_post(pk, viewer)
            assert (found is not None) == (pk in seen), (viewer, pk)
            if found:
                assert shown([found], viewer) == shown([seen[pk]], viewer)
                assert found.author.pk == seen[pk].author.pk


def pages(fetch: Callable[..., list[Any]], *, descending: bool) -> list[Any]:
    found: list[Any] = []
    position = None
    while page := fetch(position, descending, 2):
        found += page
        position = page[-1].pk
    return found


@pytest.mark.usefixtures("posts")
@pytest.mark.parametrize("descending", [True, False])
def test_prepared_pages_are_those_of_the_orm_for_every_viewer(
    cast: Cast, *, descending: bool
) -> None:
    order = "-id" if descending else "id"
    for viewer in viewers(cast):
        everybody = Post.objects.listed_for(viewer).for_api(viewer).order_by(order)
        of_alice = Post.objects.visible_to(viewer).filter(author=cast.alice).for_api(viewer)
        for fetch, rows in (
            (page_of_all(viewer), everybody),
            (page_of_author(cast.alice.pk, viewer), of_alice.order_by(order)),
        ):
            found = pages(fetch, descending=descending)
            assert shown(found, viewer) == shown(rows, viewer), viewer


def test_answer_holds_just_what_it_declares(cast: Cast, write: Write) -> None:
    [answer] = shown([find_post(write().pk, cast.alice)], cast.alice)
    assert set(answer) == set(PostAnswer().fields)
