"""Each setting of privacy, as its owner, a follower, a stranger and a caller who has not signed in meet it."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from accounts.testing import Cast
from engagement.actions.emoji import add_emoji
from engagement.actions.reactions import like_thing
from posts.actions.publish import publish_post
from search.indexing import reindex
from socialsite.lib.ids import Kind
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db
READERS = ("owner", "follower", "stranger", "anonymous")
Shows = Callable[[ApiClient, Cast, int], bool]


def reads_profile(reader: ApiClient, cast: Cast, post: int) -> bool:
    return "bio" in reader.read(f"/api/users/{cast.alice.pk}").json()


def reads_posts(reader: ApiClient, cast: Cast, post: int) -> bool:
    found = reader.read(f"/api/users/{cast.alice.pk}/posts").json().get("results", [])
    return reader.read(f"/api/posts/{post}").status_code == 200 and bool(found)


def reads_followers(reader: ApiClient, cast: Cast, post: int) -> bool:
    return reader.read(f"/api/users/{cast.alice.pk}/followers").status_code == 200


def reads_following(reader: ApiClient, cast: Cast, post: int) -> bool:
    return reader.read(f"/api/users/{cast.alice.pk}/following").status_code == 200


def reads_like(reader: ApiClient, cast: Cast, post: int) -> bool:
    """Whether alice stands among those who like a post of charlie's."""
    liked = publish_post(actor=cast.charlie, content="Like this")
    like_thing(actor=cast.alice, target_id=liked.pk)
    rows = reader.read(f"/api/posts/{liked.pk}/likes").json()["results"]
    return str(cast.alice.pk) in str(rows)


def reads_reaction(reader: ApiClient, cast: Cast, post: int) -> bool:
    """Whether alice stands among those who put emoji on a post of charlie's."""
    marked = publish_post(actor=cast.charlie, content="Like this")
    add_emoji(actor=cast.alice, target_id=marked.pk, emoji="🎉")
    rows = reader.read(f"/api/posts/{marked.pk}/reactions").json()["results"]
    return str(cast.alice.pk) in str(rows)


def finds_person(reader: ApiClient, cast: Cast, post: int) -> bool:
    reindex(Kind.USER)
    answer = reader.read("/api/v1/users/search?q=alice")
    return str(cast.alice.pk) in answer.content.decode()


EVERYBODY = (True, True, True, True)
TABLE: list[tuple[str, Shows, tuple[bool, bool, bool, bool]]] = [
    ("", reads_profile, EVERYBODY),
    ("", reads_posts, EVERYBODY),
    ("", reads_followers, EVERYBODY),
    ("", reads_following, EVERYBODY),
    ("", reads_like, EVERYBODY),
    ("", reads_reaction, EVERYBODY),
    ("", finds_person, EVERYBODY),
    ("private_account", reads_profile, (True, True, False, False)),
    ("private_account", reads_posts, (True, True, False, False)),
    ("private_account", reads_followers, (True, True, False, False)),
    ("private_account", reads_following, (True, True, False, False)),
    ("hide_followers", reads_followers, (True, False, False, False)),
    ("hide_followers", reads_following, EVERYBODY),
    ("hide_following", reads_following, (True, False, False, False)),
    ("hide_following", reads_followers, EVERYBODY),
    ("hide_likes", reads_like, (True, False, False, False)),
    ("hide_likes", reads_reaction, (True, False, False, False)),
    ("search_opt_out", finds_person, (True, False, False, False)),
    ("search_opt_out", reads_profile, EVERYBODY),
]


@pytest.mark.parametrize(("setting", "shows", "expected"), TABLE)
def test_m70_a_setting_shows_each_reader_what_the_table_says(
    cast: Cast, setting: str, shows: Shows, expected: tuple[bool, ...]
) -> None:
    User.objects.filter(pk=cast.alice.pk).update(bio="Paints")
    post = publish_post(actor=cast.alice, content="Words of alice")
    if setting:
        answer = cast.client(cast.alice).set("/api/settings", {setting: True})
        assert answer.status_code == 200
    clients: dict[str, Any] = {
        "owner": cast.client(cast.alice),
        "follower": cast.client(cast.bob),
        "stranger": cast.client(cast.charlie),
        "anonymous": ApiClient(),
    }
    found = {name: shows(clients[name], cast, post.pk) for name in READERS}
    assert found == dict(zip(READERS, expected, strict=True))
