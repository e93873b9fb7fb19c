from collections.abc import Callable
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.actions.guests import register_guest
from accounts.actions.sessions import Origin
from accounts.models import Audience, Connection, Follow, FollowRequest, User
from accounts.testing import Cast
from notifications.models import Notification
from operations.tests.defects import CONTENT
from socialsite.lib import invariants

pytestmark = pytest.mark.django_db


def forget_a_follower(cast: Cast) -> None:
    User.objects.filter(pk=cast.bob.pk).update(follower_count=0)


def invent_followed_people(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(following_count=40)


def invent_members(cast: Cast) -> None:
    Audience.objects.create(owner=cast.alice, name="Friends", member_count=3)


def delete_a_follow_behind_the_actions(cast: Cast) -> None:
    Follow.objects.filter(follower=cast.alice).delete()


def invent_a_connection(cast: Cast) -> None:
    User.objects.filter(pk=cast.carol.pk).update(connection_count=7)


def follow_across_a_block(cast: Cast) -> None:
    Follow.objects.create(follower=cast.mallory, followed=cast.alice)


def suspend_without_cause(cast: Cast) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=cast.charlie.pk)


def notify_of_something_unknown(cast: Cast) -> None:
    Notification.objects.create(recipient=cast.alice, type="nobody_knows", actor=cast.bob)


def follow_a_guest(cast: Cast) -> None:
    guest = register_guest(username="visitor", origin=Origin("192.0.2.1")).session.user
    FollowRequest.objects.create(requester=cast.alice, target=guest)


DEFECTS: dict[str, Callable[[Cast], None]] = {
    "accounts.user.follower_count": forget_a_follower,
    "accounts.user.following_count": invent_followed_people,
    "accounts.user.connection_count": invent_a_connection,
    "accounts.audience.member_count": invent_members,
    "accounts.edges_across_blocks": follow_across_a_block,
    "accounts.guests_apart": follow_a_guest,
    "analytics.public_follows": delete_a_follow_behind_the_actions,
    "moderation.suspensions": suspend_without_cause,
    "notifications.types": notify_of_something_unknown,
    **CONTENT,
}
"""One defect for each invariant: one that nobody can break here is one that nobody has tried."""


def run(command: str, **options: bool) -> str:
    said = StringIO()
    call_command(command, stdout=said, **options)
    return said.getvalue()


def test_m44_clean_site_has_no_violation(cast: Cast) -> None:
    assert run("check_invariants") == f"{len(DEFECTS)} invariants hold.\n"


def test_m44_every_invariant_has_a_defect_that_shows_it_works() -> None:
    assert set(DEFECTS) == set(invariants.named())


@pytest.mark.parametrize("name", list(DEFECTS))
def test_m44_planted_defect_is_found(cast: Cast, name: str) -> None:
    DEFECTS[name](cast)
    assert name in {found for found, _ in invariants.violations()}


def test_m44_check_prints_each_violation_and_fails(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    invent_a_connection(cast)
    with pytest.raises(CommandError, match="1 violations") as raised:
        call_command("check_invariants")
    assert raised.value.returncode == 1
    line = f"accounts.user.connection_count: {cast.carol.pk} says 7, the rows say 1"
    assert line in capsys.readouterr().out


@pytest.mark.parametrize("edge", ["follow", "request", "connection"])
@pytest.mark.parametrize("turned", [False, True])
def test_m44_every_edge_across_a_block_is_found(cast: Cast, edge: str, turned: bool) -> None:
    one, other = (cast.mallory, cast.alice) if turned else (cast.alice, cast.mallory)
    low, high = sorted((one, other), key=lambda person: person.pk)
    if edge == "follow":
        Follow.objects.create(follower=one, followed=other)
    elif edge == "request":
        FollowRequest.objects.create(requester=one, target=other)
    else:
        Connection.objects.create(low=low, high=high, requester=one)
    names = {name for name, _ in invariants.violations()}
    assert "accounts.edges_across_blocks" in names


@pytest.mark.parametrize("counter", [c.name for c in invariants.COUNTERS])
def test_m44_recount_mends_the_counter_and_says_so(cast: Cast, counter: str) -> None:
    DEFECTS[counter](cast)
    said = run("recount")
    assert f"\n{counter}: " in f"\n{said}"
    assert not list(invariants.violations())
    assert run("recount") == "0 counters were mended.\n"


def test_m44_recount_says_what_it_would_mend_and_leaves_it(cast: Cast) -> None:
    invent_a_connection(cast)
    said = run("recount", dry_run=True)
    line = f"accounts.user.connection_count: {cast.carol.pk} says 7, the rows say 1"
    assert said == f"{line}\n1 counters are wrong.\n"
    cast.carol.refresh_from_db()
    assert cast.carol.connection_count == 7


def test_m44_recount_mends_many_at_once(cast: Cast) -> None:
    User.objects.update(follower_count=99, following_count=99, connection_count=99)
    run("recount")
    assert not list(invariants.violations())
    cast.alice.refresh_from_db()
    counters = cast.alice.follower_count, cast.alice.following_count, cast.alice.connection_count
    assert counters == (2, 2, 1)


def test_m44_counter_that_is_right_by_the_time_of_the_lock_is_left(cast: Cast) -> None:
    counter = next(c for c in invariants.COUNTERS if c.field == "connection_count")
    User.objects.filter(pk__in=[cast.alice.pk, cast.carol.pk]).update(connection_count=7)
    mending = iter(counter.mend())
    assert next(mending) == f"{cast.alice.pk} said 7, now 1"
    User.objects.filter(pk=cast.carol.pk).update(connection_count=1)
    assert list(mending) == []
