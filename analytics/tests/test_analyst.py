import pytest

from accounts.actions.follows import follow_user
from accounts.models import User
from accounts.testing import Cast, UserFactory, client_of
from notifications.models import Notification

pytestmark = pytest.mark.django_db


def test_t1_analyst_is_shown_and_told_no_more_of_people_than_others(cast: Cast) -> None:
    analyst = UserFactory.create(role=User.Role.ANALYST)
    follow_user(actor=cast.bob, target=cast.charlie)
    follow_user(actor=cast.charlie, target=analyst)
    User.objects.filter(pk=cast.charlie.pk).update(suspended_by=1)
    seen = client_of(analyst).read(f"/api/users/{cast.bob.pk}").json()["recent_activity"]
    assert [row["object"]["username"] for row in seen] == ["alice"]
    assert Notification.objects.filter(recipient=analyst).count() == 1
    assert client_of(analyst).read("/api/v1/notifications").json()["results"] == []
