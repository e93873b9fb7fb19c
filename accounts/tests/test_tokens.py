import base64
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.utils import timezone

from accounts.models import RefreshToken, Session, User
from accounts.secrets import FACTOR_DUE, PASSWORD_RESET, make_access_token
from accounts.testing import PASSWORD, UserFactory
from socialsite.lib.testing.client import ApiClient, code_of

pytestmark = pytest.mark.django_db

REFRESH = "/api/auth/token/refresh"
Tokens = dict[str, Any]


@pytest.fixture
def tokens(ann: User) -> Tokens:
    answer = ApiClient().send("/api/auth/token", {"username": "ann", "password": PASSWORD})
    assert answer.status_code == 200
    return dict(answer.json())


def refresh(token: str) -> Any:
    return ApiClient().send(REFRESH, {"refresh_token": token})


def renewed(token: str) -> str:
    answer = refresh(token)
    assert answer.status_code == 200
    return str(answer.json()["refresh_token"])


def status(token: str) -> int:
    return int(ApiClient(token).read("/api/auth/user").status_code)


def test_y95_token_takes_the_login_body_and_sets_no_cookie(ann: User, api: ApiClient) -> None:
    answer = api.send("/api/auth/token", {"email": "ann@example.org", "password": PASSWORD})
    assert not answer.cookies
    assert status(answer.json()["access_token"]) == 200
    assert (answer.json()["token_type"], answer.json()["expires_in"]) == ("Bearer", 900)


def test_y95_the_access_token_names_its_sign_in_and_dies_after_15_minutes(tokens: Tokens) -> None:
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert claims["sid"] == str(Session.objects.get().pk)
    assert claims["exp"] - claims["iat"] == 900
    with time_machine.travel(timezone.now() + timedelta(minutes=14, seconds=58)):
        assert status(tokens["access_token"]) == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=2)):
        assert status(tokens["access_token"]) == 401


def test_y95_a_token_from_a_host_whose_clock_is_ahead_is_taken(tokens: Tokens) -> None:
    with time_machine.travel(timezone.now() - timedelta(seconds=3)):
        assert status(tokens["access_token"]) == 200


def test_y95_refresh_answers_a_new_pair_of_the_same_sign_in(tokens: Tokens) -> None:
    answer = refresh(tokens["refresh_token"]).json()
    assert answer["refresh_token"] != tokens["refresh_token"]
    assert status(answer["access_token"]) == 200
    assert Session.objects.count() == 1
    assert "user" not in answer


def test_y95_a_refresh_token_is_no_access_token_and_the_other_way_round(tokens: Tokens) -> None:
    assert status(tokens["refresh_token"]) == 401
    assert code_of(refresh(tokens["access_token"])) == "invalid_token"


def part(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "HS512", "HS384", "RS256", "", None])
def test_y95_another_algorithm_is_refused(tokens: Tokens, alg: str | None) -> None:
    _, claims, signature = tokens["access_token"].split(".")
    head = part({"alg": alg, "typ": "JWT"})
    assert status(f"{head}.{claims}.") == 401
    assert status(f"{head}.{claims}.{signature}") == 401


@pytest.mark.parametrize("key", ["another secret of the same length", "x" * 64])
def test_y95_a_token_signed_with_another_key_is_refused(
    tokens: Tokens, settings: Any, key: str
) -> None:
    claims = jwt.decode(tokens["access_token"], options={"verify_signature": False})
    assert status(jwt.encode(claims, key, algorithm="HS256")) == 401
    assert status(jwt.encode(claims, settings.SECRET_KEY, algorithm="HS256")) == 401


def test_y95_changed_claims_are_refused(tokens: Tokens) -> None:
    bea = UserFactory.create()
    other = Session.objects.create(user=bea, key_hash="x")
    head, claims, signature = tokens["access_token"].split(".")
    known = json.loads(base64.urlsafe_b64decode(claims + "=="))
    for change in ({"sid": str(other.pk)}, {"exp": known["exp"] + 9999}, {"sub": str(bea.pk)}):
        assert status(f"{head}.{part({**known, **change})}.{signature}") == 401


@pytest.mark.parametrize("missing", ["exp", "sid", "sub"])
def test_y95_a_token_of_ours_that_lacks_a_claim_is_refused(
    tokens: Tokens, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    encode = jwt.encode

    def forget(claims: dict[str, Any], *args: Any, **options: Any) -> str:
        return encode({k: v for k, v in claims.items() if k != missing}, *args, **options)

    monkeypatch.setattr("accounts.secrets.jwt.encode", forget)
    assert status(make_access_token(Session.objects.get())) == 401


def test_y95_a_token_of_a_sign_in_that_is_gone_is_refused(tokens: Tokens) -> None:
    Session.objects.all().delete()
    assert status(tokens["access_token"]) == 401
    assert code_of(refresh(tokens["refresh_token"])) == "invalid_token"


def test_y95_the_signed_tokens_of_mails_open_nothing_here(ann: User) -> None:
    for token in (PASSWORD_RESET.make(ann), FACTOR_DUE.make(ann)):
        assert status(token) == 401
        assert code_of(refresh(token[:200])) == "invalid_token"


def test_y95_a_key_that_was_rotated_out_is_taken_as_long_as_it_is_a_fallback(
    tokens: Tokens, settings: Any
) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 20 + "ew key of the site" + "y" * 20
    fresh = make_access_token(Session.objects.get())
    assert status(fresh) == 200
    settings.SECRET_KEY_FALLBACKS = [old]
    assert status(refresh(tokens["refresh_token"]).json()["access_token"]) == 200
    assert status(tokens["access_token"]) == 200


def test_y95_a_twin_within_30_seconds_is_taken_while_no_successor_was_used(
    tokens: Tokens,
) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        first = renewed(tokens["refresh_token"])
        clock.shift(29)
        second = renewed(tokens["refresh_token"])
        assert first != second
        assert renewed(second)
    assert Session.objects.live().exists()


def test_y95_a_used_token_that_returns_after_30_seconds_ends_the_sign_in(tokens: Tokens) -> None:
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        fresh = refresh(tokens["refresh_token"]).json()
        clock.shift(31)
        answer = refresh(tokens["refresh_token"])
        assert (answer.status_code, code_of(answer)) == (400, "invalid_token")
        assert status(fresh["access_token"]) == 401
        assert code_of(refresh(fresh["refresh_token"])) == "invalid_token"
    assert not Session.objects.live().exists()


def test_y95_a_used_token_that_returns_after_its_successor_ends_the_sign_in(
    tokens: Tokens,
) -> None:
    successor = renewed(tokens["refresh_token"])
    newest = refresh(successor).json()
    assert code_of(refresh(tokens["refresh_token"])) == "invalid_token"
    assert status(newest["access_token"]) == 401
    assert not Session.objects.live().exists()


def test_y95_of_two_twins_only_one_can_live_on(tokens: Tokens) -> None:
    owners, thiefs = renewed(tokens["refresh_token"]), renewed(tokens["refresh_token"])
    assert refresh(thiefs).status_code == 200
    assert code_of(refresh(owners)) == "invalid_token"
    assert not Session.objects.live().exists()


def test_y95_the_end_by_reuse_leaves_other_sign_ins_alone(ann: User, tokens: Tokens) -> None:
    other = ApiClient().send("/api/auth/token", {"username": "ann", "password": PASSWORD}).json()
    renewed(renewed(tokens["refresh_token"]))
    refresh(tokens["refresh_token"])
    assert status(other["access_token"]) == 200


def test_y95_refreshing_keeps_a_sign_in_from_idling_out_but_not_past_90_days(
    tokens: Tokens,
) -> None:
    token = tokens["refresh_token"]
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(9):
            clock.shift(timedelta(days=9, hours=23))
            token = renewed(token)
        clock.shift(timedelta(days=1))
        assert code_of(refresh(token)) == "invalid_token"


@pytest.mark.parametrize("token", ["", "x", "rt_", "pat_x", "x" * 201, None, 5, ["rt_x"]])
def test_y95_what_is_no_refresh_token_is_400(api: ApiClient, token: Any) -> None:
    assert api.send(REFRESH, {"refresh_token": token}).status_code == 400


def test_y95_only_hashes_of_refresh_tokens_are_stored(tokens: Tokens) -> None:
    stored = RefreshToken.objects.values_list("token_hash", flat=True)
    assert tokens["refresh_token"].startswith("rt_")
    assert all(len(row) == 64 and tokens["refresh_token"] not in row for row in stored)


def test_d11_no_route_that_gives_credentials_replays_them_by_a_key(
    ann: User, tokens: Tokens
) -> None:
    body, key = {"username": "ann", "password": PASSWORD}, "the-same-key"
    first, second = (
        ApiClient().send("/api/auth/token", body, Idempotency_Key=key).json() for _ in range(2)
    )
    assert first["refresh_token"] != second["refresh_token"]
