from functools import partial
from typing import Any

import pytest

from accounts.models import User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import ROUNDS, duel, race

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/api/users/me"


@pytest.fixture
def person(settings: Any) -> User:
    settings.RATE_LIMIT_SCALE = 1e6
    made: Any = UserFactory()
    found: User = made
    return found


def test_b23_of_two_racing_editors_exactly_one_wins(person: User) -> None:
    clients = [client_of(person) for _ in range(2)]
    statuses: list[list[int]] = [[], []]
    tags = [f'"{version}.x"' for version in range(1, ROUNDS + 1)]

    def edit(side: int, tag: str) -> None:
        answer = clients[side].set(ME, {"bio": f"editor {side}"}, If_Match=tag)
        statuses[side].append(answer.status_code)

    assert duel(*([partial(edit, side, tag) for tag in tags] for side in (0, 1))) == []
    assert [sorted(both) for both in zip(*statuses, strict=True)] == [[200, 412]] * ROUNDS
    person.refresh_from_db()
    assert person.version == ROUNDS + 1


def test_m30_edits_of_different_fields_at_once_are_both_kept(person: User) -> None:
    clients = [client_of(person) for _ in range(4)]
    fields = ["bio", "location", "headline", "first_name"]
    sides = [
        [partial(client.set, ME, {name: f"{name} {n}"}) for n in range(10)]
        for client, name in zip(clients, fields, strict=True)
    ]
    assert race(*sides) == []
    person.refresh_from_db()
    assert [getattr(person, name) for name in fields] == [f"{name} 9" for name in fields]
    assert person.version == 41
