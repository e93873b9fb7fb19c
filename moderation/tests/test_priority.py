from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from accounts.testing import Cast, UserFactory
from moderation.actions import report_thing
from moderation.models import Case, Reason, Report
from moderation.priority import SEVERITY, credibilities, gravest, weigh
from moderation.tests.things import write


def person(**fields: Any) -> User:
    made: User = UserFactory.create(**fields)
    return made


def with_history(acted: int, dismissed: int) -> User:
    """Return a person so many of whose reports were acted on and dismissed."""
    user, case = person(), Case.objects.create(target_id=person().pk, reason="spam")
    outcomes = ["acted"] * acted + ["dismissed"] * dismissed
    Report.objects.bulk_create(
        Report(case=case, reporter=user, target_id=n, reason="spam", outcome=outcome)
        for n, outcome in enumerate(outcomes)
    )
    return user


def priority(owner: User, *reports: tuple[User, str]) -> int:
    thing = write(owner)
    for reporter, reason in reports:
        report_thing(actor=reporter, target_id=thing.pk, reason=reason)
    return Case.objects.get(target_id=thing.pk).priority


def test_y97_every_reason_has_a_severity() -> None:
    assert set(SEVERITY) == set(Reason.values)
    assert gravest("spam", "illegal", "other") == "illegal"
    assert max(SEVERITY.values()) == 50


def test_y97_a_graver_reason_raises_the_priority(cast: Cast) -> None:
    beginner = person()
    found = [priority(cast.bob, (beginner, reason)) for reason in ("other", "nudity", "self_harm")]
    assert found == sorted(set(found))


def test_y97_the_word_of_credible_people_weighs_more(cast: Cast) -> None:
    crying, beginner, credible = with_history(0, 10), person(), with_history(10, 0)
    found = [priority(cast.bob, (who, "spam")) for who in (crying, beginner, credible)]
    assert found == sorted(set(found))


def test_y97_reach_raises_the_priority(cast: Cast) -> None:
    found = []
    for followers in (0, 1000, 1_000_000, 100_000_000):
        User.objects.filter(pk=cast.bob.pk).update(follower_count=followers)
        found.append(priority(cast.bob, (person(), "spam")))
    assert found[:3] == sorted(set(found[:3]))
    assert found[2] == found[3]


def test_y97_more_reporters_raise_it_less_and_less(cast: Cast) -> None:
    thing, found = write(cast.bob), []
    for _ in range(12):
        report_thing(actor=person(), target_id=thing.pk, reason="spam")
        found.append(Case.objects.get().priority)
    assert found == sorted(found)
    assert found[1] - found[0] > found[11] - found[10]


def test_y97_the_gravest_reason_and_the_number_stand_on_the_case(cast: Cast) -> None:
    priority(cast.bob, (person(), "spam"), (person(), "hate"), (person(), "other"))
    case = Case.objects.get()
    assert (case.reason, case.report_count, case.version) == ("hate", 3, 4)


@pytest.mark.parametrize(
    ("acted", "dismissed", "credibility"), [(0, 0, 0.5), (8, 0, 0.9), (0, 8, 0.1), (4, 4, 0.5)]
)
def test_y97_credibility_is_the_share_that_was_acted_on(
    cast: Cast, acted: int, dismissed: int, credibility: float
) -> None:
    thing = write(cast.bob)
    report_thing(actor=with_history(acted, dismissed), target_id=thing.pk, reason="spam")
    assert credibilities(Report.objects.filter(target_id=thing.pk)) == [credibility]


@given(st.lists(st.floats(0, 1), max_size=2000), st.integers(0, 10**10))
def test_y97_a_crowd_alone_never_reaches_the_top(weights: list[float], audience: int) -> None:
    found = weigh("spam", weights, audience)
    assert 0 <= found <= SEVERITY["spam"] + 30 + 20
    assert weigh("illegal", [], 0) >= SEVERITY["illegal"]
