"""A list that is deleted while somebody publishes for it."""

from functools import partial
from typing import Any

import pytest

from accounts.actions import audiences
from accounts.testing import UserFactory
from accounts.tests.racing import duel, wrongs
from posts.actions.publish import publish_post
from posts.models import Post

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = 10


def test_b19_a_post_for_a_list_that_is_deleted_at_once_is_its_authors() -> None:
    alice: Any = UserFactory()
    member: Any = UserFactory()
    publishing, deleting = [], []
    for n in range(NUMBER):
        made = audiences.create_list(actor=alice, name=str(n))
        audiences.add_to_audience(actor=alice, audience=made, member=member)
        fields = {"content": f"Words {n}", "visibility": "list", "list_id": made.pk}
        publishing.append(partial(publish_post, actor=alice, **fields))
        deleting.append(partial(audiences.delete_list, actor=alice, list_id=made.pk))
    assert (duel(publishing, deleting), wrongs()) == ([], [])
    assert not Post.objects.visible_to(member).exists()
    assert not Post.objects.filter(audience__isnull=False).exists()
