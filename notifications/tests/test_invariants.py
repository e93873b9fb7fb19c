from accounts.testing import Cast
from notifications.models import Notification
from notifications.registry import unknown_types
from socialsite.lib.invariants import violations
from socialsite.lib.testing.client import ApiClient


def test_y6_a_type_nobody_registered_is_found_and_breaks_no_list(
    alice: ApiClient, cast: Cast
) -> None:
    assert list(unknown_types()) == []
    Notification.objects.create(recipient=cast.alice, type="bygone", dedup_key="x")
    assert list(unknown_types()) == ["no app registered the type bygone"]
    assert ("notifications.types", "no app registered the type bygone") in list(violations())
    assert alice.read("/api/v1/notifications").json()["results"][0]["text"] == ""
