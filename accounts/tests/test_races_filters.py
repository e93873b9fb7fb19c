"""Filters and lists that two devices change at once."""

from functools import partial
from typing import Any

import pytest

from accounts.actions import audiences, filters
from accounts.actions.filters import Wanted
from accounts.models import AudienceMember, Filter, User
from accounts.testing import UserFactory
from accounts.tests.racing import duel, race, wrongs
from socialsite.lib.errors import PreconditionFailed

pytestmark = pytest.mark.django_db(transaction=True)
TERMS = [Wanted("keyword", "rain")]
NUMBER = 10


@pytest.fixture
def alice() -> User:
    made: Any = UserFactory()
    return made


def test_b19_a_person_put_in_twice_at_once_is_in_once(alice: User) -> None:
    made = audiences.create_list(actor=alice, name="Painters")
    people: Any = UserFactory.create_batch(NUMBER)
    sides = [
        [
            partial(audiences.add_to_audience, actor=alice, audience=made, member=person)
            for person in people
        ]
        for _ in range(2)
    ]
    assert (duel(*sides), wrongs()) == ([], [])
    assert AudienceMember.objects.filter(audience=made).count() == NUMBER


def test_b19_a_person_is_put_in_a_list_that_is_deleted_at_once(alice: User) -> None:
    bob: Any = UserFactory()
    putting, deleting = [], []
    for n in range(NUMBER):
        made = audiences.create_list(actor=alice, name=str(n))
        putting.append(partial(audiences.add_to_audience, actor=alice, audience=made, member=bob))
        deleting.append(partial(audiences.delete_list, actor=alice, list_id=made.pk))
    assert (duel(putting, deleting), wrongs()) == ([], [])
    assert not AudienceMember.objects.exists()


def test_b7_of_two_devices_that_edit_one_version_one_wins(alice: User) -> None:
    kept = filters.create_filter(actor=alice, title="0", scopes=["feed"], terms=TERMS)

    def only(expected: int, version: int) -> None:
        if version != expected:
            raise PreconditionFailed("precondition_failed", "Changed.")

    edit = partial(filters.change_filter, actor=alice, filter_id=kept.pk)
    sides = [
        [partial(edit, changes={"title": title}, check=partial(only, 1))]
        for title in ("one", "other")
    ]
    assert (race(*sides), wrongs()) == ([], [])
    found = Filter.objects.get()
    assert (found.version, found.title in {"one", "other"}) == (2, True)


def test_b7_no_more_filters_than_the_limit_are_made_at_once(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filters, "MAX_FILTERS", 3)
    make = partial(filters.create_filter, actor=alice, title="A", scopes=["feed"], terms=TERMS)
    assert (race([make] * 5, [make] * 5), wrongs()) == ([], [])
    assert Filter.objects.count() == User.objects.get(pk=alice.pk).filter_count == 3
