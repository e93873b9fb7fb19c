from typing import Any

import pyotp
import pytest

from accounts.actions import connections, factors, follows
from accounts.models import User
from accounts.testing import PASSWORD, Cast, UserFactory, client_of
from notifications.testing import listed, mails_to, switch, types_of
from notifications.types import TYPES
from socialsite.lib.testing.client import ApiClient

Pair = tuple[User, User]


@pytest.fixture
def pair(db: None) -> Pair:
    """Two strangers: who acts, and who is told."""
    return (
        UserFactory.create(username="dora", password=PASSWORD),
        UserFactory.create(username="emil", password=PASSWORD),
    )


def follow(pair: Pair) -> User:
    client_of(pair[0]).send(f"/api/users/{pair[1].pk}/follow")
    return pair[1]


def ask_to_follow(pair: Pair) -> User:
    client_of(pair[1]).set("/api/settings", {"private_account": True})
    return follow(pair)


def accept_follower(pair: Pair) -> User:
    ask_to_follow(pair)
    client_of(pair[1]).send(f"/api/follow-requests/{pair[0].pk}/accept")
    return pair[0]


def ask_to_connect(pair: Pair) -> User:
    connections.request_connection(actor=pair[0], target=pair[1])
    return pair[1]


def accept_connection(pair: Pair) -> User:
    asked = connections.request_connection(actor=pair[0], target=pair[1])
    connections.accept_connection(actor=pair[1], connection=asked)
    return pair[0]


def sign_in_elsewhere(pair: Pair) -> User:
    body = {"username": "dora", "password": PASSWORD}
    ApiClient().send("/api/auth/login", body, User_Agent="a new phone")
    return pair[0]


def change_password(pair: Pair) -> User:
    body = {"password": PASSWORD, "new_password": "another long password"}
    client_of(pair[0]).send("/api/auth/password/change", body)
    return pair[0]


def enable_factor(pair: Pair) -> User:
    secret = factors.begin_second_factor(actor=pair[0]).secret
    factors.confirm_second_factor(actor=pair[0], code=pyotp.TOTP(secret).now())
    return pair[0]


def disable_factor(pair: Pair) -> User:
    enable_factor(pair)
    factors.disable_second_factor(actor=pair[0])
    return pair[0]


WAYS: dict[str, tuple[Any, str]] = {
    "follow": (follow, "Dora follows you."),
    "follow_request": (ask_to_follow, "Dora asks to follow you."),
    "follow_accepted": (accept_follower, "Emil lets you follow them."),
    "connection_request": (ask_to_connect, "Dora asks to connect."),
    "connection_accepted": (accept_connection, "Emil accepted your request to connect."),
    "new_sign_in": (
        sign_in_elsewhere,
        "A device we had not seen before signed in: 127.0.0.1, a new phone.",
    ),
    "password_changed": (change_password, "Your password was changed."),
    "second_factor_enabled": (
        enable_factor,
        "The second factor of your account was switched on.",
    ),
    "second_factor_disabled": (
        disable_factor,
        "The second factor of your account was switched off.",
    ),
}


def test_y6_every_type_has_a_way_here() -> None:
    assert set(WAYS) <= set(TYPES)
    assert {
        name for name, known in TYPES.items() if known.category in {"people", "security"}
    } == set(WAYS)


@pytest.mark.parametrize("type_name", WAYS)
def test_y6_an_act_is_listed_for_the_one_it_concerns(pair: Pair, type_name: str) -> None:
    act, text = WAYS[type_name]
    told = client_of(act(pair))
    row = listed(told, f"?types={type_name}")[0]
    assert row["text"] == text


@pytest.mark.parametrize("type_name", [name for name in WAYS if not TYPES[name].fixed])
def test_y6_y13_an_act_is_mailed_with_text_and_html(pair: Pair, type_name: str) -> None:
    for person in pair:
        switch(client_of(person), type_name, email=True)
    act, text = WAYS[type_name]
    told = act(pair)
    mail = next(mail for mail in mails_to(told.email) if mail.subject == text)
    assert text in str(mail.body)
    [(html, mime)] = mail.alternatives
    assert mime == "text/html"
    assert text in str(html)


@pytest.mark.parametrize("type_name", ["second_factor_enabled", "second_factor_disabled"])
def test_y6_b39_changes_of_the_second_factor_are_always_mailed(pair: Pair, type_name: str) -> None:
    act, text = WAYS[type_name]
    told = act(pair)
    assert text in [mail.subject for mail in mails_to(told.email)]


def test_y6_an_answered_request_to_follow_is_no_longer_listed(pair: Pair) -> None:
    accept_follower(pair)
    assert types_of(client_of(pair[1])) == []


def test_n22_the_one_who_asked_is_not_told_of_a_refusal(pair: Pair) -> None:
    asked = connections.request_connection(actor=pair[0], target=pair[1])
    connections.decline_connection(actor=pair[1], connection=asked)
    assert types_of(client_of(pair[0])) == []
    assert types_of(client_of(pair[1])) == []


def test_n21_crossing_requests_tell_the_first_of_the_acceptance(cast: Cast) -> None:
    connections.request_connection(actor=cast.bob, target=cast.charlie)
    connections.request_connection(actor=cast.charlie, target=cast.bob)
    assert "connection_accepted" in types_of(cast.client(cast.bob))


def test_y6_the_text_names_the_actor_as_they_are_called_now(pair: Pair) -> None:
    follows.follow_user(actor=pair[0], target=pair[1])
    client_of(pair[0]).set(f"/api/users/{pair[0].pk}", {"display_name": "{0.pk} Dörte"})
    assert listed(client_of(pair[1]))[0]["text"] == "{0.pk} Dörte follows you."
