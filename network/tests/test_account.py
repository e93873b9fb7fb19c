from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions.connections import request_connection
from accounts.models import Follow, User
from accounts.testing import PASSWORD, Cast, UserFactory
from notifications.models import Notification
from socialsite.lib.testing.client import ApiClient, code_of

WHOLE = {
    "first_name": "Ada", "last_name": "Byron", "headline": "Analyst", "industry": "technology",
    "location": "London", "bio": "Numbers.", "avatar_url": "https://example.org/a.png",
}  # fmt: skip
BODY = {"username": "dora", "email": "dora@example.org", "password": PASSWORD}


@pytest.mark.django_db
def test_n12_registration_initialises_the_professional_profile(api: ApiClient) -> None:
    sent = {
        "first_name": "Dora", "last_name": "Diaz", "industry": "finance", "location": "Lund",
        "headline": "Cook",
    }  # fmt: skip
    answer = api.send("/api/auth/register", {**BODY, **sent})
    stored = User.objects.filter(username="dora").values(*sent).get()
    assert answer.status_code == 201
    assert stored == sent
    assert answer.json()["profile"] == {"completion": 71, "missing": ["bio", "avatar_url"]}


@pytest.mark.django_db
def test_n12_an_industry_that_is_not_on_the_list_is_refused(api: ApiClient) -> None:
    answer = api.send("/api/auth/register", {**BODY, "industry": "magic"})
    assert (answer.status_code, code_of(answer)) == (400, "invalid_choice")
    assert not User.objects.exists()


@pytest.mark.django_db
def test_n13_a_sign_in_answers_the_network_status(cast: Cast, api: ApiClient) -> None:
    dora = UserFactory.create(username="dora", password=PASSWORD)
    request_connection(actor=cast.bob, target=dora)
    request_connection(actor=cast.carol, target=dora)
    request_connection(actor=dora, target=cast.charlie)
    answer = api.send("/api/auth/login", {"username": "dora", "password": PASSWORD})
    unread = Notification.objects.filter(recipient=dora, read_at__isnull=True).count()
    assert unread > 0
    network = {"connections": 0, "pending_in": 2, "pending_out": 1, "unread": unread}
    assert answer.json()["network"] == network


def test_n14_signing_out_is_the_last_thing_a_person_did(
    cast: Cast, charlie: ApiClient, time_machine: Any
) -> None:
    moment = timezone.now().replace(microsecond=0) + timedelta(minutes=3)
    time_machine.move_to(moment, tick=False)
    assert charlie.send("/api/auth/logout").status_code == 204
    cast.charlie.refresh_from_db()
    assert cast.charlie.last_active_at == moment
    assert charlie.read("/api/auth/user").status_code == 401


def test_n15_the_current_person_has_the_network_counts(cast: Cast, alice: ApiClient) -> None:
    request_connection(actor=cast.bob, target=cast.alice)
    network = alice.read("/api/auth/user").json()["network"]
    assert (network["connections"], network["pending_in"], network["pending_out"]) == (1, 1, 0)


def test_n15_profile_completion_is_a_percentage_with_what_is_missing(
    cast: Cast, alice: ApiClient
) -> None:
    empty = alice.read("/api/auth/user").json()["profile"]
    assert empty == {"completion": 0, "missing": list(WHOLE)}
    alice.set("/api/v1/users/me", {name: WHOLE[name] for name in ("bio", "headline", "industry")})
    some = alice.read("/api/auth/user").json()["profile"]
    assert some["completion"] == 42
    assert some["missing"] == ["first_name", "last_name", "location", "avatar_url"]
    alice.set("/api/v1/users/me", WHOLE)
    assert alice.read("/api/auth/user").json()["profile"] == {"completion": 100, "missing": []}


def test_m22_the_three_counts_equal_the_rows(cast: Cast, alice: ApiClient) -> None:
    stats = alice.read("/api/auth/user").json()["stats"]
    assert stats == {
        "posts": 0,
        "followers": Follow.objects.filter(followed=cast.alice).count(),
        "following": Follow.objects.filter(follower=cast.alice).count(),
    }
    assert stats["followers"] > 0


def test_m22_the_current_person_is_for_the_signed_in(api: ApiClient) -> None:
    answer = api.read("/api/auth/user")
    assert (answer.status_code, code_of(answer)) == (401, "not_authenticated")


def test_n15_the_account_costs_the_same_for_any_number_of_connections(
    cast: Cast, alice: ApiClient, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(4):
        alice.read("/api/auth/user")
    for _ in range(5):
        request_connection(actor=UserFactory.create(), target=cast.alice)
    with django_assert_num_queries(4):
        alice.read("/api/auth/user")
