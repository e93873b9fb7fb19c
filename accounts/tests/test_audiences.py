import pytest

from accounts.actions import audiences, blocks
from accounts.models import Anonymous, Audience, AudienceMember
from accounts.testing import Cast
from socialsite.lib.errors import Forbidden, Invalid, NotFound
from socialsite.lib.invariants import violations


@pytest.fixture
def friends(cast: Cast) -> Audience:
    """Alice's list with bob in it."""
    made = audiences.create_audience(actor=cast.alice, name="Friends")
    audiences.add_to_audience(actor=cast.alice, audience=made, member=cast.bob)
    return made


def size(audience: Audience) -> int:
    return Audience.objects.get(pk=audience.pk).member_count


def test_adding_and_removing_twice_counts_once(cast: Cast, friends: Audience) -> None:
    audiences.add_to_audience(actor=cast.alice, audience=friends, member=cast.bob)
    assert size(friends) == 1
    for _ in range(2):
        audiences.remove_from_audience(actor=cast.alice, audience=friends, member=cast.bob)
    assert (size(friends), list(violations())) == (0, [])


def test_only_its_owner_sees_or_changes_an_audience(cast: Cast, friends: Audience) -> None:
    for other in (cast.bob, cast.moderator, Anonymous()):
        assert not Audience.objects.visible_to(other).exists()
    with pytest.raises(NotFound):
        audiences.add_to_audience(actor=cast.bob, audience=friends, member=cast.carol)
    with pytest.raises(NotFound):
        audiences.remove_from_audience(actor=cast.carol, audience=friends, member=cast.bob)
    assert size(friends) == 1


def test_nobody_across_a_block_and_not_oneself(cast: Cast, friends: Audience) -> None:
    with pytest.raises(Forbidden):
        audiences.add_to_audience(actor=cast.alice, audience=friends, member=cast.mallory)
    with pytest.raises(Invalid):
        audiences.add_to_audience(actor=cast.alice, audience=friends, member=cast.alice)


def test_y105_a_block_takes_each_out_of_the_others_audiences(cast: Cast, friends: Audience) -> None:
    back = audiences.create_audience(actor=cast.bob, name="Painters")
    audiences.add_to_audience(actor=cast.bob, audience=back, member=cast.alice)
    blocks.block_user(actor=cast.bob, target=cast.alice)
    assert (size(friends), size(back), AudienceMember.objects.count()) == (0, 0, 0)


def test_a_drifted_member_count_is_found(friends: Audience) -> None:
    Audience.objects.update(member_count=5)
    assert [name for name, _ in violations()] == ["accounts.audience.member_count"]
