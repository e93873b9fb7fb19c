from accounts.actions.audiences import add_to_audience, create_list
from accounts.testing import Cast
from moderation.models import PRIVATE_VERBS, AuditEntry


def test_b19_what_is_done_to_a_list_is_kept_in_the_trail_and_not_read(cast: Cast) -> None:
    made = create_list(actor=cast.alice, name="Painters")
    add_to_audience(actor=cast.alice, audience=made, member=cast.bob)
    kept = AuditEntry.objects.filter(verb__startswith="list_")
    assert set(kept.values_list("verb", flat=True)) == {"list_created", "list_member_added"}
    assert not AuditEntry.objects.visible_to(cast.moderator).filter(pk__in=kept).exists()
    assert {"filter_created", "filter_changed", "filter_deleted"} <= set(PRIVATE_VERBS)
