from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import Session, Ticket
from accounts.secrets import hash_secret
from accounts.sockets import SitePeople
from accounts.tasks import purge_tickets
from accounts.testing import Cast, UserFactory, client_of, token_client_of
from accounts.tests.racing import race
from socialsite.lib.errors import NotSignedIn
from socialsite.lib.testing.client import ApiClient, code_of
from socialsite.lib.testing.sockets import LiveSite, Refused

TICKET = "/api/v1/websocket/ticket"
INFO = "/api/v1/websocket/info"
STATS = "/api/v1/websocket/stats"


def ticket_of(client: ApiClient) -> str:
    answer = client.send(TICKET)
    assert answer.status_code == 201
    return str(answer.json()["ticket"])


@pytest.mark.django_db
def test_y73_anybody_learns_where_the_sockets_are_and_which_protocol_they_speak(
    api: ApiClient,
) -> None:
    answer = api.read(INFO, Host="testserver")
    assert answer.json() == {
        "url": "ws://testserver/ws/",
        "socketio_url": "http://testserver/socket.io/",
        "sse_url": "http://testserver/api/stream",
        "protocol": 1,
        "heartbeat_s": 25,
    }


@pytest.mark.django_db
def test_y73_a_ticket_names_who_asked_and_only_its_hash_is_stored(alice: ApiClient) -> None:
    answer = alice.send(TICKET)
    secret = answer.json()["ticket"]
    assert answer.json()["expires_in"] == 30
    row = Ticket.objects.get()
    assert row.secret_hash == hash_secret(secret)
    assert secret not in str(vars(row))
    user, auth = SitePeople().by_token(secret)
    assert (user.username, auth) == ("alice", Session.objects.get(user=user))


@pytest.mark.django_db
def test_y73_each_ticket_is_another_whatever_the_key_of_the_call(alice: ApiClient) -> None:
    first, second = (alice.send(TICKET, Idempotency_Key="again").json() for _ in range(2))
    assert first["ticket"] != second["ticket"]


@pytest.mark.django_db
def test_y73_t31_a_ticket_works_once_and_for_thirty_seconds(alice: ApiClient) -> None:
    used, fresh, late = (ticket_of(alice) for _ in range(3))
    people = SitePeople()
    people.by_token(used)
    with pytest.raises(NotSignedIn):
        people.by_token(used)
    with time_machine.travel(timezone.now() + timedelta(seconds=29)):
        people.by_token(fresh)
    with time_machine.travel(timezone.now() + timedelta(seconds=31)), pytest.raises(NotSignedIn):
        people.by_token(late)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["wst_", "wst_unknown", "wst_ü", "", "pat_no", "a.b.c"])
def test_y73_c3_what_is_no_ticket_or_token_opens_nothing(token: str) -> None:
    with pytest.raises(NotSignedIn):
        SitePeople().by_token(token)


@pytest.mark.django_db
def test_y73_c32_a_ticket_ends_with_the_sign_in_that_asked(cast: Cast, alice: ApiClient) -> None:
    secret = ticket_of(alice)
    assert alice.send("/api/auth/logout").status_code == 204
    with pytest.raises(NotSignedIn):
        SitePeople().by_token(secret)


@pytest.mark.django_db
def test_y73_b15_a_personal_token_needs_the_scope_chat(cast: Cast) -> None:
    answer = token_client_of(cast.alice, "read", "write").send(TICKET)
    assert (answer.status_code, code_of(answer)) == (403, "insufficient_scope")
    ticket = ticket_of(token_client_of(cast.alice, "chat"))
    assert SitePeople().by_token(ticket)[1].scopes == ["chat"]


@pytest.mark.django_db(transaction=True)
def test_y73_t31_of_eight_uses_at_once_one_wins() -> None:
    secret, won = ticket_of(client_of(UserFactory.create())), []

    def use() -> None:
        SitePeople().by_token(secret)
        won.append(True)

    assert race(*([use] for _ in range(8))) == []
    assert won == [True]


@pytest.mark.django_db
def test_y73_old_tickets_are_cleared_away(alice: ApiClient) -> None:
    ticket_of(alice)
    purge_tickets()
    assert Ticket.objects.count() == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        purge_tickets()
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_y73_staff_read_figures_and_others_do_not(alice: ApiClient, moderator: ApiClient) -> None:
    figures = moderator.read(STATS).json()
    assert set(figures) == {
        "sockets", "people", "people_online", "topics", "streams", "deliveries", "wake_ups", "slow_closes", "linked",
    }  # fmt: skip
    assert code_of(alice.read(STATS)) == "permission_denied"


def test_y73_c12_a_ticket_is_the_first_frame_of_a_browser_without_cookies(
    live_site: LiveSite, cast: Cast
) -> None:
    secret = ticket_of(cast.client(cast.alice))
    with live_site.connect() as ws:
        ws.call("auth", token=secret)
        hello = ws.event("hello")["data"]
        assert hello["user"]["username"] == "alice"
    with live_site.connect() as ws:
        with pytest.raises(Refused) as refused:
            ws.call("auth", token=secret)
        assert refused.value.code == "invalid_token"
        assert ws.wait_closed() == 4401


def test_y73_figures_count_open_sockets(live_site: LiveSite, cast: Cast) -> None:
    staff = cast.client(cast.moderator)
    with live_site.connect(cast.client(cast.alice)), live_site.connect(cast.client(cast.bob)):
        figures = staff.read(STATS).json()
    assert (figures["sockets"], figures["people"]) == (2, 2)
