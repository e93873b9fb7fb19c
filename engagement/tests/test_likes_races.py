from functools import partial
from typing import Any

import pytest

from accounts.actions import blocks
from accounts.models import Block, User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import ROUNDS, duel, race
from engagement.actions import bookmarks, reactions, shares, views
from engagement.models import Bookmark, BookmarkFolder, Reaction, Share, View
from engagement.tests.things import Post, publish
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


@pytest.fixture
def author() -> User:
    return UserFactory.create()


@pytest.fixture
def post(author: User) -> int:
    return publish(client_of(author))


def wrongs() -> list[str]:
    return [f"{name}: {sentence}" for name, sentence in violations()]


def counts(post: int) -> tuple[int, int]:
    found = Post.objects.get(pk=post)
    return found.like_count, found.share_count


def test_m14_t45_32_threads_like_and_unlike_over_http(post: int) -> None:
    clients = [client_of(user) for user in UserFactory.create_batch(32)]
    statuses: set[int] = set()
    path = f"/api/posts/{post}/like"

    def call(client: ApiClient, number: int) -> None:
        act = (client.set, client.drop, client.send, client.set)[number]
        statuses.add(act(path).status_code)

    failures = race(*([partial(call, client, n) for n in range(4)] for client in clients))
    assert (failures, wrongs(), statuses) == ([], [], {200})
    assert counts(post)[0] == Reaction.objects.count() == 32


def test_m36_t45_one_person_who_likes_from_32_places_likes_once(post: int) -> None:
    fan: User = UserFactory.create()
    clients = [client_of(fan) for _ in range(32)]
    answers: list[int] = []
    path = f"/api/posts/{post}/like"
    sides: Any = [[lambda c=client: answers.append(c.set(path).status_code)] for client in clients]
    assert race(*sides) == []
    assert (set(answers), Reaction.objects.count(), counts(post)[0]) == ({200}, 1, 1)


def test_m36_t45_an_even_number_of_racing_toggles_ends_where_it_began(post: int) -> None:
    toggle = partial(reactions.toggle_like, actor=UserFactory.create(), target_id=post)
    assert race(*([toggle, toggle] for _ in range(8))) == []
    assert (Reaction.objects.count(), counts(post)[0], wrongs()) == (0, 0, [])


def test_m14_t45_shares_and_unshares_of_many_end_with_what_there_is(post: int) -> None:
    sides: Any = []
    for user in UserFactory.create_batch(8):
        share = partial(shares.share_thing, actor=user, target_id=post)
        undo = partial(shares.unshare_thing, actor=user, target_id=post)
        sides += [[share, undo, share, undo], [share, share, undo, undo]]
    assert (race(*sides), wrongs()) == ([], [])
    assert counts(post)[1] == Share.objects.count()


@pytest.mark.parametrize("act", [reactions.like_thing, shares.share_thing])
def test_t8_no_like_or_share_is_made_after_a_block_that_raced_it(act: Any) -> None:
    people: Any = UserFactory.create_batch(2 * ROUNDS)
    couples = list(zip(people[:ROUNDS], people[ROUNDS:], strict=True))
    deeds, shut = [], []
    for alice, bob in couples:
        target = publish(client_of(alice))
        deeds.append(partial(act, actor=bob, target_id=target))
        shut.append(partial(blocks.block_user, actor=alice, target=bob))
    assert (duel(deeds, shut), wrongs()) == ([], [])
    model: Any = Reaction if act is reactions.like_thing else Share
    blocked = {row.blocked_id: row.created_at for row in Block.objects.all()}
    late = [row for row in model.objects.all() if row.created_at > blocked[row.user_id]]
    assert (len(blocked), late) == (ROUNDS, [])


def test_b18_t45_bookmarks_that_move_between_folders_are_counted_where_they_are(post: int) -> None:
    owner: User = UserFactory.create()
    folders = [bookmarks.create_folder(actor=owner, name=name).pk for name in "abc"]
    sides: list[Any] = [
        [
            partial(bookmarks.set_bookmark, actor=owner, target_id=post, changes={"folder_id": f})
            for f in (folders[n % 3], None, folders[(n + 1) % 3])
        ]
        for n in range(8)
    ]
    sides.append([partial(bookmarks.remove_bookmark, actor=owner, target_id=post)] * 3)
    sides.append([partial(bookmarks.delete_folder, actor=owner, folder_id=folders[2])])
    assert (race(*sides), wrongs()) == ([], [])
    assert Bookmark.objects.count() <= 1
    assert BookmarkFolder.objects.count() == 2


def test_m50_t45_batches_of_several_threads_count_each_view_once(author: User) -> None:
    posts = [publish(client_of(author)) for _ in range(3)]
    people: Any = UserFactory.create_batch(20)
    views.drop_views()
    for post in posts:
        for user in people:
            views.note_view(target_id=post, owner_id=author.pk, viewer=user, address="", program="")
    looks = views._buffer.take(100)
    sides = [[partial(views._write, looks[n:] + looks[:n])] for n in range(0, 60, 10)]
    assert race(*sides) == []
    assert View.objects.count() == 60
    assert [Post.objects.get(pk=post).view_count for post in posts] == [20] * 3
