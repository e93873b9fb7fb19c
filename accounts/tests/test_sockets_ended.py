"""What ends a sign-in ends its sockets: within two seconds, with 4409, and nothing is sent after."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import staff
from accounts.models import ApiToken, RefreshToken, Session, User
from accounts.secrets import PASSWORD_RESET
from accounts.testing import PASSWORD, Cast, UserFactory, client_of, token_client_of
from socialsite.lib.realtime import signals
from socialsite.lib.testing.client import ApiClient
from socialsite.lib.testing.sockets import LiveSite, SocketClient

REVOKED = 4409
WITHIN_S = 2.0


@pytest.fixture
def ann(transactional_db: None) -> User:
    return UserFactory.create(username="ann", password=PASSWORD)


def sign_in(name: str = "ann") -> dict[str, Any]:
    body = {"username": name, "password": PASSWORD}
    return dict(ApiClient().send("/api/auth/token", body).json())


@contextmanager
def closing(*sockets: SocketClient) -> Iterator[None]:
    """What is done inside has to close these sockets in time."""
    yield
    began = time.monotonic()
    for ws in sockets:
        assert ws.wait_closed(WITHIN_S) == REVOKED
    assert time.monotonic() - began < WITHIN_S


def end_by_logout(tokens: dict[str, Any]) -> int:
    return int(ApiClient(tokens["access_token"]).send("/api/auth/logout").status_code)


def end_by_list(tokens: dict[str, Any]) -> int:
    client = ApiClient(tokens["access_token"])
    [own] = [
        row for row in client.read("/api/auth/sessions").json()["results"] if row["is_current"]
    ]
    return int(client.drop(f"/api/auth/sessions/{own['id']}").status_code)


def end_by_others(tokens: dict[str, Any]) -> int:
    return int(ApiClient(sign_in()["access_token"]).drop("/api/auth/sessions").status_code)


def end_by_revoking(tokens: dict[str, Any]) -> int:
    body = {"refresh_token": tokens["refresh_token"]}
    return int(ApiClient().send("/api/auth/token/revoke", body).status_code)


def end_by_new_password(tokens: dict[str, Any]) -> int:
    body = {"password": PASSWORD, "new_password": "another horse battery"}
    client = ApiClient(tokens["access_token"])
    return int(client.send("/api/auth/password/change", body).status_code)


def end_by_reset(tokens: dict[str, Any]) -> int:
    token = PASSWORD_RESET.make(User.objects.get(username="ann"))
    body = {"token": token, "password": "another horse battery"}
    return int(ApiClient().send("/api/auth/password/reset", body).status_code)


def end_by_theft(tokens: dict[str, Any]) -> int:
    body = {"refresh_token": tokens["refresh_token"]}
    ApiClient().send("/api/auth/token/refresh", body)
    RefreshToken.objects.update(used_at=timezone.now() - timedelta(minutes=1))
    return int(ApiClient().send("/api/auth/token/refresh", body).status_code)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (end_by_logout, 204),
        (end_by_list, 204),
        (end_by_others, 204),
        (end_by_revoking, 204),
        (end_by_new_password, 200),
        (end_by_reset, 204),
        (end_by_theft, 400),
    ],
)
def test_c32_t13_what_ends_a_sign_in_closes_its_socket_and_nobody_elses(
    live_site: LiveSite, ann: User, end: Callable[[dict[str, Any]], int], status: int
) -> None:
    tokens, other = sign_in(), client_of(UserFactory.create())
    with live_site.connect(tokens["access_token"]) as ws, live_site.connect(other) as others:
        with closing(ws):
            assert end(tokens) == status
        assert others.call("ping")


def test_c32_ending_the_other_sign_ins_keeps_the_socket_of_the_one_that_asks(
    live_site: LiveSite, ann: User
) -> None:
    kept, ended = sign_in(), sign_in()
    with (
        live_site.connect(kept["access_token"]) as own,
        live_site.connect(ended["access_token"]) as other,
    ):
        with closing(other):
            ApiClient(kept["access_token"]).drop("/api/auth/sessions")
        assert own.call("ping")


def test_c32_b15_a_revoked_personal_token_closes_its_socket(live_site: LiveSite, ann: User) -> None:
    client = token_client_of(ann, "chat")
    token = ApiToken.objects.get()
    with live_site.connect(client) as ws, closing(ws):
        assert client_of(ann).drop(f"/api/auth/tokens/{token.pk}").status_code == 204


def test_c32_m58_suspension_closes_every_socket_of_a_person(
    live_site: LiveSite, cast: Cast
) -> None:
    sockets = [
        live_site.connect(client) for client in (client_of(cast.alice), token_client_of(cast.alice, "chat"))
    ]  # fmt: skip
    with closing(*sockets):
        body = {"target_id": str(cast.alice.pk), "action": "suspend", "note": "Spam."}
        answer = cast.client(cast.moderator).send("/api/v1/moderation/actions", body)
        assert answer.status_code == 201


def test_c32_t12_moderators_and_new_roles_close_sockets(live_site: LiveSite, cast: Cast) -> None:
    with live_site.connect(client_of(cast.alice)) as ws, closing(ws):
        staff.end_sessions_of(actor=cast.moderator, user=cast.alice)
        assert not Session.objects.live().filter(user=cast.alice).exists()
    clients = client_of(cast.moderator), token_client_of(cast.moderator, "chat", "moderate")
    with closing(*[live_site.connect(client) for client in clients]):
        staff.set_role(actor=cast.admin, user=cast.moderator, role=User.Role.MEMBER)
        assert User.objects.get(pk=cast.moderator.pk).role == User.Role.MEMBER


def test_c32_a_sign_in_whose_time_is_over_runs_no_command(live_site: LiveSite, ann: User) -> None:
    with live_site.connect(sign_in()["access_token"]) as ws:
        Session.objects.update(last_used_at=timezone.now() - Session.IDLE)
        ws.send("set_presence", {"status": "away"}, "late")
        assert ws.wait_closed() == REVOKED
    assert "ack" not in {frame["event"] for frame in ws.frames}


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What hubs were told, when it was committed."""
    told: list[tuple[str, int]] = []
    monkeypatch.setattr(signals.carrier, "order", lambda *order: told.append(order))
    return told


@pytest.mark.django_db(transaction=True)
def test_t8_m70_a_block_and_its_end_make_hubs_forget_both_sides(
    cast: Cast, orders: list[tuple[str, int]]
) -> None:
    path = f"/api/users/{cast.bob.pk}/block"
    for call in (cast.client(cast.alice).set, cast.client(cast.alice).drop):
        orders.clear()
        assert call(path).status_code in {200, 204}
        assert sorted(orders) == sorted(
            ("relations_changed", person.pk) for person in (cast.alice, cast.bob)
        )


@pytest.mark.django_db(transaction=True)
def test_c32_what_is_taken_back_orders_nothing(
    cast: Cast, orders: list[tuple[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.actions.staff.emit", lambda effect: 1 / 0)
    session = client_of(cast.alice)
    with pytest.raises(ZeroDivisionError):
        staff.end_sessions_of(actor=cast.moderator, user=cast.alice)
    assert not orders
    assert session.read("/api/auth/user").status_code == 200
