from accounts.actions.connections import request_connection
from accounts.models import User
from accounts.permissions import showing_profile, shows_profile
from accounts.testing import Cast


def test_m29_who_shows_a_profile_is_one_answer_for_one_person_and_for_many(cast: Cast) -> None:
    request_connection(actor=cast.charlie, target=cast.bob)
    people = list(User.objects.all())
    for is_private in (False, True):
        User.objects.update(private_account=is_private)
        for viewer in people:
            shown = showing_profile(User.objects.all(), viewer)
            one_by_one = {user for user in User.objects.all() if shows_profile(user, viewer)}
            assert set(shown) == one_by_one
    assert set(showing_profile(User.objects.all(), cast.charlie)) == {cast.charlie}
