from functools import partial
from typing import Any

import pytest

from accounts.actions import blocks
from accounts.models import Block, User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import ROUNDS, duel, race
from engagement.actions.emoji import MAX_EMOJI, MAX_OWN, add_emoji, remove_emoji
from engagement.models import Reaction
from engagement.tests.things import Post, publish
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)
MANY = [chr(code) for code in range(0x1F600, 0x1F600 + 2 * MAX_EMOJI)]
PARTY = "🎉"


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


@pytest.fixture
def post() -> int:
    return publish(client_of(UserFactory.create()))


def wrongs() -> list[str]:
    return [f"{name}: {sentence}" for name, sentence in violations()]


def counts(post: int) -> dict[str, int]:
    rows = Post.objects.values_list("reaction_counts", flat=True).get(pk=post)
    return {row["emoji"]: row["count"] for row in rows}


def test_b27_t45_the_same_emoji_of_one_person_from_32_places_is_one(post: int) -> None:
    fan: User = UserFactory.create()
    clients = [client_of(fan) for _ in range(32)]
    answers: list[int] = []

    def call(client: ApiClient) -> None:
        sent = client.send(f"/api/posts/{post}/reactions", {"emoji": PARTY})
        answers.append(sent.status_code)

    assert race(*([partial(call, client)] for client in clients)) == []
    assert sorted(answers) == [200] * 31 + [201]
    assert (Reaction.objects.count(), counts(post), wrongs()) == (1, {PARTY: 1}, [])


def test_b27_t45_many_who_put_and_take_end_with_what_there_is(post: int) -> None:
    sides: Any = []
    for number, user in enumerate(UserFactory.create_batch(12)):
        mine = MANY[number % 3 : number % 3 + 2]
        put = [partial(add_emoji, actor=user, target_id=post, emoji=emoji) for emoji in mine]
        take = [partial(remove_emoji, actor=user, target_id=post, emoji=emoji) for emoji in mine]
        sides.append([*put, take[0], *put, *take, put[0]])
    assert (race(*sides), wrongs()) == ([], [])
    assert counts(post) == dict.fromkeys(MANY[:3], 4)


def test_b27_t45_no_race_puts_more_different_ones_on_a_post_than_it_takes(post: int) -> None:
    people: list[User] = UserFactory.create_batch(12)
    sides = [
        [
            partial(add_emoji, actor=user, target_id=post, emoji=emoji)
            for emoji in MANY[number * MAX_OWN : (number + 1) * MAX_OWN]
        ]
        for number, user in enumerate(people)
    ]
    assert (race(*sides), wrongs()) == ([], [])
    assert len(counts(post)) == MAX_EMOJI


def test_b27_t45_no_race_lets_one_person_put_more_than_five(post: int) -> None:
    fan: User = UserFactory.create()
    sides = [[partial(add_emoji, actor=fan, target_id=post, emoji=emoji)] for emoji in MANY[:16]]
    assert (race(*sides), wrongs()) == ([], [])
    assert Reaction.objects.count() == len(counts(post)) == MAX_OWN


def test_b27_t8_no_emoji_is_put_after_a_block_that_raced_it() -> None:
    people: Any = UserFactory.create_batch(2 * ROUNDS)
    deeds, shut = [], []
    for alice, bob in zip(people[:ROUNDS], people[ROUNDS:], strict=True):
        target = publish(client_of(alice))
        deeds.append(partial(add_emoji, actor=bob, target_id=target, emoji=PARTY))
        shut.append(partial(blocks.block_user, actor=alice, target=bob))
    assert (duel(deeds, shut), wrongs()) == ([], [])
    blocked = {row.blocked_id: row.created_at for row in Block.objects.all()}
    late = [row for row in Reaction.objects.all() if row.created_at > blocked[row.user_id]]
    assert (len(blocked), late) == (ROUNDS, [])
