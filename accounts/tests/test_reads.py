from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import reads
from accounts.actions.follows import follow_user
from accounts.models import (
    Anonymous,
    ApiToken,
    Connection,
    Follow,
    Mute,
    Session,
    User,
    may_know_of,
)
from accounts.secrets import hash_secret
from accounts.testing import Cast, UserFactory, client_of, token_client_of

pytestmark = pytest.mark.django_db


def test_the_compiled_page_equals_the_orms_for_every_pair_of_people(cast: Cast) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=1)
    User.objects.filter(pk=cast.bob.pk).update(deleted_at=timezone.now())
    people = list(User.objects.all())
    for viewer in (Anonymous(), *people):
        for person in people:
            expected = User.objects.visible_to(viewer).filter(pk=person.pk).first()
            found = reads.find_visible_user(person.pk, viewer)
            assert (found and found.__dict__ | {"_state": 0}) == (
                expected and expected.__dict__ | {"_state": 0}
            )


def test_the_condition_on_a_joined_person_equals_the_rule(cast: Cast) -> None:
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=1)
    User.objects.filter(pk=cast.bob.pk).update(deleted_at=timezone.now())
    people, stranger = list(User.objects.all()), UserFactory.create()
    Mute.objects.bulk_create([Mute(muter=one, muted=stranger) for one in people])
    for viewer in (Anonymous(), *people):
        found = Mute.objects.filter(may_know_of("muter", viewer)).values_list("muter", flat=True)
        expected = User.objects.visible_to(viewer).exclude(pk=stranger.pk)
        assert set(found) == set(expected.values_list("pk", flat=True))


def test_b15_the_compiled_personal_token_equals_the_orms(cast: Cast) -> None:
    token_client_of(cast.alice, "read", "chat")
    expected = ApiToken.objects.select_related("user").get()
    for found in (reads.find_token(expected.pk), reads.find_token_by_hash(expected.token_hash)):
        assert found is not None
        assert found.user.__dict__ | {"_state": 0} == expected.user.__dict__ | {"_state": 0}
        assert (found, found.scopes) == (expected, ["read", "chat"])
        assert (found.created_at, found.expires_at) == (expected.created_at, None)
    ended = timezone.now() - timedelta(seconds=1)
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(hours=1))
    assert reads.find_token(expected.pk) == expected
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert reads.find_token(expected.pk) is None
    for columns in ({"expires_at": ended}, {"expires_at": None, "revoked_at": ended}):
        ApiToken.objects.update(**columns)
        assert reads.find_token(expected.pk) is None
        assert reads.find_token_by_hash(expected.token_hash) is None


def test_the_compiled_sign_in_equals_the_orms(cast: Cast) -> None:
    client_of(cast.alice)
    expected = Session.objects.live().select_related("user").get(user=cast.alice)
    found = reads.find_session(expected.pk)
    assert found is not None
    assert found.user.__dict__ | {"_state": 0} == expected.user.__dict__ | {"_state": 0}
    assert (found.created_at, found.address) == (expected.created_at, expected.address)
    assert reads.find_session_by_cookie(expected.key_hash) == expected
    assert reads.find_session_by_cookie(hash_secret("another")) is None


@pytest.mark.parametrize(
    "change",
    [
        {"ended_at": timezone.now()},
        {"last_used_at": timezone.now() - Session.IDLE - timedelta(seconds=1)},
        {"created_at": timezone.now() - Session.GREATEST_AGE - timedelta(seconds=1)},
    ],
)
def test_the_compiled_sign_in_ends_when_the_orms_does(
    cast: Cast, change: dict[str, object]
) -> None:
    client_of(cast.alice)
    Session.objects.filter(user=cast.alice).update(**change)
    session = Session.objects.get(user=cast.alice)
    assert not Session.objects.live().filter(pk=session.pk).exists()
    assert reads.find_session(session.pk) is None


def test_a_read_is_the_same_when_its_statements_are_watched(cast: Cast) -> None:
    client_of(cast.alice)
    session = Session.objects.get(user=cast.alice)
    quick = reads.find_session(session.pk)
    with CaptureQueriesContext(connection) as watched:
        plain = reads.find_session(session.pk)
    assert quick is not None
    assert plain is not None
    assert len(watched) == 1
    assert quick.user.__dict__ | {"_state": 0} == plain.user.__dict__ | {"_state": 0}


def test_a_quick_instance_can_be_changed_like_any_other(cast: Cast) -> None:
    found = reads.find_visible_user(cast.alice.pk, cast.bob)
    assert found is not None
    assert not found.get_deferred_fields()
    found.bio = "new"
    found.save(update_fields=["bio"])
    assert User.objects.get(pk=cast.alice.pk).bio == "new"


def test_the_compiled_edges_equal_the_orms_for_every_pair_of_people(cast: Cast) -> None:
    people = [user.pk for user in User.objects.all()]
    for one in people:
        for other in people:
            followed = Follow.objects.filter(follower=one, followed=other).exists()
            connected = Connection.objects.between(one, other).accepted().exists()
            assert reads.follows(one, other) == followed
            assert reads.are_connected(one, other) == connected
    assert reads.follows(cast.alice.pk, cast.bob.pk)
    assert reads.are_connected(cast.alice.pk, cast.carol.pk)


@pytest.mark.parametrize("which", ["followers_of", "followed_by"])
@pytest.mark.parametrize("descending", [True, False])
def test_prepared_pages_of_edges_are_those_of_the_orm_for_every_viewer(
    cast: Cast, which: reads.EdgeList, *, descending: bool
) -> None:
    for person in (cast.bob, cast.carol, cast.charlie, cast.moderator):
        for one, other in ((person, cast.alice), (cast.alice, person)):
            follow_user(actor=one, target=other)
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=1)
    for viewer in (cast.alice, cast.mallory, cast.moderator, Anonymous()):
        seen = getattr(User.objects.visible_to(viewer), which)(cast.alice)
        expected = list(seen.order_by("-edge" if descending else "edge"))
        fetch, found, position = reads.page_of_edges(which, cast.alice, viewer), [], None
        while page := fetch(position, descending, 2):
            found += page
            position = page[-1].edge  # type: ignore[attr-defined]
        assert [(row.pk, row.edge, row.username) for row in found] == [  # type: ignore[attr-defined]
            (row.pk, row.edge, row.username) for row in expected
        ]
