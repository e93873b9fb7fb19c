import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import combinations, permutations
from pathlib import Path
from secrets import token_hex
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.actions import follows
from accounts.models import Block, Connection, Follow
from accounts.testing import PASSWORD, Cast, UserFactory, client_of, token_client_of
from accounts.tests.racing import race, wrongs
from accounts.viewsets import people
from chaos.caller import call
from chaos.people import Person, make_people
from socialsite.lib.api import idempotency
from socialsite.lib.models import IdempotencyKey
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.testing.faultproxy import FaultProxy
from tests.outages import server_on_test_database

TOGGLE = {"action": "toggle"}
REQUEST = "/api/connections/request"
REVOKE = "/api/auth/token/revoke"
TWIN_ROUNDS, TWINS = 25, 4

live_database = pytest.mark.django_db(transaction=True)


def follow_path(cast: Cast) -> str:
    return f"/api/users/{cast.charlie.pk}/follow"


def charlies_followers(cast: Cast) -> int:
    cast.charlie.refresh_from_db()
    assert Follow.objects.filter(followed=cast.charlie).count() == cast.charlie.follower_count
    return cast.charlie.follower_count


def test_b1_same_key_and_body_get_the_same_answer_and_one_effect(
    cast: Cast, alice: ApiClient
) -> None:
    answers = [alice.send(follow_path(cast), TOGGLE, Idempotency_Key="k") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert len({answer.content for answer in answers}) == 1
    assert charlies_followers(cast) == 1
    alice.send(follow_path(cast), TOGGLE, Idempotency_Key="another")
    assert charlies_followers(cast) == 0


def test_b1_a_repeated_request_answers_the_connection_that_the_first_made(
    cast: Cast, alice: ApiClient
) -> None:
    body = {"target_user_id": str(cast.charlie.pk), "message": "hello"}
    first, again = (alice.send(REQUEST, body, Idempotency_Key="k") for _ in "12")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first["Location"] == again["Location"]
    assert code_of(alice.send(REQUEST, body, Idempotency_Key="other")) == "already_pending"


def test_b1_same_key_with_another_body_or_path_is_refused(cast: Cast, alice: ApiClient) -> None:
    alice.send(follow_path(cast), TOGGLE, Idempotency_Key="k")
    body = alice.send(follow_path(cast), {"action": "follow"}, Idempotency_Key="k")
    path = alice.send(f"/api/users/{cast.bob.pk}/follow", TOGGLE, Idempotency_Key="k")
    for answer in (body, path):
        assert (answer.status_code, code_of(answer)) == (422, "idempotency_key_reused")
    assert charlies_followers(cast) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "a\tb"])
def test_b1_a_key_that_is_none_is_refused(cast: Cast, alice: ApiClient, key: str) -> None:
    answer = alice.send(follow_path(cast), TOGGLE, Idempotency_Key=key)
    assert (answer.status_code, charlies_followers(cast)) == (400, 0)


def test_b1_each_credential_has_keys_of_its_own(cast: Cast, alice: ApiClient) -> None:
    callers = [alice, client_of(cast.alice), token_client_of(cast.alice, "write")]
    for followers, caller in enumerate(callers, start=1):
        caller.send(follow_path(cast), TOGGLE, Idempotency_Key="k")
        assert charlies_followers(cast) == followers % 2
    cast.client(cast.bob).send(follow_path(cast), TOGGLE, Idempotency_Key="k")
    assert charlies_followers(cast) == 2


def revoke(api: ApiClient, token: str, path: str = REVOKE, **origin: Any) -> int:
    headers = {"Idempotency-Key": "k", **origin.pop("headers", {})}
    body = {"refresh_token": token}
    return int(api.generic("POST", path, json=body, headers=headers, **origin).status_code)


def test_b1_a_key_of_nobody_belongs_to_address_and_route(cast: Cast, api: ApiClient) -> None:
    here, there = {"REMOTE_ADDR": "198.51.100.7"}, {"REMOTE_ADDR": "198.51.100.8"}
    assert revoke(api, "one", **here) == 204
    assert revoke(api, "one", **here) == 204
    assert revoke(api, "two", **here) == 422
    assert revoke(api, "two", **there) == 204
    other = api.send("/api/auth/verify-email", {"token": "x"}, Idempotency_Key="k")
    assert code_of(other) == "invalid_token"


def test_b1_strangers_behind_one_proxy_do_not_share_keys(
    cast: Cast, api: ApiClient, settings: Any
) -> None:
    settings.TRUSTED_PROXIES = 1
    for number, token in enumerate(("one", "two")):
        headers = {"X-Forwarded-For": f"203.0.113.{number}"}
        assert revoke(api, token, headers=headers, REMOTE_ADDR="127.0.0.1") == 204


def test_b1_a_refused_call_leaves_its_key_free(cast: Cast, alice: ApiClient) -> None:
    path = f"/api/users/{cast.mallory.pk}/follow"
    assert alice.send(path, Idempotency_Key="k").status_code == 403
    assert not IdempotencyKey.objects.exists()
    Block.objects.all().delete()
    assert alice.send(path, Idempotency_Key="k").status_code == 200
    assert Follow.objects.filter(followed=cast.mallory).count() == 1


def test_b1_a_call_that_fails_leaves_its_key_free(
    cast: Cast, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_late(*, actor: Any, target: Any) -> None:
        follows.follow_user(actor=actor, target=target)
        raise ZeroDivisionError

    alice.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setitem(people.FOLLOW_ACTIONS, "toggle", fail_late)
        assert alice.send(follow_path(cast), TOGGLE, Idempotency_Key="k").status_code == 500
    assert (IdempotencyKey.objects.count(), charlies_followers(cast)) == (0, 0)
    assert alice.send(follow_path(cast), TOGGLE, Idempotency_Key="k").status_code == 200
    assert charlies_followers(cast) == 1


def test_b1_a_lost_connection_is_no_twin_even_when_its_message_speaks_of_locks(
    cast: Cast, alice: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_connection(*, actor: Any, target: Any) -> None:
        raise OperationalError("terminating connection\nCONTEXT: while locking tuple (0,1)")

    alice.raise_request_exception = False
    monkeypatch.setitem(people.FOLLOW_ACTIONS, "toggle", lose_connection)
    answer = alice.send(follow_path(cast), TOGGLE, Idempotency_Key="k")
    assert (answer.status_code, code_of(answer)) == (503, "unavailable")


def test_b1_a_key_is_kept_for_24_hours(cast: Cast) -> None:
    alice, now = token_client_of(cast.alice, "write"), timezone.now()
    for hours, followers in ((0, 1), (23.9, 1), (24.1, 0), (47.9, 0)):
        with time_machine.travel(now + timedelta(hours=hours)):
            alice.send(follow_path(cast), TOGGLE, Idempotency_Key="k")
            assert charlies_followers(cast) == followers


def test_b1_keys_older_than_a_day_are_purged(cast: Cast, alice: ApiClient) -> None:
    alice.send(follow_path(cast), TOGGLE, Idempotency_Key="k")
    assert idempotency.purge() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=24.1)):
        assert idempotency.purge() == 1


def test_b1_routes_that_issue_credentials_ignore_the_key(db: None, api: ApiClient) -> None:
    UserFactory(username="dora", password=PASSWORD)
    body = {"identifier": "dora", "password": PASSWORD}
    pairs = [api.send("/api/auth/token", body, Idempotency_Key="k").json() for _ in "12"]
    assert pairs[0]["refresh_token"] != pairs[1]["refresh_token"]
    assert not IdempotencyKey.objects.exists()


@live_database
def test_b1_t46_concurrent_twins_have_one_effect_and_equal_answers(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6
    one, target = UserFactory.create_batch(2)
    clients = [client_of(one)] + [ApiClient() for _ in range(TWINS - 1)]
    answers: list[Any] = []

    def toggle(client: ApiClient, key: str) -> None:
        client.token = clients[0].token
        answers.append(client.send(f"/api/users/{target.pk}/follow", TOGGLE, Idempotency_Key=key))

    for number in range(TWIN_ROUNDS):
        answers.clear()
        assert race(*([partial(toggle, client, str(number))] for client in clients)) == []
        assert [answer.status_code for answer in answers] == [200] * TWINS
        assert len({answer.content for answer in answers}) == 1
        assert (Follow.objects.count(), wrongs()) == ((number + 1) % 2, [])


@live_database
def test_b1_t46_a_twin_of_a_call_that_is_refused_is_tried_itself(settings: Any) -> None:
    settings.RATE_LIMIT_SCALE = 1e6
    one, other = UserFactory.create_batch(2)
    body = {"target_user_id": str(one.pk)}
    clients = [client_of(one) for _ in range(TWINS)]
    for client in clients[1:]:
        client.token = clients[0].token
    codes: list[str] = []

    def ask(client: ApiClient) -> None:
        codes.append(code_of(client.send(REQUEST, body, Idempotency_Key="k")))

    assert race(*([partial(ask, client)] for client in clients)) == []
    assert codes == ["self_target"] * TWINS
    body["target_user_id"] = str(other.pk)
    assert clients[0].send(REQUEST, body, Idempotency_Key="k").status_code == 201


@pytest.mark.live
@live_database
def test_b1_t46_500_sends_of_which_every_fifth_answer_is_lost_have_one_effect_each(
    tmp_path: Path,
) -> None:
    crowd = make_people(16)
    pairs = list(permutations(crowd, 2))
    connection.close()
    with server_on_test_database(tmp_path) as server, FaultProxy(server.port, share=0.2) as proxy:
        tries = send_all(proxy.port, toggles(pairs))
        tries += send_all(proxy.port, requests(combinations(crowd, 2)))
        tries += send_all(proxy.port, toggles(pairs[:140]))
    print(f"{len(tries)} sends, {sum(tries)} calls, {proxy.dropped} lost")  # noqa: T201
    assert (len(tries), sum(tries)) == (500, 500 + proxy.dropped)
    assert proxy.dropped > 50
    assert Follow.objects.count() == 100
    assert Connection.objects.count() == 120
    assert wrongs() == []


Send = tuple[str, str, dict[str, Any], int]


def toggles(pairs: Iterable[tuple[Person, Person]]) -> list[Send]:
    return [(a.token, f"/api/users/{b.pk}/follow", TOGGLE, 200) for a, b in pairs]


def requests(pairs: Iterable[tuple[Person, Person]]) -> list[Send]:
    return [(a.token, REQUEST, {"target_user_id": str(b.pk)}, 201) for a, b in pairs]


def send_all(port: int, sends: list[Send]) -> list[int]:
    """Send each until its answer comes; returns how many tries each took."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(partial(send_until_heard, port), sends))


def send_until_heard(port: int, send: Send) -> int:
    token, path, body, status = send
    key = token_hex(8)
    for tries in range(1, 21):
        reply = call(port, "POST", path, body, token, key)
        if reply.status:
            assert reply.status == status, reply
            return tries
    raise AssertionError("no answer in 20 tries")


@pytest.mark.live
@live_database
def test_b1_t46_a_key_outlives_the_server(tmp_path: Path) -> None:
    one, target = make_people(2)
    path = f"/api/users/{target.pk}/follow"
    connection.close()
    replies = []
    for _ in range(2):
        with server_on_test_database(tmp_path) as server:
            replies.append(call(server.port, "POST", path, TOGGLE, one.token, "k"))
    assert [reply.status for reply in replies] == [200, 200]
    assert replies[0].body == replies[1].body
    assert Follow.objects.count() == 1


def holding(begun: threading.Event, go_on: threading.Event) -> Callable[..., None]:
    def follow_slowly(*, actor: Any, target: Any) -> None:
        begun.set()
        assert go_on.wait(30)
        follows.follow_user(actor=actor, target=target)

    return follow_slowly


@live_database
def test_b1_t46_who_waited_too_long_for_a_twin_is_told_when_to_come_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, target = UserFactory.create_batch(2)
    begun, go_on, path = threading.Event(), threading.Event(), f"/api/users/{target.pk}/follow"
    monkeypatch.setitem(people.FOLLOW_ACTIONS, "toggle", holding(begun, go_on))
    first = client_of(one)
    twin = ApiClient(first.token, raise_request_exception=False)
    holder = threading.Thread(
        target=race, args=([partial(first.send, path, TOGGLE, Idempotency_Key="k")],)
    )
    holder.start()
    assert begun.wait(30)
    try:
        answer = impatient_call(partial(twin.send, path, TOGGLE, Idempotency_Key="k"))
    finally:
        go_on.set()
        holder.join()
    # SQLite has one lock for all, so the twin may not even get as far as its key.
    assert answer.status_code == (409 if connection.vendor == "postgresql" else 503)
    assert answer["Retry-After"] == "2"
    assert twin.send(path, TOGGLE, Idempotency_Key="k").status_code == 200
    assert Follow.objects.count() == 1


def impatient_call(act: Callable[[], Any]) -> Any:
    """Make a call that waits for others 300 ms at most."""
    if connection.vendor == "sqlite":
        # Writers of one process stand in a line of their own before they ask the database.
        with patch.dict(connection.settings_dict["OPTIONS"], timeout=0.3):
            return act()
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '300ms'")
    try:
        return act()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '15s'")
