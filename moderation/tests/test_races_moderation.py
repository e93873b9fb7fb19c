from functools import partial
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from accounts.testing import UserFactory, client_of
from accounts.tests.racing import duel, wrongs
from moderation.actions import keep_keyword, report_thing
from moderation.models import Action, Case, Report
from moderation.tests.things import act, again, report, review, write
from socialsite.lib.testing.client import ApiClient

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12


@pytest.fixture(autouse=True)
def no_limits(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6


def staff(number: int) -> list[ApiClient]:
    made: Any = UserFactory.create_batch(number, role=User.Role.MODERATOR)
    return [client_of(user) for user in made]


def things(number: int = ROUNDS) -> list[Any]:
    """Return posts, each by a person of its own."""
    made: Any = UserFactory.create_batch(number)
    return [write(author) for author in made]


def test_t8_b11_two_moderators_decide_a_case_once() -> None:
    one, other = staff(2)
    reporter: User = UserFactory.create()
    made = things()
    for thing in made:
        report_thing(actor=reporter, target_id=thing.pk, reason="spam")
    hides = [partial(review, one, thing, "hide", "warn") for thing in made]
    removes = [partial(review, other, thing, "delete", "warn") for thing in made]
    assert (duel(hides, removes), wrongs()) == ([], [])
    assert Case.objects.filter(closed_at__isnull=False).count() == ROUNDS
    assert Action.objects.count() == 2 * ROUNDS
    assert all((row.hidden_by is None) != (row.removed_by is None) for row in map(again, made))


def test_t8_m71_reports_at_once_share_a_case() -> None:
    made, people = things(), [client_of(UserFactory.create()) for _ in range(2)]
    sides = [[partial(report, client, thing) for thing in made] for client in (*people, people[0])]
    assert (duel(*sides), wrongs()) == ([], [])
    assert Report.objects.count() == 2 * ROUNDS
    assert list(Case.objects.values_list("report_count", flat=True)) == [2] * ROUNDS


def test_t8_b11_hides_holds_and_undos_leave_what_is_live() -> None:
    keeper: User = UserFactory.create(role=User.Role.ADMIN)
    keep_keyword(actor=keeper, phrase="pills", score=0.7)
    one, other = staff(2)
    made = things()
    hides = [partial(hide_and_undo, one, thing) for thing in made]
    again_hides = [partial(act, other, thing, "hide") for thing in made]
    holds = [partial(turn_to_spam, client_of(thing.author), thing) for thing in made]
    assert (duel(hides, again_hides, holds), wrongs()) == ([], [])
    assert Action.objects.live().filter(kind="hold").count() == ROUNDS
    connection.close()


def hide_and_undo(client: ApiClient, thing: Any) -> None:
    answer = act(client, thing, "hide")
    if answer.status_code == 201:
        client.send(f"/api/v1/moderation/actions/{answer.json()['id']}/undo")


def turn_to_spam(client: ApiClient, thing: Any) -> None:
    answer = client.set(f"/api/posts/{thing.pk}", {"content": "Cheap pills."})
    assert answer.status_code == 200, answer.content
