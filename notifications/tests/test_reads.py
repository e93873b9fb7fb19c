from accounts.actions import blocks, connections, follows
from accounts.models import User
from accounts.testing import Cast, UserFactory
from notifications.models import Notification
from notifications.reads import page_of
from notifications.serializers.notifications import NotificationAnswer


def test_y41_the_compiled_page_is_the_orms_own(cast: Cast) -> None:
    blocks.block_user(actor=cast.charlie, target=cast.alice)
    for actor in (cast.bob, cast.carol, *UserFactory.create_batch(3)):
        follows.follow_user(actor=actor, target=cast.moderator)
        connections.request_connection(actor=actor, target=cast.charlie)
    User.objects.filter(pk=cast.carol.pk).update(suspended_by=1, private_account=True)
    Notification.objects.create(recipient=cast.alice, type="password_changed", dedup_key="x")
    newest = Notification.objects.order_by("-pk").values_list("pk", flat=True)[3]
    for viewer in (cast.alice, cast.bob, cast.charlie, cast.moderator, cast.admin):
        for unread in (False, True):
            rows = Notification.objects.visible_to(viewer).matching(unread=unread).for_api(viewer)
            fetch = page_of(viewer, unread=unread)
            assert rendered(fetch(None, True, 5)) == rendered(rows.order_by("-id")[:5])
            below, above = rows.filter(pk__lt=newest), rows.filter(pk__gt=newest)
            assert rendered(fetch(newest, True, 3)) == rendered(below.order_by("-id")[:3])
            assert rendered(fetch(newest, False, 3)) == rendered(above.order_by("id")[:3])


def rendered(rows: object) -> object:
    return NotificationAnswer(rows, many=True).data
