import random
import time
from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.actions import audiences, blocks, connections, follows, profiles
from accounts.actions.versions import any_version
from accounts.models import Block, Connection, Follow, FollowRequest, User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import ROUNDS, Act, duel, race, wrongs
from socialsite.lib.errors import AppError

pytestmark = pytest.mark.django_db(transaction=True)

MIXED_CALLS, MIXED_THREADS = 5_000, 16


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def pairs(number: int = ROUNDS) -> list[tuple[User, User]]:
    people: Any = UserFactory.create_batch(2 * number)
    return list(zip(people[:number], people[number:], strict=True))


@pytest.mark.parametrize("act", [follows.follow_user, connections.request_connection])
def test_t8_y105_no_edge_outlives_a_block_that_raced_it(act: Any) -> None:
    couples = pairs()
    contacts = [partial(act, actor=bob, target=alice) for alice, bob in couples]
    shut = [partial(blocks.block_user, actor=alice, target=bob) for alice, bob in couples]
    assert (duel(contacts, shut), wrongs()) == ([], [])
    assert Block.objects.count() == ROUNDS


def test_t8_a_block_beats_an_accept_that_raced_it() -> None:
    accepts, shut = [], []
    for alice, bob in pairs():
        asked = connections.request_connection(actor=bob, target=alice)
        accepts.append(partial(connections.accept_connection, actor=alice, connection=asked))
        shut.append(partial(blocks.block_user, actor=bob, target=alice))
    assert (duel(accepts, shut), wrongs()) == ([], [])
    assert not Connection.objects.exists()


def test_t8_m70_nobody_slips_into_an_account_while_it_turns_private() -> None:
    couples = pairs()
    hide: dict[str, Any] = {"changes": {"private_account": True}, "check": any_version}
    contacts = [partial(follows.follow_user, actor=bob, target=alice) for alice, bob in couples]
    turns = [partial(profiles.change_settings, actor=alice, **hide) for alice, _ in couples]
    assert (duel(contacts, turns), wrongs()) == ([], [])
    assert Follow.objects.count() + FollowRequest.objects.count() == ROUNDS


def test_m70_a_request_that_is_accepted_and_withdrawn_at_once_is_one_of_the_two() -> None:
    accepts, withdrawals = [], []
    for alice, bob in pairs():
        User.objects.filter(pk=alice.pk).update(private_account=True)
        follows.follow_user(actor=bob, target=alice)
        accepts.append(partial(follows.accept_follow_request, actor=alice, requester=bob))
        withdrawals.append(partial(follows.unfollow_user, actor=bob, target=alice))
    assert (duel(accepts, withdrawals), wrongs()) == ([], [])
    assert not Follow.objects.exists()
    assert not FollowRequest.objects.exists()


def test_m15_m32_t45_32_threads_follow_and_unfollow_one_person_over_http() -> None:
    [(target, _)] = pairs(1)
    path = f"/api/users/{target.pk}/follow"
    clients = [client_of(user) for user in UserFactory.create_batch(32)]
    statuses: list[int] = []

    def call(client: Any, number: int) -> None:
        answer = client.drop(path) if number % 3 == 1 else client.send(path)
        statuses.append(answer.status_code)

    failures = race(*([partial(call, client, n) for n in range(4)] for client in clients))
    assert (failures, wrongs(), set(statuses)) == ([], [], {200})
    target.refresh_from_db()
    assert target.follower_count == Follow.objects.count() == 32


def test_m32_t45_one_person_who_follows_from_32_places_follows_once() -> None:
    [(alice, bob)] = pairs(1)
    clients = [client_of(alice) for _ in range(32)]
    path = f"/api/users/{bob.pk}/follow"
    answers: list[int] = []
    sides = [[lambda c=client: answers.append(c.send(path).status_code)] for client in clients]
    assert race(*sides) == []
    assert (set(answers), Follow.objects.count(), wrongs()) == ({200}, 1, [])


def test_m32_an_even_number_of_racing_toggles_ends_where_it_began() -> None:
    [(alice, bob)] = pairs(1)
    toggle: Act = partial(follows.toggle_follow, actor=alice, target=bob)
    assert race(*([toggle, toggle] for _ in range(8))) == []
    assert (Follow.objects.count(), wrongs()) == (0, [])


def test_n20_crossing_requests_become_one_accepted_connection() -> None:
    couples = pairs()
    ask = connections.request_connection
    there = [partial(ask, actor=alice, target=bob) for alice, bob in couples]
    back = [partial(ask, actor=bob, target=alice) for alice, bob in couples]
    assert (duel(there, back), wrongs()) == ([], [])
    assert Connection.objects.accepted().count() == Connection.objects.count() == ROUNDS


def test_y105_a_removal_that_races_a_block_lowers_the_counter_once() -> None:
    removals, shut = [], []
    for alice, bob in pairs():
        friends = audiences.create_audience(actor=alice, name="Friends")
        audiences.add_to_audience(actor=alice, audience=friends, member=bob)
        remove = partial(audiences.remove_from_audience, actor=alice, audience=friends, member=bob)
        removals.append(remove)
        shut.append(partial(blocks.block_user, actor=alice, target=bob))
    assert (duel(removals, shut), wrongs()) == ([], [])


def test_m32_a_mute_and_a_follow_the_other_way_do_not_wait_for_each_other() -> None:
    couples = pairs()
    follow = [partial(follows.follow_user, actor=alice, target=bob) for alice, bob in couples]
    mute = [partial(blocks.mute_user, actor=bob, target=alice) for alice, bob in couples]
    assert (duel(follow, mute), wrongs()) == ([], [])


def mixed_acts(seed: int, people: list[User], number: int) -> list[Act]:
    """Return what one thread of the great race does."""
    dice = random.Random(seed)
    acts: list[Any] = (
        [follows.follow_user] * 5 + [follows.unfollow_user] * 2 + [follows.toggle_follow]
    )
    acts += [connections.request_connection] * 3 + [blocks.block_user, blocks.unblock_user]
    acts += [drop_follower, blocks.mute_user, blocks.unmute_user, answer_or_end]
    found: list[Act] = []
    for _ in range(number):
        actor, target = dice.sample(people, 2)
        found.append(partial(dice.choice(acts), actor=actor, target=target))
    return found


def drop_follower(*, actor: User, target: User) -> None:
    follows.remove_follower(actor=actor, follower=target)


def answer_or_end(*, actor: User, target: User) -> None:
    """Answer a request, or end the connection."""
    live = Connection.objects.between(actor.pk, target.pk).live().select_related("low", "high")
    found = live.first()
    if found is None:
        return
    try:
        connections.accept_connection(actor=actor, connection=found)
    except AppError:
        connections.remove_connection(actor=actor, connection=found)


def test_m15_t8_t45_5000_racing_follows_connects_and_blocks_leave_no_drift() -> None:
    people = UserFactory.create_batch(12)
    User.objects.filter(pk__in=[person.pk for person in people[:3]]).update(private_account=True)
    share = MIXED_CALLS // MIXED_THREADS + 1
    sides = [mixed_acts(seed, people, share) for seed in range(MIXED_THREADS)]
    started = time.monotonic()
    failures = race(*sides)
    assert (failures, wrongs()) == ([], [])
    assert time.monotonic() - started < 40, connection.vendor
    assert Follow.objects.exists()
    assert Block.objects.exists()
