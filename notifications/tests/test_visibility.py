import pytest
from django.db import IntegrityError, transaction

from accounts.actions import blocks, connections, follows
from accounts.models import User
from accounts.testing import Cast, UserFactory
from notifications.actions import notify_user
from notifications.models import Notification, standing
from notifications.testing import listed, types_of, unread_of
from socialsite.lib.testing.client import ApiClient


def actors_of(client: ApiClient) -> set[str]:
    return {row["actor"]["username"] for row in listed(client)}


@pytest.mark.parametrize("blocker", ["alice", "bob"])
def test_y105_b17_a_block_hides_from_list_and_count_until_it_is_taken_back(
    cast: Cast, blocker: str
) -> None:
    alice = cast.client(cast.alice)
    pair = {
        "actor": getattr(cast, blocker),
        "target": cast.bob if blocker == "alice" else cast.alice,
    }
    blocks.block_user(**pair)
    assert actors_of(alice) == {"carol"}
    assert unread_of(alice) == 2
    blocks.unblock_user(**pair)
    assert actors_of(alice) == {"bob", "carol"}
    assert unread_of(alice) == 3


@pytest.mark.parametrize("column", ["suspended_by", "deleted_at"])
def test_y44_an_actor_who_is_gone_is_hidden_and_comes_back(
    alice: ApiClient, cast: Cast, column: str
) -> None:
    gone = {"suspended_by": 1, "deleted_at": "2026-01-01T00:00:00Z"}[column]
    User.objects.filter(pk=cast.carol.pk).update(**{column: gone})
    assert actors_of(alice) == {"bob"}
    assert unread_of(alice) == 1
    User.objects.filter(pk=cast.carol.pk).update(**{column: None})
    assert actors_of(alice) == {"bob", "carol"}
    assert unread_of(alice) == 3


def test_y105_a_muted_person_is_not_heard_of(alice: ApiClient, cast: Cast) -> None:
    alice.set(f"/api/users/{cast.charlie.pk}/mute")
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    assert "charlie" not in actors_of(alice)
    assert not Notification.objects.filter(actor=cast.charlie).exists()


def test_y105_a_mute_that_ran_out_counts_no_more(cast: Cast) -> None:
    mute = {"muter": cast.alice, "muted": cast.charlie, "until": "2026-01-01T00:00:00Z"}
    cast.alice.mutes.create(**{k: v for k, v in mute.items() if k != "muter"})
    follows.follow_user(actor=cast.charlie, target=cast.alice)
    assert "charlie" in actors_of(cast.client(cast.alice))


def test_b17_nothing_is_stored_across_a_block(cast: Cast) -> None:
    pair = {"recipient_id": cast.alice.pk, "actor_id": cast.mallory.pk}
    assert notify_user(type_name="follow", **pair) is None
    assert (
        notify_user(type_name="follow", recipient_id=cast.mallory.pk, actor_id=cast.alice.pk)
        is None
    )


def test_y6_nobody_is_told_of_what_they_did_themselves(cast: Cast) -> None:
    assert notify_user(type_name="follow", recipient_id=cast.bob.pk, actor_id=cast.bob.pk) is None
    row = {"recipient": cast.bob, "actor": cast.bob, "type": "follow", "dedup_key": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Notification.objects.create(**row)


def test_y83_follow_unfollow_follow_tells_once(charlie: ApiClient, cast: Cast) -> None:
    path = f"/api/users/{cast.alice.pk}/follow"
    for _ in range(3):
        charlie.send(path)
        charlie.drop(path)
    charlie.send(path)
    assert types_of(cast.client(cast.alice), "?types=follow").count("follow") == 3
    assert Notification.objects.filter(actor=cast.charlie).count() == 1


def test_n20_a_withdrawn_request_takes_its_notification_along(cast: Cast) -> None:
    charlie, bob = cast.client(cast.charlie), cast.bob
    for _ in range(2):
        asked = connections.request_connection(actor=bob, target=cast.charlie)
        assert types_of(charlie) == ["connection_request"]
        connections.remove_connection(actor=bob, connection=asked)
        assert types_of(charlie) == []
        assert unread_of(charlie) == 0


def test_m70_a_withdrawn_request_to_follow_takes_its_notification_along(
    charlie: ApiClient, cast: Cast
) -> None:
    User.objects.filter(pk=cast.bob.pk).update(private_account=True)
    charlie.send(f"/api/users/{cast.bob.pk}/follow")
    assert "follow_request" in types_of(cast.client(cast.bob))
    charlie.drop(f"/api/users/{cast.bob.pk}/follow")
    assert "follow_request" not in types_of(cast.client(cast.bob))


def test_y44_the_compiled_condition_is_the_orms_own(cast: Cast) -> None:
    blocks.block_user(actor=cast.charlie, target=cast.alice)
    for actor in (cast.bob, cast.carol, UserFactory.create()):
        follows.follow_user(actor=actor, target=cast.moderator)
        connections.request_connection(actor=actor, target=cast.charlie)
    User.objects.filter(pk=cast.carol.pk).update(suspended_by=1)
    for viewer in (cast.alice, cast.bob, cast.charlie, cast.moderator, cast.admin):
        by_orm = Notification.objects.filter(standing(viewer), recipient=viewer)
        assert set(by_orm) == set(Notification.objects.standing_for(viewer))


def test_m22_the_account_says_how_many_are_unread(alice: ApiClient) -> None:
    assert alice.read("/api/auth/user").json()["notifications"] == {"unread": 3}
